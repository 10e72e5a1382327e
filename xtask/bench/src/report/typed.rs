//! Rows as a user would write them by hand.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is decoded and held, not read")]
pub(super) struct Rows<R> {
    rows: Vec<R>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is decoded and held, not read")]
struct Attribute {
    id: String,
    value: String,
}

/// Every metric kept, whatever its name.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is decoded and held, not read")]
pub(super) struct MapRow {
    attributes: Vec<Attribute>,
    #[serde(flatten)]
    metrics: HashMap<String, Value>,
}

macro_rules! metrics {
    (counts: $($count:ident)*; money: $($money:ident)*; ratios: $($ratio:ident)*;) => {
        /// Whole numbers, in the order in which the rows have them.
        pub(super) const COUNTS: &[&str] = &[$(stringify!($count)),*];
        /// Decimals in strings, or null.
        pub(super) const MONEY: &[&str] = &[$(stringify!($money)),*];
        /// Numbers with a fraction.
        pub(super) const RATIOS: &[&str] = &[$(stringify!($ratio)),*];

        /// Every metric a member: quick, but a metric that is not listed is lost.
        #[derive(Debug, Deserialize)]
        #[allow(non_snake_case, reason = "the members are called as on the wire")]
        #[expect(dead_code, reason = "it is decoded and held, not read")]
        pub(super) struct TypedRow {
            attributes: Vec<Attribute>,
            $($count: u64,)*
            $($money: Option<Decimal>,)*
            $($ratio: f64,)*
        }
    };
}

metrics! {
    counts: visits visitors landerViews landerViewsUnique landerClicks landerClicksUnique
        offerViews offerViewsUnique offerClicks offerClicksUnique conversions indirectConversions
        conversionsLifetime customEvent1Count customEvent2Count customEvent3Count customEvent4Count
        customEvent5Count customEvent6Count;
    money: revenue conversionRevenue revenueIndirect revenueLifetime cost profitAndLoss
        customEvent1Revenue;
    ratios: returnOnInvestment uniqueness costPerVisit revenuePerVisit conversionPerVisit
        costPerVisitor revenuePerVisitor conversionPerVisitor costPerUniqueVisitor
        revenuePerUniqueVisitor conversionPerUniqueVisitor visitPercentVsTopLevel
        visitPercentVsParent conversionPercentVsTopLevel conversionPercentVsParent
        landerClickthroughRate offerClickthroughRate costPerConversion revenuePerConversion;
}

#[cfg(test)]
mod tests {
    use super::super::text::text;
    use super::*;

    #[test]
    fn the_typed_row_has_every_metric_of_the_text() {
        // Each member is required, so a name that differs would be an error.
        let rows: Rows<TypedRow> = serde_json::from_str(&text(5_000)).unwrap();
        assert!(!rows.rows.is_empty());
    }
}
