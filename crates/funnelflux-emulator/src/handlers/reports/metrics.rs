//! The metrics of a report row.
//!
//! The names are the vendor's vocabulary: `offerViews`, `conversions` and `revenue` proven, the rest
//! sibling-graded. Counts are numbers and money is an exact decimal string or null, as production
//! had them. What a ratio looks like is unknown; here money per something is a decimal string with
//! at most six digits after the point, every other ratio a number with at most four (0.25 is a
//! quarter), and a division by zero is null.

use std::collections::HashMap;

use serde::ser::SerializeMap;

use crate::traffic::{Event, EventKind};
use crate::wire::money;

/// What a visitor did within the group, one bit each.
mod did {
    pub(super) const COME: u8 = 1;
    pub(super) const VIEW_LANDER: u8 = 2;
    pub(super) const CLICK_LANDER: u8 = 4;
    pub(super) const VIEW_OFFER: u8 = 8;
    pub(super) const CLICK_OFFER: u8 = 16;
}

const PER_UNIQUE_VISITOR: [&str; 3] =
    ["costPerUniqueVisitor", "revenuePerUniqueVisitor", "conversionPerUniqueVisitor"];

#[rustfmt::skip]
const CUSTOM_EVENTS: [(&str, &str); 10] = [
    ("customEvent1Count", "customEvent1Revenue"),
    ("customEvent2Count", "customEvent2Revenue"),
    ("customEvent3Count", "customEvent3Revenue"),
    ("customEvent4Count", "customEvent4Revenue"),
    ("customEvent5Count", "customEvent5Revenue"),
    ("customEvent6Count", "customEvent6Revenue"),
    ("customEvent7Count", "customEvent7Revenue"),
    ("customEvent8Count", "customEvent8Revenue"),
    ("customEvent9Count", "customEvent9Revenue"),
    ("customEvent10Count", "customEvent10Revenue"),
];

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
            // Lifetime figures follow the visit: whenever it converted, it counts where it entered.
            for sale in visit.sales() {
                self.lifetime += 1;
                self.revenue_lifetime += i128::from(sale.revenue);
            }
        }
        *self.visitors.entry(visit.visitor.key).or_default() |= did;
    }

    fn who(&self, did: u8) -> u64 {
        let count = self.visitors.values().filter(|bits| *bits & did != 0).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    /// Writes every metric as a member of the row.
    pub(crate) fn write<M: SerializeMap>(
        &self,
        row: &mut M,
        whole: Share,
        parent: Share,
    ) -> Result<(), M::Error> {
        let visitors = self.who(did::COME);
        let money = |mills: i128| money::text(money::decimal(mills));
        let earned = |conversions: u64, mills: i128| (conversions > 0).then(|| money(mills));
        let rate = |part: u64, of: u64| money::ratio(part.into(), of.into());
        row.serialize_entry("visits", &self.visits)?;
        row.serialize_entry("visitors", &visitors)?;
        row.serialize_entry("landerViews", &self.lander_views)?;
        row.serialize_entry("landerViewsUnique", &self.who(did::VIEW_LANDER))?;
        row.serialize_entry("landerClicks", &self.lander_clicks)?;
        row.serialize_entry("landerClicksUnique", &self.who(did::CLICK_LANDER))?;
        row.serialize_entry("offerViews", &self.offer_views)?;
        row.serialize_entry("offerViewsUnique", &self.who(did::VIEW_OFFER))?;
        row.serialize_entry("offerClicks", &self.offer_clicks)?;
        row.serialize_entry("offerClicksUnique", &self.who(did::CLICK_OFFER))?;
        row.serialize_entry("conversions", &self.conversions)?;
        // Each conversion here is attached to the offer's own hit: none is indirect.
        row.serialize_entry("indirectConversions", &0)?;
        row.serialize_entry("conversionsLifetime", &self.lifetime)?;
        row.serialize_entry("revenue", &earned(self.conversions, self.revenue))?;
        row.serialize_entry("conversionRevenue", &earned(self.conversions, self.revenue))?;
        row.serialize_entry("revenueIndirect", &None::<String>)?;
        row.serialize_entry("revenueLifetime", &earned(self.lifetime, self.revenue_lifetime))?;
        row.serialize_entry("cost", &money(self.cost))?;
        let profit = self.revenue - self.cost;
        row.serialize_entry("profitAndLoss", &money(profit))?;
        row.serialize_entry("returnOnInvestment", &money::ratio(profit, self.cost))?;
        row.serialize_entry("uniqueness", &rate(visitors, self.visits))?;
        for ([cost, revenue, conversion], count) in [
            (["costPerVisit", "revenuePerVisit", "conversionPerVisit"], self.visits),
            (["costPerVisitor", "revenuePerVisitor", "conversionPerVisitor"], visitors),
            (PER_UNIQUE_VISITOR, visitors),
        ] {
            row.serialize_entry(cost, &money::per(self.cost, count))?;
            row.serialize_entry(revenue, &money::per(self.revenue, count))?;
            row.serialize_entry(conversion, &rate(self.conversions, count))?;
        }
        row.serialize_entry("visitPercentVsTopLevel", &rate(self.visits, whole.visits))?;
        row.serialize_entry("visitPercentVsParent", &rate(self.visits, parent.visits))?;
        let (sales, of) = (self.conversions, whole.conversions);
        row.serialize_entry("conversionPercentVsTopLevel", &rate(sales, of))?;
        row.serialize_entry("conversionPercentVsParent", &rate(sales, parent.conversions))?;
        row.serialize_entry(
            "landerClickthroughRate",
            &rate(self.lander_clicks, self.lander_views),
        )?;
        row.serialize_entry("offerClickthroughRate", &rate(self.offer_clicks, self.offer_views))?;
        row.serialize_entry("costPerConversion", &money::per(self.cost, sales))?;
        row.serialize_entry("revenuePerConversion", &money::per(self.revenue, sales))?;
        // The account fires no custom events.
        for (count, revenue) in CUSTOM_EVENTS {
            row.serialize_entry(count, &0)?;
            row.serialize_entry(revenue, &None::<String>)?;
        }
        Ok(())
    }
}

/// What a row is a share of.
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
