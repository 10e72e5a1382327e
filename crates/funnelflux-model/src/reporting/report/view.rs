use std::collections::HashSet;

use super::{Cell, Column, Report};
use crate::{
    ValidationError,
    reporting::{Metric, MetricKind},
    validation::{MOST_NAMED, near, quoted},
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
    pub(super) columns: Vec<ViewColumn<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct ViewColumn<'a> {
    pub(super) metric: Metric,
    /// `None` for a known metric that no row has.
    column: Option<&'a Column>,
}

impl Report {
    /// All columns of the report.
    pub fn view(&self) -> View<'_> {
        let all = |column| ViewColumn { metric: Column::metric(column), column: Some(column) };
        View { report: self, columns: self.columns.iter().map(all).collect() }
    }

    /// Some of the received metrics only, in the given order: no request is known that limits them.
    ///
    /// # Errors
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
    pub fn report(&self) -> &'a Report {
        self.report
    }

    /// The metrics (and other members) of this view, in order.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.columns.iter().map(|column| &column.metric)
    }

    /// The names of all columns: two for each attribute, then one for each metric.
    pub fn column_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for attribute in &self.report.attributes {
            names.push(attribute.label.clone());
            names.push(format!("{} ID", attribute.label));
        }
        names.extend(self.metrics().map(|metric| metric.name().to_owned()));
        let mut taken = HashSet::new();
        for name in &mut names {
            let wanted = name.clone();
            let mut number = 2_usize;
            while !taken.insert(name.clone()) {
                *name = format!("{wanted} ({number})");
                number += 1;
            }
        }
        names
    }
}

impl<'a> ViewColumn<'a> {
    pub(super) fn get(&self, row: usize) -> Cell<'a> {
        self.column.map_or(Cell::absent(), |column| column.get(row))
    }
}

fn unknown(metric: &Metric, report: &Report) -> ValidationError {
    let names: Vec<&str> = report.metrics().map(Column::name).collect();
    let near = near(metric.name(), &names);
    let metrics = match names.get(..MOST_NAMED) {
        _ if !near.is_empty() => format!("metrics (near: {})", near.join(", ")),
        Some(first) => format!("{} metrics, such as {}", names.len(), first.join(", ")),
        None => format!("metrics: {}", names.join(", ")),
    };
    let expected = format!("one of the report's {metrics}");
    ValidationError::one("metric", quoted(metric.name()), expected)
}
