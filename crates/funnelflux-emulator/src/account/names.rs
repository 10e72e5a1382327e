//! Names, weights and prices of the account's assets.

use super::{CostModel, Payout, Slot};

#[derive(Debug, Clone)]
pub(crate) struct SourceSpec {
    pub(crate) name: &'static str,
    pub(crate) weight: u32,
    pub(crate) cost: CostModel,
    pub(crate) referrer: &'static str,
    /// Per mille of visits on a phone.
    pub(crate) mobile: u64,
    /// `campaign`, `external`, `c1` … `c5`.
    pub(crate) slots: [Slot; 7],
}

#[rustfmt::skip]
pub(crate) static SOURCES: [SourceSpec; 6] = [
    SourceSpec {
        name: "Facebook Ads", weight: 30, cost: CostModel { low: 2_100, high: 9_800 }, referrer: "https://l.facebook.com/", mobile: 780,
        slots: [
            Slot::Number(0), Slot::ClickId, Slot::Number(1), Slot::Number(2),
            Slot::Pool(&["feed", "story", "reels", "marketplace"]), Slot::Label("FB | Prospecting"),
            Slot::Pool(&["video-a", "video-b", "static-a", "carousel"]),
        ],
    },
    SourceSpec {
        name: "Google Ads", weight: 22, cost: CostModel { low: 4_500, high: 24_000 }, referrer: "https://www.google.com/", mobile: 520,
        slots: [
            Slot::Number(0), Slot::ClickId, Slot::Number(1),
            Slot::Pool(&["best mattress", "sleep better", "memory foam", "mattress deals"]),
            Slot::Pool(&["e", "p", "b"]), Slot::Pool(&["c", "m", "t"]), Slot::Pool(&["g", "s"]),
        ],
    },
    SourceSpec {
        name: "TikTok Ads", weight: 18, cost: CostModel { low: 1_200, high: 5_200 }, referrer: "https://www.tiktok.com/", mobile: 960,
        slots: [
            Slot::Number(0), Slot::ClickId, Slot::Number(1), Slot::Number(2),
            Slot::Label("TT | Spark"), Slot::Pool(&["hook-1", "hook-2", "hook-3"]), Slot::Empty,
        ],
    },
    SourceSpec {
        name: "Taboola", weight: 15, cost: CostModel { low: 900, high: 3_600 }, referrer: "https://www.taboola.com/", mobile: 610,
        slots: [
            Slot::Number(0), Slot::ClickId,
            Slot::Pool(&["msn-msn", "weather-app", "daily-news", "sports-live", "recipes-hub"]),
            Slot::Number(2),
            Slot::Pool(&["Doctors Are Stunned", "Do This Before Bed", "The $49 Pillow"]),
            Slot::Empty, Slot::Empty,
        ],
    },
    SourceSpec {
        name: "PropellerAds (Push)", weight: 11, cost: CostModel { low: 8, high: 135 }, referrer: "", mobile: 880,
        slots: [
            Slot::Number(0), Slot::ClickId,
            Slot::Pool(&["zone-4410021", "zone-4410388", "zone-5120077", "zone-5988310"]),
            Slot::Pool(&["high", "medium", "low"]), Slot::Empty, Slot::Empty, Slot::Empty,
        ],
    },
    SourceSpec {
        name: "Newsletter", weight: 4, cost: CostModel { low: 0, high: 0 }, referrer: "https://mail.example/", mobile: 450,
        slots: [
            Slot::Label("weekly"), Slot::Empty, Slot::Pool(&["header", "body", "footer"]),
            Slot::Empty, Slot::Empty, Slot::Empty, Slot::Empty,
        ],
    },
];

pub(crate) static OFFER_SOURCES: [&str; 4] =
    ["Northlight Network", "Harbor CPA", "Clearwater Affiliates", "In-house"];

pub(crate) static GROUPS: [&str; 3] = ["Sleep", "Finance", "Pets"];

#[derive(Debug, Clone)]
pub(crate) struct FunnelSpec {
    pub(crate) name: &'static str,
    pub(crate) group: usize,
    pub(crate) weight: u32,
    pub(crate) landers: &'static [usize],
    pub(crate) offers: &'static [usize],
    /// The webhook that a click on the lander passes.
    pub(crate) webhook: Option<usize>,
    /// The middleware that decides which offer a click on the lander leads to.
    pub(crate) middleware: Option<usize>,
}

#[rustfmt::skip]
pub(crate) static FUNNELS: [FunnelSpec; 6] = [
    FunnelSpec { name: "Mattress – Advertorial", group: 0, weight: 28, landers: &[0, 1], offers: &[0, 1], webhook: Some(0), middleware: None },
    FunnelSpec { name: "Mattress – Quiz", group: 0, weight: 20, landers: &[2], offers: &[0, 1, 2], webhook: None, middleware: Some(1) },
    FunnelSpec { name: "Pillow – Direct", group: 0, weight: 10, landers: &[], offers: &[2], webhook: None, middleware: None },
    FunnelSpec { name: "Debt Relief – Calculator", group: 1, weight: 18, landers: &[3, 4], offers: &[3, 4], webhook: Some(1), middleware: Some(0) },
    FunnelSpec { name: "Credit Score – Direct", group: 1, weight: 8, landers: &[], offers: &[4, 5], webhook: None, middleware: None },
    FunnelSpec { name: "Dog Food – Story", group: 2, weight: 16, landers: &[5], offers: &[6, 7], webhook: Some(0), middleware: None },
];

/// The webhook configs.
pub(crate) static WEBHOOKS: [&str; 2] = ["Warehouse – Clicks", "CRM – Leads"];

#[derive(Debug, Clone)]
pub(crate) struct MiddlewareSpec {
    pub(crate) name: &'static str,
    /// Keys of the routes to the first offers of the funnel. The default route leads to the last.
    pub(crate) routes: &'static [&'static str],
    pub(crate) timeout_millis: i64,
}

/// The middleware configs. A visitor takes 150 to 1500 ms from the click to the offer, so that a
/// shorter timeout is exceeded now and then.
pub(crate) static MIDDLEWARE: [MiddlewareSpec; 2] = [
    MiddlewareSpec { name: "Lead Scoring", routes: &["approved"], timeout_millis: 1_000 },
    MiddlewareSpec { name: "Offer Match", routes: &["foam", "hybrid"], timeout_millis: 5_000 },
];

#[derive(Debug, Clone)]
pub(crate) struct LanderSpec {
    pub(crate) name: &'static str,
    /// Per mille of views that click through.
    pub(crate) click_rate: u64,
}

pub(crate) static LANDERS: [LanderSpec; 6] = [
    LanderSpec { name: "Sleep Advertorial A", click_rate: 310 },
    LanderSpec { name: "Sleep Advertorial B", click_rate: 265 },
    LanderSpec { name: "Sleep Quiz", click_rate: 440 },
    LanderSpec { name: "Debt Calculator", click_rate: 380 },
    LanderSpec { name: "Debt Advertorial", click_rate: 240 },
    LanderSpec { name: "Dog Story", click_rate: 350 },
];

#[derive(Debug, Clone)]
pub(crate) struct OfferSpec {
    pub(crate) name: &'static str,
    pub(crate) source: usize,
    pub(crate) payout: Payout,
    /// Per mille of views that convert.
    pub(crate) conversion_rate: u64,
}

#[rustfmt::skip]
pub(crate) static OFFERS: [OfferSpec; 8] = [
    OfferSpec { name: "DreamFoam Mattress", source: 0, payout: Payout::Fixed(650_000), conversion_rate: 34 },
    OfferSpec { name: "CloudNine Hybrid", source: 1, payout: Payout::Share(180_000, 940_000), conversion_rate: 31 },
    OfferSpec { name: "The $49 Pillow", source: 3, payout: Payout::Fixed(175_000), conversion_rate: 58 },
    OfferSpec { name: "Debt Relief Call", source: 1, payout: Payout::Fixed(325_000), conversion_rate: 62 },
    OfferSpec { name: "Consolidation Lead", source: 2, payout: Payout::Fixed(182_500), conversion_rate: 88 },
    OfferSpec { name: "Credit Score Trial", source: 2, payout: Payout::Fixed(221_250), conversion_rate: 71 },
    OfferSpec { name: "Fresh Bowl Subscription", source: 0, payout: Payout::Share(90_000, 310_000), conversion_rate: 65 },
    OfferSpec { name: "Dog Chews", source: 3, payout: Payout::Fixed(99_900), conversion_rate: 93 },
];
