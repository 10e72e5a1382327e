//! The account that makes the traffic: names, weights and prices of its assets, and places and devices of
//! its visitors, from `data.json`. All of it is made up: no name, price, rate or share is one of a real
//! account. The names of traffic sources are brands, and the user agents are those of common browsers.

pub(crate) mod ids;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rng::{Rng, hash};
use crate::wire::Units;

/// When the first asset was made: 2022-03-01T08:00:00Z, before the first traffic.
const FIRST_ASSET_MILLIS: i64 = 1_646_121_600_000;
/// Assets are made 37 minutes and a bit apart, so that no two ids share their time part.
const ASSET_STEP_MILLIS: i64 = 2_231_417;

/// The actions of a lander: a click is on one of them.
pub(crate) const LANDER_ACTIONS: u8 = 3;

/// An asset's id and name, as reports show them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asset {
    id: String,
    name: String,
}

impl Asset {
    pub(crate) fn new(id: String, name: &str) -> Self {
        Self { id, name: name.to_owned() }
    }

    pub(crate) fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// The id: 12 characters by the documented format, the same for the same seed.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The values of a tracking field of a traffic source.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Slot {
    /// An 18-digit number: of the campaign (0), the ad group in it (1) or the ad in that (2).
    Number(usize),
    /// Another value on every visit.
    ClickId,
    Pool(Vec<&'static str>),
    /// A campaign name: this text and the campaign's number.
    Label(&'static str),
    Empty,
}

/// In ten-thousandths.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payout {
    Fixed(Units),
    /// A share of the order: between the two, in whole cents.
    Share(Units, Units),
}

/// The parsed file. It is part of the program, and `Account`'s tests fail where it cannot be read.
pub(crate) static DATA: LazyLock<Data> =
    LazyLock::new(|| serde_json::from_str(include_str!("data.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
pub(crate) struct Data {
    pub(crate) sources: Vec<SourceSpec>,
    pub(crate) offer_sources: Vec<NamedSpec>,
    pub(crate) groups: Vec<NamedSpec>,
    pub(crate) funnels: Vec<FunnelSpec>,
    pub(crate) webhooks: Vec<NamedSpec>,
    pub(crate) middleware: Vec<MiddlewareSpec>,
    pub(crate) landers: Vec<LanderSpec>,
    pub(crate) offers: Vec<OfferSpec>,
    pub(crate) places: [Place; 12],
    pub(crate) devices: [Device; 10],
    /// The members of a new object beside ids, names and status. `{id}` is its id.
    #[serde(borrow)]
    pub(crate) objects: BTreeMap<&'static str, &'static RawValue>,
}

#[derive(Deserialize)]
pub(crate) struct NamedSpec {
    pub(crate) name: &'static str,
}

#[derive(Deserialize)]
pub(crate) struct SourceSpec {
    pub(crate) name: &'static str,
    pub(crate) weight: u32,
    /// The range that the cost of a visit is drawn from, in ten-thousandths.
    pub(crate) cost: (Units, Units),
    pub(crate) referrer: &'static str,
    pub(crate) category: Option<usize>,
    /// Per mille of visits on a phone.
    pub(crate) mobile: u64,
    /// `campaign`, `external`, `c1` … `c5`.
    pub(crate) slots: [Slot; 7],
}

#[derive(Deserialize)]
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

#[derive(Deserialize)]
pub(crate) struct MiddlewareSpec {
    pub(crate) name: &'static str,
    /// Keys of the routes to the first offers of the funnel. The default route leads to the last.
    pub(crate) routes: Vec<&'static str>,
    /// A visitor takes 150 to 1500 ms from the click to the offer, so that a shorter timeout is exceeded
    /// now and then.
    pub(crate) timeout_millis: i64,
}

#[derive(Deserialize)]
pub(crate) struct LanderSpec {
    pub(crate) name: &'static str,
    /// Per mille of views that click through.
    pub(crate) click_rate: u64,
}

#[derive(Deserialize)]
pub(crate) struct OfferSpec {
    pub(crate) name: &'static str,
    pub(crate) source: usize,
    pub(crate) payout: Payout,
    /// Per mille of views that convert.
    pub(crate) conversion_rate: u64,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Place {
    pub(crate) weight: u32,
    pub(crate) cities: [(&'static str, &'static str); 2],
    pub(crate) providers: [&'static str; 2],
    /// Country, language, …, by the names of raw events.
    #[serde(flatten, borrow)]
    pub(crate) facts: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Device {
    pub(crate) weight: u32,
    pub(crate) mobile: bool,
    /// Brand, browser, …, by the names of raw events.
    #[serde(flatten, borrow)]
    pub(crate) facts: BTreeMap<&'static str, &'static str>,
}

/// Makes the account: the assets of each list of the data, in its order, and a method that shows them.
macro_rules! account {
    ($($(#[doc = $doc:literal])+ $name:ident: $list:ident;)+) => {
        /// The assets of the account. The same seed gives the same account.
        #[derive(Debug, Clone)]
        pub struct Account {
            user_id: String,
            /// The part of the seed in the values of tracking fields.
            pub(crate) salt: u64,
            $(pub(crate) $list: Vec<Asset>,)+
            /// The nodes of funnels that show a page, by the ids of funnel and page, as they are at present.
            pub(crate) nodes: BTreeMap<(String, String), Asset>,
        }

        impl Account {
            pub(crate) fn new(seed: u64) -> Self {
                let mut rng = Rng::new(hash(&[seed, 0xACC0]));
                let mut created = FIRST_ASSET_MILLIS;
                let mut asset = |name: &str| {
                    let id = ids::asset_id(created, rng.next());
                    created += ASSET_STEP_MILLIS;
                    Asset::new(id, name)
                };
                Self {
                    user_id: format!("emulator|{:016x}", hash(&[seed, 0x05E2])),
                    salt: hash(&[seed, 0x5A17]),
                    $($list: DATA.$list.iter().map(|spec| asset(spec.name)).collect(),)+
                    nodes: BTreeMap::new(),
                }
            }

            /// The user of the tokens.
            pub fn user_id(&self) -> &str {
                &self.user_id
            }

            $(
                $(#[doc = $doc])+
                pub fn $name(&self) -> impl Iterator<Item = &Asset> {
                    self.$list.iter()
                }
            )+
        }
    };
}

// An id depends on how many were made before: new kinds go to the end.
account! {
    /// The traffic sources.
    traffic_sources: sources;
    /// The offer sources.
    offer_sources: offer_sources;
    /// The funnel groups, called campaigns on the wire.
    funnel_groups: groups;
    /// The landers.
    landers: landers;
    /// The offers.
    offers: offers;
    /// The funnels.
    funnels: funnels;
    /// The webhook configs.
    webhook_configs: webhooks;
    /// The middleware configs.
    middleware_configs: middleware;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn assets(account: &Account) -> Vec<&Asset> {
        let thirds = account.traffic_sources().chain(account.offer_sources());
        let funnels = thirds.chain(account.funnel_groups()).chain(account.funnels());
        let pages = funnels.chain(account.landers()).chain(account.offers());
        pages.chain(account.webhook_configs()).chain(account.middleware_configs()).collect()
    }

    #[test]
    fn a_seed_always_gives_the_same_account_and_another_seed_another() {
        let (one, again, other) = (Account::new(1), Account::new(1), Account::new(2));
        assert_eq!(assets(&one), assets(&again));
        let ids: HashSet<_> = assets(&one).into_iter().map(Asset::id).collect();
        assert_eq!(ids.len(), assets(&one).len(), "no id twice");
        assert!(assets(&other).into_iter().all(|asset| !ids.contains(asset.id())));
    }

    #[test]
    fn every_reference_between_assets_leads_somewhere() {
        assert!(!DATA.funnels.is_empty());
        for funnel in &DATA.funnels {
            assert!(funnel.group < DATA.groups.len());
            assert!(funnel.landers.iter().all(|lander| *lander < DATA.landers.len()));
            assert!(!funnel.offers.is_empty());
            assert!(funnel.offers.iter().all(|offer| *offer < DATA.offers.len()));
            assert!(funnel.webhook.is_none_or(|at| at < DATA.webhooks.len()));
            let called = funnel.webhook.is_some() || funnel.middleware.is_some();
            assert!(!called || !funnel.landers.is_empty(), "it is a click on a lander that calls");
            if let Some(at) = funnel.middleware {
                let routes = DATA.middleware[at].routes.len();
                assert_eq!(routes + 1, funnel.offers.len(), "each route leads to an offer");
            }
        }
        assert!(DATA.offers.iter().all(|offer| offer.source < DATA.offer_sources.len()));
    }
}
