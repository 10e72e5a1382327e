//! The metrics of a report row: the names of the contract, and a formula for those that the emulator
//! can compute. Any other is null.
//!
//! Counts are numbers, and money is an exact decimal string or null (inferred). The form of a ratio is
//! unknown. Here money per something is a decimal string with at most six digits after the point,
//! every other ratio a number with at most four (0.25 is a quarter), and a division by zero is null.

use std::collections::HashMap;

use funnelflux_contract::schemas;
use serde::Serialize;
use serde::ser::SerializeMap;

use crate::traffic::{Event, EventKind};
use crate::wire::money;

/// What a visitor did within the group, as bits.
mod did {
    pub(super) const COME: u8 = 1;
    pub(super) const VIEW_LANDER: u8 = 2;
    pub(super) const CLICK_LANDER: u8 = 4;
    pub(super) const VIEW_OFFER: u8 = 8;
    pub(super) const CLICK_OFFER: u8 = 16;
}

/// The names of the metrics in the order of a row: custom events last, each count before its revenue.
pub(crate) fn names() -> Vec<&'static str> {
    let number = |name: &str| {
        let rest = name.strip_prefix("customEvent")?;
        rest.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u32>().ok()
    };
    let mut names: Vec<_> =
        schemas::METRIC_NAME.values().iter().map(|metric| metric.as_str()).collect();
    names.sort_by_key(|name| number(name));
    names
}

/// The value of a metric.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Figure {
    Count(u64),
    Ratio(Option<f64>),
    Money(Option<String>),
}

/// Everything counted in a group of events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) visits: u64,
    pub(crate) conversions: u64,
    lander_views: u64,
    lander_clicks: u64,
    offer_views: u64,
    offer_clicks: u64,
    lifetime: u64,
    cost: i128,
    revenue: i128,
    revenue_lifetime: i128,
    visitors: HashMap<u64, u8>,
}

impl Tally {
    pub(crate) fn count(&mut self, event: &Event<'_>) {
        let visit = event.visit;
        let mut did = did::COME;
        match event.kind {
            EventKind::LanderView => {
                self.lander_views += 1;
                did |= did::VIEW_LANDER;
            }
            EventKind::LanderClick => {
                self.lander_clicks += 1;
                did |= did::CLICK_LANDER;
            }
            EventKind::OfferView => {
                self.offer_views += 1;
                did |= did::VIEW_OFFER;
            }
            EventKind::OfferClick => {
                self.offer_clicks += 1;
                did |= did::CLICK_OFFER;
            }
            EventKind::Conversion(_) => {
                self.conversions += 1;
                self.revenue += event.conversion().map_or(0, |sale| i128::from(sale.revenue));
            }
        }
        if event.is_entrance() {
            self.visits += 1;
            self.cost += i128::from(visit.cost);
            // Lifetime figures count at the entrance, whenever the visit converted.
            for sale in visit.sales() {
                self.lifetime += 1;
                self.revenue_lifetime += i128::from(sale.revenue);
            }
        }
        *self.visitors.entry(visit.visitor.key).or_default() |= did;
    }

    fn unique(&self) -> Unique {
        let mut unique = Unique::default();
        for bits in self.visitors.values() {
            for (bit, count) in unique.0.iter_mut().enumerate() {
                *count += u64::from((bits >> bit) & 1);
            }
        }
        unique
    }

    /// Writes the metrics as members of the row.
    pub(crate) fn write<M: SerializeMap>(
        &self,
        row: &mut M,
        metrics: &[&'static str],
        whole: Share,
        parent: Share,
    ) -> Result<(), M::Error> {
        let unique = self.unique();
        for name in metrics {
            row.serialize_entry(name, &self.figure(name, &unique, whole, parent))?;
        }
        Ok(())
    }

    fn figure(&self, name: &str, unique: &Unique, whole: Share, parent: Share) -> Figure {
        let money = |mills: i128| Figure::Money(Some(money::text(money::decimal(mills))));
        // Without a conversion there is no revenue, rather than one of 0.
        let earned = |conversions: u64, mills: i128| match conversions {
            0 => Figure::Money(None),
            _ => money(mills),
        };
        let (visits, sales) = (self.visits, self.conversions);
        let who = |did: u8| unique.who(did);
        let visitors = who(did::COME);
        match name {
            "visits" => Figure::Count(visits),
            "visitors" => Figure::Count(visitors),
            "landerViews" => Figure::Count(self.lander_views),
            "landerViewsUnique" => Figure::Count(who(did::VIEW_LANDER)),
            "landerClicks" => Figure::Count(self.lander_clicks),
            "landerClicksUnique" => Figure::Count(who(did::CLICK_LANDER)),
            "offerViews" => Figure::Count(self.offer_views),
            "offerViewsUnique" => Figure::Count(who(did::VIEW_OFFER)),
            "offerClicks" => Figure::Count(self.offer_clicks),
            "offerClicksUnique" => Figure::Count(who(did::CLICK_OFFER)),
            "conversions" => Figure::Count(sales),
            // Each conversion here is attached to the offer's own hit: none is indirect.
            "indirectConversions" => Figure::Count(0),
            "conversionsLifetime" => Figure::Count(self.lifetime),
            "revenue" | "conversionRevenue" => earned(sales, self.revenue),
            "revenueLifetime" => earned(self.lifetime, self.revenue_lifetime),
            "cost" => money(self.cost),
            "profitAndLoss" => money(self.revenue - self.cost),
            "returnOnInvestment" => {
                Figure::Ratio(money::ratio(self.revenue - self.cost, self.cost))
            }
            "uniqueness" => rate(visitors, visits),
            "costPerVisit" => per(self.cost, visits),
            "costPerVisitor" | "costPerUniqueVisitor" => per(self.cost, visitors),
            "costPerConversion" => per(self.cost, sales),
            "revenuePerVisit" => per(self.revenue, visits),
            "revenuePerVisitor" | "revenuePerUniqueVisitor" => per(self.revenue, visitors),
            "revenuePerConversion" => per(self.revenue, sales),
            "conversionPerVisit" => rate(sales, visits),
            "conversionPerVisitor" | "conversionPerUniqueVisitor" => rate(sales, visitors),
            "visitPercentVsTopLevel" => rate(visits, whole.visits),
            "visitPercentVsParent" => rate(visits, parent.visits),
            "conversionPercentVsTopLevel" => rate(sales, whole.conversions),
            "conversionPercentVsParent" => rate(sales, parent.conversions),
            "landerClickthroughRate" => rate(self.lander_clicks, self.lander_views),
            "offerClickthroughRate" => rate(self.offer_clicks, self.offer_views),
            "landerClickthroughRateUnique" => rate(who(did::CLICK_LANDER), who(did::VIEW_LANDER)),
            "offerClickthroughRateUnique" => rate(who(did::CLICK_OFFER), who(did::VIEW_OFFER)),
            "conversionPerParentVisit" => rate(sales, parent.visits),
            // The account fires no custom events.
            event if event.starts_with("customEvent") && event.ends_with("Count") => {
                Figure::Count(0)
            }
            event if event.starts_with("customEvent") && event.ends_with("PerVisit") => {
                rate(0, visits)
            }
            other => self.per_event(other, unique).unwrap_or(Figure::Money(None)),
        }
    }

    /// Cost, revenue or conversions per view or click, such as `costPerUniqueLanderView`.
    fn per_event(&self, name: &str, unique: &Unique) -> Option<Figure> {
        let (what, event) = name.split_once("Per")?;
        let once = event.strip_prefix("Unique");
        let (all, did) = match once.unwrap_or(event) {
            "LanderView" => (self.lander_views, did::VIEW_LANDER),
            "LanderClick" => (self.lander_clicks, did::CLICK_LANDER),
            "OfferView" => (self.offer_views, did::VIEW_OFFER),
            "OfferClick" => (self.offer_clicks, did::CLICK_OFFER),
            _ => return None,
        };
        let count = if once.is_some() { unique.who(did) } else { all };
        match what {
            "cost" => Some(per(self.cost, count)),
            "revenue" => Some(per(self.revenue, count)),
            "conversion" => Some(rate(self.conversions, count)),
            _ => None,
        }
    }
}

fn per(mills: i128, count: u64) -> Figure {
    Figure::Money(money::per(mills, count))
}

fn rate(part: u64, of: u64) -> Figure {
    Figure::Ratio(money::ratio(part.into(), of.into()))
}

/// How many visitors did each thing, by its bit.
#[derive(Debug, Default)]
struct Unique([u64; 5]);

impl Unique {
    fn who(&self, did: u8) -> u64 {
        self.0.get(did.trailing_zeros() as usize).copied().unwrap_or_default()
    }
}

/// The whole or the parent that a row is a share of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Share {
    pub(crate) visits: u64,
    pub(crate) conversions: u64,
}

impl Share {
    pub(crate) fn add(&mut self, tally: &Tally) {
        self.visits += tally.visits;
        self.conversions += tally.conversions;
    }
}
