//! Places and devices of visitors.

pub(crate) struct Place {
    pub(crate) weight: u32,
    pub(crate) continent: &'static str,
    pub(crate) country: &'static str,
    pub(crate) code: &'static str,
    pub(crate) language: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) cities: [(&'static str, &'static str); 2],
    pub(crate) providers: [&'static str; 2],
}

#[rustfmt::skip]
pub(crate) const PLACES: [Place; 12] = [
    Place { weight: 46, continent: "North America", country: "United States", code: "US", language: "en-US", time_zone: "America/New_York", cities: [("New York", "New York"), ("Texas", "Austin")], providers: ["Lakeshore Cable", "Summit Mobile"] },
    Place { weight: 11, continent: "Europe", country: "United Kingdom", code: "GB", language: "en-GB", time_zone: "Europe/London", cities: [("England", "London"), ("Scotland", "Glasgow")], providers: ["Thames Broadband", "Albion Mobile"] },
    Place { weight: 9, continent: "North America", country: "Canada", code: "CA", language: "en-CA", time_zone: "America/Toronto", cities: [("Ontario", "Toronto"), ("Quebec", "Montreal")], providers: ["Maple Net", "Northern Wireless"] },
    Place { weight: 7, continent: "Oceania", country: "Australia", code: "AU", language: "en-AU", time_zone: "Australia/Sydney", cities: [("New South Wales", "Sydney"), ("Victoria", "Melbourne")], providers: ["Coral Broadband", "Outback Mobile"] },
    Place { weight: 8, continent: "Europe", country: "Germany", code: "DE", language: "de-DE", time_zone: "Europe/Berlin", cities: [("Berlin", "Berlin"), ("Bavaria", "Munich")], providers: ["Spree Netz", "Isar Mobil"] },
    Place { weight: 5, continent: "Europe", country: "France", code: "FR", language: "fr-FR", time_zone: "Europe/Paris", cities: [("Île-de-France", "Paris"), ("Auvergne-Rhône-Alpes", "Lyon")], providers: ["Seine Fibre", "Rhône Mobile"] },
    Place { weight: 3, continent: "Europe", country: "Spain", code: "ES", language: "es-ES", time_zone: "Europe/Madrid", cities: [("Madrid", "Madrid"), ("Catalonia", "Barcelona")], providers: ["Meseta Net", "Costa Móvil"] },
    Place { weight: 3, continent: "Europe", country: "Italy", code: "IT", language: "it-IT", time_zone: "Europe/Rome", cities: [("Lazio", "Rome"), ("Lombardy", "Milan")], providers: ["Tevere Rete", "Adda Mobile"] },
    Place { weight: 3, continent: "South America", country: "Brazil", code: "BR", language: "pt-BR", time_zone: "America/Sao_Paulo", cities: [("São Paulo", "São Paulo"), ("Bahia", "Salvador")], providers: ["Paulista Fibra", "Litoral Móvel"] },
    Place { weight: 2, continent: "North America", country: "Mexico", code: "MX", language: "es-MX", time_zone: "America/Mexico_City", cities: [("Mexico City", "Mexico City"), ("Jalisco", "Guadalajara")], providers: ["Altiplano Red", "Agave Móvil"] },
    Place { weight: 2, continent: "Asia", country: "India", code: "IN", language: "en-IN", time_zone: "Asia/Kolkata", cities: [("Maharashtra", "Mumbai"), ("Karnataka", "Bengaluru")], providers: ["Deccan Fibre", "Monsoon Mobile"] },
    Place { weight: 1, continent: "Asia", country: "Japan", code: "JP", language: "ja-JP", time_zone: "Asia/Tokyo", cities: [("Tokyo", "Tokyo"), ("Osaka", "Osaka")], providers: ["Kanto Hikari", "Kansai Mobile"] },
];

pub(crate) struct Device {
    pub(crate) weight: u32,
    pub(crate) mobile: bool,
    pub(crate) kind: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) model: &'static str,
    pub(crate) os: &'static str,
    pub(crate) os_version: &'static str,
    pub(crate) browser: &'static str,
    pub(crate) browser_version: &'static str,
    pub(crate) user_agent: &'static str,
}

#[rustfmt::skip]
pub(crate) const DEVICES: [Device; 10] = [
    Device { weight: 24, mobile: true, kind: "Smartphone", brand: "Apple", model: "iPhone", os: "iOS", os_version: "17", browser: "Safari", browser_version: "17", user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1" },
    Device { weight: 12, mobile: true, kind: "Smartphone", brand: "Apple", model: "iPhone", os: "iOS", os_version: "16", browser: "Safari", browser_version: "16", user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1" },
    Device { weight: 20, mobile: true, kind: "Smartphone", brand: "Samsung", model: "SM-S911B", os: "Android", os_version: "14", browser: "Chrome Mobile", browser_version: "126", user_agent: "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36" },
    Device { weight: 10, mobile: true, kind: "Smartphone", brand: "Google", model: "Pixel 8", os: "Android", os_version: "14", browser: "Chrome Mobile", browser_version: "125", user_agent: "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36" },
    Device { weight: 6, mobile: true, kind: "Tablet", brand: "Apple", model: "iPad", os: "iPadOS", os_version: "17", browser: "Safari", browser_version: "17", user_agent: "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1" },
    Device { weight: 30, mobile: false, kind: "Desktop", brand: "", model: "", os: "Windows", os_version: "10", browser: "Chrome", browser_version: "126", user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36" },
    Device { weight: 12, mobile: false, kind: "Desktop", brand: "", model: "", os: "Windows", os_version: "11", browser: "Edge", browser_version: "125", user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0" },
    Device { weight: 14, mobile: false, kind: "Desktop", brand: "Apple", model: "Mac", os: "macOS", os_version: "14", browser: "Safari", browser_version: "17", user_agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15" },
    Device { weight: 6, mobile: false, kind: "Desktop", brand: "Apple", model: "Mac", os: "macOS", os_version: "13", browser: "Firefox", browser_version: "127", user_agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0" },
    Device { weight: 3, mobile: false, kind: "Desktop", brand: "", model: "", os: "Linux", os_version: "", browser: "Firefox", browser_version: "127", user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0" },
];
