//! `ffx report metrics`. The API has no list of them: these are the names that the SDK knows.

use funnelflux::model::reporting::{Metric, MetricKind};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, print, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Listed<'a> {
    metric: &'a str,
    kind: &'static str,
    /// Whether figures of separate rows or windows may be summed.
    adds_up: bool,
    grade: &'static str,
    meaning: &'static str,
}

impl<'a> Listed<'a> {
    fn new(metric: &'a Metric) -> Self {
        let kind = match metric.kind() {
            MetricKind::Count => "count",
            MetricKind::Money => "money",
            MetricKind::Ratio => "ratio",
            MetricKind::Text => "text",
            _ => "unknown",
        };
        Self {
            metric: metric.name(),
            kind,
            adds_up: metric.is_additive(),
            grade: metric.grade().as_str(),
            meaning: metric.meaning(),
        }
    }
}

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let listed: Vec<_> = Metric::KNOWN.iter().map(Listed::new).collect();
    print(|out| {
        let columns = vec![
            Column::text("Metric").of(&["metric"]),
            Column::text("Kind").of(&["kind"]),
            Column::text("Adds up").of(&["adds_up"]),
            Column::text("Name known").of(&["grade"]),
            Column::text("Meaning").of(&["meaning"]).or_none(),
        ];
        write_listing(out, &listed, columns, settings.format())
    })
}
