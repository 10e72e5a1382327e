//! A visit, its visitor, its events, and its tracking fields: `campaign`, `external`, `c1` … `c20`.

use std::borrow::Cow;
use std::net::Ipv4Addr;
use std::sync::Arc;

use funnelflux_contract::schemas::TRACKING_SLOT;
use serde::{Deserialize, Serialize};

use super::hour::MILLIS;
use crate::account::{Account, Asset, DATA, Data, Device, Place, Slot, ids};
use crate::rng::{Rng, hash};
use crate::wire::{Refusal, Result, Units};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Conversion {
    pub(crate) at: i64,
    pub(crate) revenue: Units,
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
    /// Which of the source's campaigns, ad groups in it and ads in that brought the visit.
    pub(crate) ad: [u8; 3],
    pub(crate) cost: Units,
    /// The lander of the entrance; without one the visit began on the offer.
    pub(crate) lander: Option<usize>,
    pub(crate) lander_click: Option<i64>,
    /// The number of the action clicked on the lander.
    pub(crate) action: u8,
    /// The offer it led to, set together with `offer_view`.
    pub(crate) offer: Option<usize>,
    pub(crate) offer_view: Option<i64>,
    pub(crate) offer_click: Option<i64>,
    pub(crate) conversions: [Option<Conversion>; 2],
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

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sold<'v> {
    number: usize,
    pub(crate) revenue: Units,
    /// `None` for one of the traffic.
    transaction: Option<&'v str>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'v> {
    pub(crate) visit: &'v Visit,
    pub(crate) at: i64,
    pub(crate) kind: EventKind,
    pub(crate) sold: Option<Sold<'v>>,
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
        let sales = self.sales().map(|(at, sold)| (Some(at), EventKind::Conversion, Some(sold)));
        [
            (self.lander.map(|_| self.entered), EventKind::LanderView, None),
            (self.lander_click, EventKind::LanderClick, None),
            (self.offer_view, EventKind::OfferView, None),
            (self.offer_click, EventKind::OfferClick, None),
        ]
        .into_iter()
        .chain(sales)
        .filter_map(|(at, kind, sold)| Some(Event { visit: self, at: at?, kind, sold }))
    }

    /// Every conversion and its time, those of the traffic first.
    pub(crate) fn sales(&self) -> impl Iterator<Item = (i64, Sold<'_>)> {
        let own = self.conversions.iter().map(|sale| sale.map(|sale| (sale, None)));
        let uploaded = self.uploaded.iter().flat_map(|sales| sales.iter());
        let uploaded = uploaded.map(|sale| Some((sale.conversion, Some(&*sale.transaction))));
        own.chain(uploaded).enumerate().filter_map(|(number, sale)| {
            let (Conversion { at, revenue }, transaction) = sale?;
            Some((at, Sold { number, revenue, transaction }))
        })
    }

    /// The transaction of a conversion that was not uploaded.
    pub(crate) fn own_transaction(&self, index: usize) -> String {
        let order = hash(&[self.key, 0x7A]) % 1_000_000_000_000;
        format!("ORD-{order:012}-{}", index + 1)
    }

    pub(crate) fn hit_id(&self, on_offer: bool) -> Option<String> {
        let (at, purpose) = match on_offer {
            true => (self.offer_view?, 2),
            false => (self.lander.map(|_| self.entered)?, 1),
        };
        Some(ids::hit_id(at, self.random(purpose), on_offer))
    }

    pub(crate) fn referrer(&self) -> &'static str {
        DATA.sources.get(self.source).map_or("", |source| source.referrer)
    }

    /// The asset whose id raw events show under that name.
    pub(crate) fn asset<'a>(&self, account: &'a Account, id: &str) -> Option<&'a Asset> {
        match id {
            "idTrafficSource" => account.sources.get(self.source),
            "idCampaign" => account.groups.get(DATA.funnels.get(self.funnel)?.group),
            "idFunnel" => account.funnels.get(self.funnel),
            "idLander" => account.landers.get(self.lander?),
            "idOffer" => account.offers.get(self.offer?),
            "idOfferSource" => account.offer_sources.get(DATA.offers.get(self.offer?)?.source),
            _ => None,
        }
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

    pub(crate) fn is_view(&self) -> bool {
        matches!(self.kind, EventKind::LanderView | EventKind::OfferView)
    }

    pub(crate) fn on_offer(&self) -> bool {
        self.kind >= EventKind::OfferView
    }

    pub(crate) fn hit_id(&self) -> String {
        self.visit.hit_id(self.on_offer()).unwrap_or_default()
    }

    pub(crate) fn hit_at(&self) -> i64 {
        let viewed = self.visit.offer_view.filter(|_| self.on_offer());
        viewed.unwrap_or(self.visit.entered)
    }

    pub(crate) fn conversion_id(&self) -> Option<String> {
        let sold = self.sold?;
        let purpose = match sold.transaction {
            None => 0xC0 + u64::try_from(sold.number).unwrap_or(0),
            // Not by its number, which changes when an earlier one is deleted.
            Some(own) => hash(&[0xC2, hash(&own.bytes().map(u64::from).collect::<Vec<_>>())]),
        };
        Some(ids::hit_id(self.at, self.visit.random(purpose), false))
    }

    pub(crate) fn transaction(&self) -> Option<String> {
        let sold = self.sold?;
        let own = || self.visit.own_transaction(sold.number);
        Some(sold.transaction.map_or_else(own, str::to_owned))
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
        (self.visit.key, self.kind, self.sold.map_or(0, |sold| sold.number))
    }
}

pub(crate) fn domain(referrer: &str) -> &str {
    let host = referrer.split_once("://").map_or(referrer, |(_, rest)| rest);
    host.split('/').next().unwrap_or_default()
}

/// TEST-NET-1, -2 and -3 (RFC 5737), which are reserved for documentation.
const TEST_NETS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

/// A visitor, derived from the hour and the number of the first visit, so that none is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// Unique per visitor.
    pub(crate) key: u64,
    pub(crate) born_millis: i64,
    place: &'static Place,
    /// Of its place.
    city: usize,
    pub(crate) device: &'static Device,
    pub(crate) ip: Ipv4Addr,
}

impl Visitor {
    /// The visitor who first came in that hour; `mobile` is the share of phones, per mille.
    pub(crate) fn born(seed: u64, hour: i64, number: u64, mobile: u64) -> Self {
        let key = hash(&[seed, 0x0015_1708, hour.cast_unsigned(), number]);
        let mut rng = Rng::new(key);
        let phone = rng.chance(mobile);
        let Data { places, devices, .. } = &*DATA;
        let weight = move |it: &Device| if it.mobile == phone { it.weight } else { 0 };
        let weights = devices.iter().map(weight);
        let net = TEST_NETS.get(rng.index(TEST_NETS.len())).copied().unwrap_or([192, 0, 2]);
        // 1 to 254: neither the network nor the broadcast address.
        let host = u8::try_from(rng.between(1, 254)).unwrap_or(1);
        Self {
            key,
            born_millis: hour * MILLIS + rng.between(0, MILLIS - 1),
            place: places
                .get(rng.weighted(places.iter().map(|it| it.weight)))
                .unwrap_or(&places[0]),
            city: rng.index(2),
            device: devices.get(rng.weighted(weights)).unwrap_or(&devices[0]),
            ip: Ipv4Addr::new(net[0], net[1], net[2], host),
        }
    }

    /// A fact about the visitor's place or device, by its name in raw events.
    pub(crate) fn fact(&self, name: &str) -> &'static str {
        let (place, device) = (&self.place.facts, &self.device.facts);
        place.get(name).or_else(|| device.get(name)).copied().unwrap_or_default()
    }

    pub(crate) fn city(&self) -> (&'static str, &'static str) {
        self.place.cities.get(self.city).copied().unwrap_or_default()
    }

    pub(crate) fn provider(&self) -> &'static str {
        self.place.providers.get(usize::from(self.device.mobile)).copied().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        ids::visitor_id(self.born_millis, [hash(&[self.key, 1]), hash(&[self.key, 2])])
    }
}

/// A tracking-field slot, by its place in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrackingField(u8);

impl TrackingField {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let index = TRACKING_SLOT.values.iter().position(|known| known.value == name)?;
        u8::try_from(index).ok().map(Self)
    }

    pub(crate) fn named(at: &str, name: &str) -> Result<Self> {
        let right = "campaign, external or c1 to c20";
        Self::parse(name).ok_or_else(|| Refusal::at(at, "is not a tracking field", right))
    }

    pub(crate) fn name(self) -> &'static str {
        TRACKING_SLOT.values.get(usize::from(self.0)).map_or("", |slot| slot.value)
    }

    /// The slots that the account's traffic sources fill.
    pub(crate) fn filled() -> impl Iterator<Item = Self> {
        (0..7).map(Self)
    }

    /// The value on a visit; empty where the source has none.
    pub(crate) fn value(self, account: &Account, visit: &Visit) -> Cow<'static, str> {
        let source = DATA.sources.get(visit.source);
        let slot = source.and_then(|source| source.slots.get(usize::from(self.0)));
        let salt = account.salt;
        match slot.unwrap_or(&Slot::Empty) {
            Slot::Empty => "".into(),
            Slot::Pool(values) => {
                let length = u64::try_from(values.len()).unwrap_or(1).max(1);
                let pick = hash(&[salt, self.0.into(), visit.key]) % length;
                let value = usize::try_from(pick).ok().and_then(|at| values.get(at));
                value.copied().unwrap_or_default().into()
            }
            Slot::Label(text) => format!("{text} {}", visit.ad[0] + 1).into(),
            Slot::Number(depth) => {
                let source = u64::try_from(visit.source).unwrap_or(0);
                let mut path = [salt, source, 99, 99, 99];
                for (step, number) in path.iter_mut().skip(2).zip(visit.ad).take(1 + depth) {
                    *step = number.into();
                }
                // 18 digits, as ad networks number their objects.
                format!("12{:016}", hash(&path) % 10_000_000_000_000_000).into()
            }
            Slot::ClickId => format!("clk{:016x}", hash(&[salt, 0xC11C, visit.key])).into(),
        }
    }
}
