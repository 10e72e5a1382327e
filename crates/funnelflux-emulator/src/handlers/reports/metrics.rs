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

/// The names of the metrics in the order of a row: custom events last, each count before its revenue.
pub(crate) fn names() -> Vec<&'static str> {
    let number = |name: &str| {
        let rest = name.strip_prefix("customEvent")?;
        rest.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u32>().ok()
    };
    let mut names: Vec<_> = schemas::METRIC_NAME.values.iter().map(|metric| metric.value).collect();
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

/// One figure for each kind of event, in their order.
type Counts = [u64; EventKind::COUNT];

/// Everything counted in a group of events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) visits: u64,
    pub(crate) conversions: u64,
    /// The events of each kind.
    events: Counts,
    lifetime: u64,
    cost: i128,
    revenue: i128,
    revenue_lifetime: i128,
    /// Each with the kinds of its events within the group, as bits.
    visitors: HashMap<u64, u8>,
}

impl Tally {
    pub(crate) fn count(&mut self, event: &Event<'_>) {
        let visit = event.visit;
        let kind = event.kind;
        if let Some(events) = self.events.get_mut(kind as usize) {
            *events += 1;
        }
        if let Some(sale) = event.sold {
            self.conversions += 1;
            self.revenue += i128::from(sale.revenue);
        }
        if event.is_entrance() {
            self.visits += 1;
            self.cost += i128::from(visit.cost);
            // Lifetime figures count at the entrance, whenever the visit converted.
            for (_, sale) in visit.sales() {
                self.lifetime += 1;
                self.revenue_lifetime += i128::from(sale.revenue);
            }
        }
        *self.visitors.entry(visit.visitor.key).or_default() |= 1 << kind as u8;
    }

    /// How many visitors have an event of each kind.
    fn unique(&self) -> Counts {
        let mut unique = Counts::default();
        for kinds in self.visitors.values() {
            for (kind, count) in unique.iter_mut().enumerate() {
                *count += u64::from((kinds >> kind) & 1);
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

    fn figure(&self, name: &str, unique: &Counts, whole: Share, parent: Share) -> Figure {
        let money = |mills: i128| Figure::Money(Some(money::text(money::decimal(mills))));
        // Without a conversion there is no revenue, rather than one of 0.
        let earned = |conversions: u64, mills: i128| match conversions {
            0 => Figure::Money(None),
            _ => money(mills),
        };
        let (visits, sales) = (self.visits, self.conversions);
        let visitors = u64::try_from(self.visitors.len()).unwrap_or(u64::MAX);
        let [lander_views, lander_clicks, offer_views, offer_clicks, _] = self.events;
        let [lander_viewers, lander_clickers, offer_viewers, offer_clickers, _] = *unique;
        match name {
            "visits" => Figure::Count(visits),
            "visitors" => Figure::Count(visitors),
            "landerViews" => Figure::Count(lander_views),
            "landerViewsUnique" => Figure::Count(lander_viewers),
            "landerClicks" => Figure::Count(lander_clicks),
            "landerClicksUnique" => Figure::Count(lander_clickers),
            "offerViews" => Figure::Count(offer_views),
            "offerViewsUnique" => Figure::Count(offer_viewers),
            "offerClicks" => Figure::Count(offer_clicks),
            "offerClicksUnique" => Figure::Count(offer_clickers),
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
            "landerClickthroughRate" => rate(lander_clicks, lander_views),
            "offerClickthroughRate" => rate(offer_clicks, offer_views),
            "landerClickthroughRateUnique" => rate(lander_clickers, lander_viewers),
            "offerClickthroughRateUnique" => rate(offer_clickers, offer_viewers),
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
    fn per_event(&self, name: &str, unique: &Counts) -> Option<Figure> {
        let (what, event) = name.split_once("Per")?;
        let (counts, event) = match event.strip_prefix("Unique") {
            Some(event) => (unique, event),
            None => (&self.events, event),
        };
        let events = ["LanderView", "LanderClick", "OfferView", "OfferClick"];
        let count = *counts.get(events.iter().position(|known| *known == event)?)?;
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
