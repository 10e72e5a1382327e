//! The metrics of a report row: the names of the contract, and a formula for those that the emulator
//! can compute. Any other is null. `docs/emulator.md` has the forms of counts, money and ratios.

use std::collections::HashMap;

use funnelflux_contract::schemas;
use serde_json::Value;

use crate::traffic::Event;
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

/// One figure for each kind of event, in their order.
pub(crate) type Counts = [u64; 5];

#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) visits: u64,
    pub(crate) conversions: u64,
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
        let (visit, kind) = (event.visit, event.kind);
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
    pub(crate) fn unique(&self) -> Counts {
        let mut unique = Counts::default();
        for kinds in self.visitors.values() {
            for (kind, count) in unique.iter_mut().enumerate() {
                *count += u64::from((kinds >> kind) & 1);
            }
        }
        unique
    }

    pub(crate) fn figure(&self, name: &str, unique: &Counts, whole: Share, parent: Share) -> Value {
        // Without a conversion there is no revenue, rather than one of 0.
        let earned = |conversions: u64, units: i128| match conversions {
            0 => Value::Null,
            _ => money::of(units).into(),
        };
        let (visits, sales) = (self.visits, self.conversions);
        let is_custom = name.starts_with("customEvent");
        match name {
            // Each conversion here is attached to the offer's own hit: none is indirect.
            "indirectConversions" => 0.into(),
            "conversionsLifetime" => self.lifetime.into(),
            "revenue" | "conversionRevenue" => earned(sales, self.revenue),
            "revenueLifetime" => earned(self.lifetime, self.revenue_lifetime),
            "cost" => money::of(self.cost).into(),
            "profitAndLoss" => money::of(self.revenue - self.cost).into(),
            "returnOnInvestment" => money::ratio(self.revenue - self.cost, self.cost).into(),
            "uniqueness" => rate(self.visitors(), visits),
            "visitPercentVsTopLevel" => rate(visits, whole.visits),
            "visitPercentVsParent" => rate(visits, parent.visits),
            "conversionPercentVsTopLevel" => rate(sales, whole.conversions),
            "conversionPercentVsParent" => rate(sales, parent.conversions),
            "conversionPerParentVisit" => rate(sales, parent.visits),
            // The account fires no custom events.
            _ if is_custom && name.ends_with("Count") => 0.into(),
            _ if is_custom && name.ends_with("PerVisit") => rate(0, visits),
            _ => self.regular(name, unique).unwrap_or_default(),
        }
    }

    fn visitors(&self) -> u64 {
        u64::try_from(self.visitors.len()).unwrap_or(u64::MAX)
    }

    /// A count such as `landerViewsUnique`, a rate such as `offerClickthroughRate`, or cost, revenue
    /// or conversions per event, such as `costPerUniqueLanderView`.
    fn regular(&self, name: &str, unique: &Counts) -> Option<Value> {
        let counts = if name.contains("Unique") { unique } else { &self.events };
        let [lander_views, lander_clicks, offer_views, offer_clicks, _] = *counts;
        let count = |event: &str| match event {
            "visits" | "Visit" => Some(self.visits),
            "visitors" | "Visitor" => Some(self.visitors()),
            "conversions" | "Conversion" => Some(self.conversions),
            "landerViews" | "LanderView" => Some(lander_views),
            "landerClicks" | "LanderClick" => Some(lander_clicks),
            "offerViews" | "OfferView" => Some(offer_views),
            "offerClicks" | "OfferClick" => Some(offer_clicks),
            _ => None,
        };
        let name = name.strip_suffix("Unique").unwrap_or(name);
        let Some((what, event)) = name.split_once("Per") else {
            return match name.strip_suffix("ClickthroughRate") {
                Some("lander") => Some(rate(lander_clicks, lander_views)),
                Some("offer") => Some(rate(offer_clicks, offer_views)),
                _ => count(name).map(Value::from),
            };
        };
        let of = count(event.strip_prefix("Unique").unwrap_or(event))?;
        match what {
            "cost" => Some(money::per(self.cost, of).into()),
            "revenue" => Some(money::per(self.revenue, of).into()),
            "conversion" => Some(rate(self.conversions, of)),
            _ => None,
        }
    }
}

fn rate(part: u64, of: u64) -> Value {
    money::ratio(part.into(), of.into()).into()
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
