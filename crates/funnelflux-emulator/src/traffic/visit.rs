//! A visit and its events.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::visitor::Visitor;
use crate::account::{Account, Asset, ids};
use crate::rng::hash;
use crate::wire::money::Mills;

/// The most conversions of the traffic on a visit.
const OWN: usize = 2;

/// Which of the source's campaigns, ad groups and ads brought the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ad {
    pub(crate) campaign: u8,
    pub(crate) group: u8,
    pub(crate) creative: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Conversion {
    pub(crate) at: i64,
    pub(crate) revenue: Mills,
}

/// A conversion that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sale {
    pub(crate) conversion: Conversion,
    pub(crate) transaction: String,
}

/// A visit: an entrance, then perhaps a click on the lander, a view of the offer, a click there, and
/// conversions. Times are in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Unique per visit.
    pub(crate) key: u64,
    pub(crate) entered: i64,
    pub(crate) visitor: Visitor,
    pub(crate) source: usize,
    pub(crate) funnel: usize,
    pub(crate) ad: Ad,
    pub(crate) cost: Mills,
    /// The lander of the entrance; without one the visit began on the offer.
    pub(crate) lander: Option<usize>,
    pub(crate) lander_click: Option<i64>,
    /// The number of the action clicked on the lander.
    pub(crate) action: u8,
    /// The offer it led to, set together with `offer_view`.
    pub(crate) offer: Option<usize>,
    pub(crate) offer_view: Option<i64>,
    pub(crate) offer_click: Option<i64>,
    pub(crate) conversions: [Option<Conversion>; OWN],
    /// Uploaded conversions of its offer hit, numbered after those above.
    pub(crate) uploaded: Option<Arc<Vec<Sale>>>,
}

/// The kind of an event, in the order of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EventKind {
    LanderView,
    LanderClick,
    OfferView,
    OfferClick,
    Conversion,
}

impl EventKind {
    pub(crate) const COUNT: usize = 5;
}

/// An event of a visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'v> {
    pub(crate) visit: &'v Visit,
    pub(crate) at: i64,
    pub(crate) kind: EventKind,
    /// The number of the conversion; 0 for any other event.
    number: usize,
}

impl Visit {
    /// The visit without the events after `now`.
    pub(crate) fn known_at(mut self, now: i64) -> Option<Self> {
        if self.entered > now {
            return None;
        }
        let known = |at: Option<i64>| at.filter(|at| *at <= now);
        self.lander_click = known(self.lander_click);
        self.offer_view = known(self.offer_view);
        self.offer_click = known(self.offer_click);
        if self.offer_view.is_none() {
            self.offer = None;
            self.uploaded = None;
        }
        for conversion in &mut self.conversions {
            *conversion = conversion.filter(|conversion| conversion.at <= now);
        }
        Some(self)
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let own = self.conversions.iter().map(|sale| sale.map(|sale| sale.at));
        let uploaded = self.uploaded.iter().flat_map(|sales| sales.iter());
        let sales = own.chain(uploaded.map(|sale| Some(sale.conversion.at))).enumerate();
        [
            (self.lander.map(|_| self.entered), EventKind::LanderView),
            (self.lander_click, EventKind::LanderClick),
            (self.offer_view, EventKind::OfferView),
            (self.offer_click, EventKind::OfferClick),
        ]
        .into_iter()
        .map(|(at, kind)| (at, kind, 0))
        .chain(sales.map(|(number, at)| (at, EventKind::Conversion, number)))
        .filter_map(|(at, kind, number)| Some(Event { visit: self, at: at?, kind, number }))
    }

    fn sale(&self, index: usize) -> Option<Conversion> {
        match index.checked_sub(OWN) {
            None => self.conversions.get(index).copied().flatten(),
            Some(index) => self.uploaded.as_ref()?.get(index).map(|sale| sale.conversion),
        }
    }

    pub(crate) fn sales(&self) -> impl Iterator<Item = Conversion> + '_ {
        let uploaded = self.uploaded.iter().flat_map(|sales| sales.iter());
        self.conversions.iter().flatten().copied().chain(uploaded.map(|sale| sale.conversion))
    }

    /// The transaction of a conversion that was not uploaded.
    pub(crate) fn own_transaction(&self, index: usize) -> String {
        let order = hash(&[self.key, 0x7A]) % 1_000_000_000_000;
        format!("ORD-{order:012}-{}", index + 1)
    }

    /// The id of the hit on the offer or on the lander.
    pub(crate) fn hit_id(&self, on_offer: bool) -> Option<String> {
        let (at, purpose) = match on_offer {
            true => (self.offer_view?, 2),
            false => (self.lander.map(|_| self.entered)?, 1),
        };
        Some(ids::hit_id(at, self.random(purpose), on_offer))
    }

    pub(crate) fn referrer<'a>(&self, account: &'a Account) -> &'a str {
        account.sources.get(self.source).map_or("", |source| source.referrer)
    }

    pub(crate) fn source_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        account.sources.get(self.source).map(|source| &source.asset)
    }

    pub(crate) fn funnel_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        account.funnels.get(self.funnel).map(|funnel| &funnel.asset)
    }

    pub(crate) fn group_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        let funnel = account.funnels.get(self.funnel)?;
        account.groups.get(funnel.group).map(|group| &group.asset)
    }

    pub(crate) fn lander_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        self.lander.and_then(|at| account.landers.get(at)).map(|lander| &lander.asset)
    }

    pub(crate) fn offer_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        self.offer.and_then(|at| account.offers.get(at)).map(|offer| &offer.asset)
    }

    pub(crate) fn offer_source_asset<'a>(&self, account: &'a Account) -> Option<&'a Asset> {
        let offer = self.offer.and_then(|at| account.offers.get(at))?;
        account.offer_sources.get(offer.source).map(|source| &source.asset)
    }

    fn random(&self, purpose: u64) -> [u64; 2] {
        [hash(&[self.key, purpose, 1]), hash(&[self.key, purpose, 2])]
    }
}

impl Event<'_> {
    /// Whether the event began the visit. It carries the visit's cost.
    pub(crate) fn is_entrance(&self) -> bool {
        match self.kind {
            EventKind::LanderView => true,
            EventKind::OfferView => self.visit.lander.is_none(),
            _ => false,
        }
    }

    /// Whether it happened on the offer's page.
    pub(crate) fn on_offer(&self) -> bool {
        self.kind >= EventKind::OfferView
    }

    /// The number of the conversion, where it is one.
    fn sale(&self) -> Option<usize> {
        (self.kind == EventKind::Conversion).then_some(self.number)
    }

    pub(crate) fn conversion(&self) -> Option<Conversion> {
        self.visit.sale(self.sale()?)
    }

    pub(crate) fn hit_id(&self) -> String {
        self.visit.hit_id(self.on_offer()).unwrap_or_default()
    }

    pub(crate) fn hit_at(&self) -> i64 {
        if self.on_offer() {
            self.visit.offer_view.unwrap_or(self.visit.entered)
        } else {
            self.visit.entered
        }
    }

    pub(crate) fn conversion_id(&self) -> Option<String> {
        let purpose = match self.sale()? {
            own @ 0..OWN => 0xC0 + u64::try_from(own).unwrap_or(0),
            // Not by its index, which changes when an earlier one is deleted.
            _ => {
                let bytes: Vec<u64> = self.transaction()?.bytes().map(u64::from).collect();
                hash(&[0xC2, hash(&bytes)])
            }
        };
        Some(ids::hit_id(self.at, self.visit.random(purpose), false))
    }

    pub(crate) fn transaction(&self) -> Option<String> {
        match self.sale()?.checked_sub(OWN) {
            None => Some(self.visit.own_transaction(self.number)),
            Some(index) => Some(self.visit.uploaded.as_ref()?.get(index)?.transaction.clone()),
        }
    }

    pub(crate) fn action(&self) -> Option<u8> {
        match self.kind {
            EventKind::LanderClick => Some(self.visit.action),
            EventKind::OfferClick => Some(1),
            _ => None,
        }
    }

    /// The order of events at one instant: the visit, then its steps.
    pub(crate) fn tie(&self) -> (u64, EventKind, usize) {
        (self.visit.key, self.kind, self.number)
    }
}

/// The host of a referrer.
pub(crate) fn domain(referrer: &str) -> Cow<'_, str> {
    let host = referrer.split_once("://").map_or(referrer, |(_, rest)| rest);
    Cow::Borrowed(host.split('/').next().unwrap_or_default())
}
