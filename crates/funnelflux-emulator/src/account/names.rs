//! Names, weights and prices of the account's assets, and places and devices of its visitors, from
//! `data.json`. All of it is made up: no name, price, rate or share is one of a real account. The names of
//! traffic sources are brands, and the user agents are those of common browsers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Payout, Slot};
use crate::wire::Mills;

/// The parsed file. It is part of the program, and `Account`'s tests fail where it cannot be read.
pub(crate) static DATA: LazyLock<Data> =
    LazyLock::new(|| serde_json::from_str(include_str!("data.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
pub(crate) struct Data {
    pub(crate) sources: Vec<SourceSpec>,
    #[serde(borrow)]
    pub(crate) offer_sources: Vec<&'static str>,
    pub(crate) groups: Vec<&'static str>,
    pub(crate) funnels: Vec<FunnelSpec>,
    pub(crate) webhooks: Vec<&'static str>,
    pub(crate) middleware: Vec<MiddlewareSpec>,
    pub(crate) landers: Vec<LanderSpec>,
    pub(crate) offers: Vec<OfferSpec>,
    pub(crate) places: [Place; 12],
    pub(crate) devices: [Device; 10],
    /// The members of a new object beside ids, names and status. `{id}` is its id.
    pub(crate) objects: BTreeMap<&'static str, &'static RawValue>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceSpec {
    pub(crate) name: &'static str,
    pub(crate) weight: u32,
    /// The range that the cost of a visit is drawn from.
    pub(crate) cost: (Mills, Mills),
    pub(crate) referrer: &'static str,
    pub(crate) category: Option<usize>,
    /// Per mille of visits on a phone.
    pub(crate) mobile: u64,
    /// `campaign`, `external`, `c1` … `c5`.
    pub(crate) slots: [Slot; 7],
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct FunnelSpec {
    pub(crate) name: &'static str,
    pub(crate) group: usize,
    pub(crate) weight: u32,
    pub(crate) landers: Vec<usize>,
    pub(crate) offers: Vec<usize>,
    /// The webhook that a click on the lander passes.
    pub(crate) webhook: Option<usize>,
    /// The middleware that decides which offer a click on the lander leads to.
    pub(crate) middleware: Option<usize>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MiddlewareSpec {
    pub(crate) name: &'static str,
    /// Keys of the routes to the first offers of the funnel. The default route leads to the last.
    pub(crate) routes: Vec<&'static str>,
    /// A visitor takes 150 to 1500 ms from the click to the offer, so that a shorter timeout is exceeded
    /// now and then.
    pub(crate) timeout_millis: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LanderSpec {
    pub(crate) name: &'static str,
    /// Per mille of views that click through.
    pub(crate) click_rate: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OfferSpec {
    pub(crate) name: &'static str,
    pub(crate) source: usize,
    pub(crate) payout: Payout,
    /// Per mille of views that convert.
    pub(crate) conversion_rate: u64,
}

#[derive(Default, Deserialize)]
pub(crate) struct Place {
    pub(crate) weight: u32,
    pub(crate) cities: [(&'static str, &'static str); 2],
    pub(crate) providers: [&'static str; 2],
    /// Country, language, …, by the names of raw events.
    #[serde(flatten, borrow)]
    pub(crate) facts: BTreeMap<&'static str, &'static str>,
}

#[derive(Default, Deserialize)]
pub(crate) struct Device {
    pub(crate) weight: u32,
    pub(crate) mobile: bool,
    /// Brand, browser, …, by the names of raw events.
    #[serde(flatten, borrow)]
    pub(crate) facts: BTreeMap<&'static str, &'static str>,
}
