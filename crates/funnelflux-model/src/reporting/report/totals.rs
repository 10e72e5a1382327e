use rust_decimal::Decimal;

use super::View;
use crate::reporting::Metric;

/// Sums over the rows of a report, computed by this crate and not sent by the server.
///
/// A metric that does not add up has no total: a visitor in two rows is still one visitor. A visit
/// that is in several rows, as with landers in a funnel that is not linear, counts in each of them.
/// Totals of the server, if it sends any, are in [`Report::extra`](super::Report::extra).
/// Null and absent figures count as nothing. Rows without attributes are not groups and are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    sums: Vec<(Metric, Option<Decimal>)>,
}

impl Totals {
    /// The sum of a metric; `None` if it is absent, does not add up or cannot be summed exactly.
    pub fn get(&self, metric: &Metric) -> Option<Decimal> {
        self.sums.iter().find(|(known, _)| known == metric).and_then(|(_, sum)| *sum)
    }

    /// Every metric of the view with its sum, in the order of the view.
    pub fn iter(&self) -> impl Iterator<Item = (&Metric, Option<Decimal>)> {
        self.sums.iter().map(|(metric, sum)| (metric, *sum))
    }
}

impl View<'_> {
    /// The sums of the additive metrics over all rows, computed here, see [`Totals`].
    pub fn totals(&self) -> Totals {
        let report = self.report();
        let first = report.attributes().first();
        let is_group = |row: &usize| first.is_none_or(|column| column.code(*row).is_some());
        let groups: Vec<usize> = (0..report.len()).filter(is_group).collect();
        let sum = |column: &super::view::ViewColumn<'_>| {
            if !column.metric.is_additive() {
                return None;
            }
            groups.iter().try_fold(Decimal::ZERO, |sum, row| {
                let cell = column.get(*row);
                if cell.is_null() || cell.is_absent() {
                    return Some(sum);
                }
                sum_exactly(sum, cell.as_decimal()?)
            })
        };
        let sums = self.columns.iter().map(|column| (column.metric.clone(), sum(column)));
        Totals { sums: sums.collect() }
    }
}

/// `Decimal` rounds a sum that needs more than 28 digits; here that is no sum.
pub(super) fn sum_exactly(left: Decimal, right: Decimal) -> Option<Decimal> {
    let sum = left.checked_add(right)?;
    (sum.scale() == left.scale().max(right.scale())).then_some(sum)
}
