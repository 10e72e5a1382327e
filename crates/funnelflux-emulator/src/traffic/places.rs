//! Places of visitors.

pub(crate) struct Place {
    pub(crate) weight: u32,
    pub(crate) continent: &'static str,
    pub(crate) country: &'static str,
    pub(crate) code: &'static str,
    pub(crate) language: &'static str,
    pub(crate) time_zone: &'static str,
    /// Region and city.
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
