use std::collections::HashSet;

use super::{Cell, Column, Report};
use crate::{
    ValidationError, edit_distance,
    reporting::{Metric, MetricKind},
    validation::quoted,
};

/// A report with some or all of its columns, ready to be written or summed.
///
/// # Names of columns
///
/// Each attribute gives two columns: its label, `Element: Offer` or `URL Tracking Field: c1`, with
/// the attribute's value, and the label with ` ID` after it. Metrics follow under their names on
/// the wire. A name that is taken already gets ` (2)` after it, then ` (3)`.
#[derive(Clone, Debug)]
pub struct View<'a> {
    report: &'a Report,
    columns: Vec<ViewColumn<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct ViewColumn<'a> {
    metric: Metric,
    /// `None` for a known metric that no row has.
    column: Option<&'a Column>,
}

impl Report {
    /// All columns of the report.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        let columns = self.columns.iter();
        let columns =
            columns.map(|column| ViewColumn { metric: column.metric(), column: Some(column) });
        View { report: self, columns: columns.collect() }
    }

    /// Some metrics only, in the given order. The rows and attributes stay.
    ///
    /// This selects from the received metrics; no member of a request is known that limits them.
    ///
    /// # Errors
    ///
    /// When a metric is neither known by name nor in the report, most likely a typing mistake. A known
    /// metric that no row has gives an empty column, and so does any metric of an empty report.
    pub fn select(&self, metrics: &[Metric]) -> Result<View<'_>, ValidationError> {
        let mut columns = Vec::with_capacity(metrics.len());
        for metric in metrics {
            let column = self.column(metric.name());
            if column.is_none() && metric.kind() == MetricKind::Unknown && !self.is_empty() {
                return Err(unknown(metric, self));
            }
            columns.push(ViewColumn { metric: metric.clone(), column });
        }
        Ok(View { report: self, columns })
    }
}

impl<'a> View<'a> {
    /// The report that this is a view of.
    #[must_use]
    pub fn report(&self) -> &'a Report {
        self.report
    }

    /// The metrics (and other members) of this view, in order.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.columns.iter().map(|column| &column.metric)
    }

    /// The names of all columns: two for each attribute, then one for each metric.
    #[must_use]
    pub fn column_names(&self) -> Vec<String> {
        let labels = self.report.attributes.iter().map(|attribute| attribute.label());
        let attributes = labels.flat_map(|label| [label.to_owned(), format!("{label} ID")]);
        let metrics = self.columns.iter().map(|column| column.metric.name().to_owned());
        let mut taken = HashSet::new();
        let mut unique = |name: String| {
            let mut candidate = name.clone();
            let mut number = 2_usize;
            while !taken.insert(candidate.clone()) {
                candidate = format!("{name} ({number})");
                number += 1;
            }
            candidate
        };
        attributes.chain(metrics).map(&mut unique).collect()
    }

    pub(super) fn columns(&self) -> &[ViewColumn<'a>] {
        &self.columns
    }
}

impl<'a> ViewColumn<'a> {
    pub(super) fn metric(&self) -> &Metric {
        &self.metric
    }

    pub(super) fn get(&self, row: usize) -> Cell<'a> {
        self.column.map_or(Cell::absent(), |column| column.get(row))
    }
}

/// The most metrics that an error names. A report has more than a hundred.
const MOST_NAMED: usize = 5;

/// A metric was asked for that is neither in the report nor known by name.
fn unknown(metric: &Metric, report: &Report) -> ValidationError {
    let wanted = metric.name().to_ascii_lowercase();
    let names: Vec<&str> = report.metrics().map(Column::name).collect();
    let distance = |name: &str| {
        let name = name.to_ascii_lowercase();
        match edit_distance(&wanted, &name) {
            near @ 0..=2 => Some(near),
            far => (wanted.len() > 3 && name.contains(&wanted)).then_some(far),
        }
    };
    let mut near: Vec<(usize, &str)> =
        names.iter().filter_map(|name| Some((distance(name)?, *name))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    if near.first().is_some_and(|(nearest, _)| *nearest <= 2) {
        near.retain(|(distance, _)| *distance <= 2);
    }
    let near: Vec<&str> = near.into_iter().map(|(_, name)| name).take(MOST_NAMED).collect();
    let expected = match names.get(..MOST_NAMED) {
        _ if !near.is_empty() => {
            format!("one of the report's metrics (near: {})", near.join(", "))
        }
        Some(first) => {
            let (all, first) = (names.len(), first.join(", "));
            format!("one of the report's {all} metrics, such as {first}")
        }
        None => format!("one of the report's metrics: {}", names.join(", ")),
    };
    ValidationError::one("metric", quoted(metric.name()), expected)
}
