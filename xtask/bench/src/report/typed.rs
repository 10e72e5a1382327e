//! Rows as a user would write them by hand.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

/// A report whose rows are `R`.
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

macro_rules! typed_row {
    (counts: $($count:ident)*; money: $($money:ident)*; ratios: $($ratio:ident)*;) => {
        /// Every metric a member: quick, but a metric that is not listed is lost.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[expect(dead_code, reason = "it is decoded and held, not read")]
        pub(super) struct TypedRow {
            attributes: Vec<Attribute>,
            $($count: u64,)*
            $($money: Option<Decimal>,)*
            $($ratio: f64,)*
        }

        #[cfg(test)]
        const MEMBERS: [usize; 3] = [
            [$(stringify!($count)),*].len(),
            [$(stringify!($money)),*].len(),
            [$(stringify!($ratio)),*].len(),
        ];
    };
}

typed_row! {
    counts: visits visitors lander_views lander_views_unique lander_clicks lander_clicks_unique
        offer_views offer_views_unique offer_clicks offer_clicks_unique conversions
        indirect_conversions conversions_lifetime custom_event1_count custom_event2_count
        custom_event3_count custom_event4_count custom_event5_count custom_event6_count;
    money: revenue conversion_revenue revenue_indirect revenue_lifetime cost profit_and_loss
        custom_event1_revenue;
    ratios: return_on_investment uniqueness cost_per_visit revenue_per_visit conversion_per_visit
        cost_per_visitor revenue_per_visitor conversion_per_visitor cost_per_unique_visitor
        revenue_per_unique_visitor conversion_per_unique_visitor visit_percent_vs_top_level
        visit_percent_vs_parent conversion_percent_vs_top_level conversion_percent_vs_parent
        lander_clickthrough_rate offer_clickthrough_rate cost_per_conversion
        revenue_per_conversion;
}

#[cfg(test)]
mod tests {
    use super::super::text::{COUNTS, MONEY, RATIOS, text};
    use super::*;

    #[test]
    fn the_typed_row_has_every_metric_of_the_text() {
        assert_eq!(MEMBERS, [COUNTS.len(), MONEY.len(), RATIOS.len()]);
        // Each member is required, so a name that differs would be an error.
        let rows: Rows<TypedRow> = serde_json::from_str(&text(5_000)).unwrap();
        assert!(!rows.rows.is_empty());
    }
}
