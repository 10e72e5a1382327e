//! The changes of the traffic by updates: costs, conversions, deleted visits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::calls::{Postback, Postbacks};
use super::visit::{Conversion, Sale, TrackingField, Visit};
use super::window::Window;
use crate::account::{Account, Asset, DATA, Payout};
use crate::wire::{TEN_THOUSANDTH, Units};

/// The visits of an update: those that match every list. An empty list matches all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Selection {
    pub(crate) groups: Vec<String>,
    pub(crate) funnels: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) countries: Vec<String>,
    pub(crate) visitors: Vec<String>,
    pub(crate) ips: Vec<String>,
    pub(crate) fields: Vec<(TrackingField, Vec<String>)>,
}

impl Selection {
    fn size(&self) -> usize {
        let Self { groups, funnels, sources, countries, visitors, ips, fields } = self;
        let lists = [groups, funnels, sources, countries, visitors, ips].into_iter();
        let texts = lists.chain(fields.iter().map(|(_, values)| values)).flatten();
        texts.map(|text| size_of::<String>() + text.len()).sum()
    }

    pub(crate) fn holds(&self, account: &Account, visit: &Visit) -> bool {
        let any = |list: &[String], value: &dyn Fn() -> String| {
            list.is_empty() || list.contains(&value())
        };
        let id = |name| visit.asset(account, name).map_or("", Asset::id).to_owned();
        let field = |(field, values): &(TrackingField, Vec<String>)| {
            any(values, &|| field.value(account, visit).into_owned())
        };
        any(&self.groups, &|| id("idCampaign"))
            && any(&self.funnels, &|| id("idFunnel"))
            && any(&self.sources, &|| id("idTrafficSource"))
            && any(&self.countries, &|| visit.visitor.fact("countryCode").to_owned())
            && any(&self.visitors, &|| visit.visitor.id())
            && any(&self.ips, &|| visit.visitor.ip.to_string())
            && self.fields.iter().all(field)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Paid {
    Amount(Units),
    /// The offer's payout; the lowest where it pays a share.
    OffersOwn,
    /// Help: a payout of −1 deletes the conversion.
    Delete,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) hit: String,
    pub(crate) transaction: String,
    pub(crate) paid: Paid,
    pub(crate) calls: Postbacks,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Update {
    /// The total is spread over the visits that entered in the window.
    Cost {
        window: Window,
        selection: Selection,
        total: Units,
    },
    Conversions(Vec<Upload>),
    /// The visits that entered in the window are deleted.
    Reset {
        window: Window,
        selection: Selection,
    },
    /// Its content is unknown, so it changes nothing.
    CustomEvents,
}

/// The most bytes of waiting updates: some 400,000 conversions.
pub(crate) const MOST_WAITING: usize = 64 * 1024 * 1024;

impl Update {
    /// The bytes that it takes, nearly.
    pub(crate) fn size(&self) -> usize {
        size_of::<(i64, Self)>()
            + match self {
                Self::Cost { selection, .. } | Self::Reset { selection, .. } => selection.size(),
                Self::Conversions(uploads) => {
                    let text = |it: &Upload| it.hit.len() + it.transaction.len();
                    uploads.iter().map(|it| size_of::<Upload>() + text(it)).sum()
                }
                Self::CustomEvents => 0,
            }
    }
}

/// The state of the updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Updates {
    /// Updates that are not due yet.
    pub waiting: usize,
    /// Applied updates.
    pub applied: usize,
    /// Uploaded conversions whose hit was not found, or, to be deleted, whose transaction was not.
    pub lost_conversions: usize,
    /// Costs that no visit matched.
    pub lost_costs: usize,
}

/// The conversions that replace those of a visit.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sales {
    own: [Option<Conversion>; 2],
    #[serde(serialize_with = "Vec::serialize", deserialize_with = "shared")]
    uploaded: Arc<Vec<Sale>>,
}

/// The changes so far. Sorted, so that an account is always saved as the same text.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Overlay {
    costs: BTreeMap<u64, Units>,
    sales: BTreeMap<u64, Sales>,
    /// Deleted visits, each with the time when that happened.
    pub(super) gone: BTreeMap<u64, i64>,
    /// The postbacks of uploads, by visit. None is ever removed.
    pub(super) sent: BTreeMap<u64, Vec<Postback>>,
}

impl Overlay {
    /// The visit as it is after the updates; `None` where it was deleted.
    pub(crate) fn amended(&self, visit: &Visit) -> Option<Visit> {
        if self.gone.contains_key(&visit.key) {
            return None;
        }
        let mut visit = visit.clone();
        if let Some(cost) = self.costs.get(&visit.key) {
            visit.cost = *cost;
        }
        if let Some(sales) = self.sales.get(&visit.key) {
            visit.conversions = sales.own;
            visit.uploaded = Some(Arc::clone(&sales.uploaded));
        }
        Some(visit)
    }

    /// Spreads the total exactly: the first visits get a unit more. False without visits.
    pub(crate) fn spread(&mut self, total: Units, visits: &[u64]) -> bool {
        let count = Units::try_from(visits.len()).ok().filter(|count| *count > 0);
        let Some(count) = count else { return false };
        // Rounded down, so that a negative total is spread exactly, too.
        let (each, rest) = (total.div_euclid(count), total.rem_euclid(count));
        for (at, key) in (0_i64..).zip(visits) {
            self.costs.insert(*key, each + Units::from(at < rest));
        }
        true
    }

    /// Sends the postback of an upload, if it asks for one.
    pub(crate) fn call(&mut self, visit: &Visit, upload: &Upload, now: i64) {
        let known = |own: &str| own == upload.transaction;
        let mut own = (0..visit.conversions.len()).map(|index| visit.own_transaction(index));
        let mut sent = self.sent.get(&visit.key).into_iter().flatten();
        let calls = match upload.calls {
            _ if upload.paid == Paid::Delete => false,
            Postbacks::Never => false,
            Postbacks::Always => true,
            // A conversion of the traffic has sent its own.
            Postbacks::Once => !sent.any(|it| known(&it.transaction)) && !own.any(|it| known(&it)),
        };
        if let Some(visit) = self.amended(visit).filter(|_| calls) {
            let postback = Postback::of_transaction(&visit, &upload.transaction, now);
            self.sent.entry(visit.key).or_default().extend(postback);
        }
    }

    /// Attaches a conversion to its visit; false where there is none to delete.
    pub(crate) fn convert(&mut self, visit: &Visit, upload: &Upload) -> bool {
        let mut own = visit.conversions;
        let mut uploaded = visit.uploaded.as_deref().cloned().unwrap_or_default();
        let payout = visit.offer.and_then(|at| DATA.offers.get(at)).map(|offer| offer.payout);
        let revenue = match (upload.paid, payout) {
            (Paid::Amount(amount), _) => Some(amount),
            (Paid::OffersOwn, Some(Payout::Fixed(own) | Payout::Share(own, _))) => {
                Some(own * TEN_THOUSANDTH)
            }
            (Paid::OffersOwn, None) => Some(0),
            (Paid::Delete, _) => None,
        };
        let same = |transaction: &str| transaction == upload.transaction;
        let slot = (0..own.len()).find(|index| same(&visit.own_transaction(*index)));
        let slot = slot.and_then(|index| own.get_mut(index)).filter(|sale| sale.is_some());
        let listed = uploaded.iter().position(|sale| same(&sale.transaction));
        let found = slot.is_some() || listed.is_some();
        match (slot, listed) {
            (Some(slot), _) => {
                *slot = slot.and_then(|sale| Some(Conversion { revenue: revenue?, ..sale }));
            }
            (None, Some(at)) => match (uploaded.get_mut(at), revenue) {
                (Some(sale), Some(revenue)) => sale.conversion.revenue = revenue,
                _ => drop(uploaded.remove(at)),
            },
            (None, None) => uploaded.extend(revenue.map(|revenue| Sale {
                conversion: Conversion { at: visit.offer_view.unwrap_or(visit.entered), revenue },
                transaction: upload.transaction.clone(),
            })),
        }
        self.sales.insert(visit.key, Sales { own, uploaded: Arc::new(uploaded) });
        found || revenue.is_some()
    }
}

/// The waiting updates, and the effect of the others.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    /// With the time each is due, in the order they came.
    waiting: VecDeque<(i64, Update)>,
    size: usize,
    #[serde(serialize_with = "Overlay::serialize", deserialize_with = "shared")]
    pub(crate) overlay: Arc<Overlay>,
    applied: usize,
    pub(crate) lost: usize,
    pub(crate) lost_costs: usize,
}

/// Reads what an `Arc` holds: serde's feature for it would be on in the user's build, too.
fn shared<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Arc<T>, D::Error> {
    T::deserialize(from).map(Arc::new)
}

impl Queue {
    /// Queues all updates; none, and false, where there is no room.
    pub(crate) fn push(&mut self, due_millis: i64, updates: Vec<Update>) -> bool {
        let size: usize = updates.iter().map(Update::size).sum();
        let has_room = self.size + size <= MOST_WAITING;
        if has_room {
            self.size += size;
            self.waiting.extend(updates.into_iter().map(|update| (due_millis, update)));
        }
        has_room
    }

    pub(crate) fn due(&mut self, now: i64) -> Option<(i64, Update)> {
        self.waiting.front().filter(|(due, _)| *due <= now)?;
        let (due, update) = self.waiting.pop_front()?;
        self.applied += 1;
        self.size -= update.size();
        Some((due, update))
    }

    pub(crate) fn state(&self) -> Updates {
        Updates {
            waiting: self.waiting.len(),
            applied: self.applied,
            lost_conversions: self.lost,
            lost_costs: self.lost_costs,
        }
    }
}
