//! `ffx report attributes` and `ffx report metrics`. The API lists no metrics: the SDK knows their names.

use funnelflux::model::reporting::{Metric, MetricKind};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, print, write_listing};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

#[derive(Serialize)]
struct Listed<'a> {
    attribute: &'a str,
    alias: Option<&'a str>,
    /// How surely the SDK knows the name; the list itself is from the server.
    grade: &'a str,
    meaning: &'a str,
}

pub(in crate::commands) async fn attributes(settings: &Settings) -> Result<(), Failure> {
    let session = Session::open(settings, "attributes").await?;
    let list = session.client.reporting().attributes().await?;
    session.progress.finish();
    let listed = list.attributes.iter().map(|attribute| Listed {
        attribute: attribute.name(),
        alias: attribute.alias().or(attribute.is_tracking_field().then_some("field:c1")),
        grade: attribute.grade().as_str(),
        meaning: attribute.meaning(),
    });
    print(|out| {
        print_heading(out, &session, settings, None)?;
        let columns = vec![
            Column::text("Attribute").of(&["attribute"]),
            Column::text("Short name").of(&["alias"]),
            Column::text("Name known").of(&["grade"]),
            Column::text("Meaning").of(&["meaning"]).or_none(),
        ];
        write_listing(out, listed, columns, settings.format())
    })?;
    if list.attributes.is_empty() {
        let shown = "`ffx api GET /reporting/attributes` shows it";
        settings.terminal.warn(&format!("no attribute was found in the answer; {shown}"));
    }
    Ok(())
}

#[derive(Serialize)]
struct Known<'a> {
    metric: &'a str,
    kind: &'static str,
    /// Whether figures of separate rows or windows may be summed.
    adds_up: bool,
    grade: &'static str,
    meaning: &'static str,
}

pub(in crate::commands) fn metrics(settings: &Settings) -> Result<(), Failure> {
    let listed = Metric::KNOWN.iter().map(|metric| Known {
        metric: metric.name(),
        kind: match metric.kind() {
            MetricKind::Count => "count",
            MetricKind::Money => "money",
            MetricKind::Ratio => "ratio",
            MetricKind::Text => "text",
            _ => "unknown",
        },
        adds_up: metric.is_additive(),
        grade: metric.grade().as_str(),
        meaning: metric.meaning(),
    });
    let columns = vec![
        Column::text("Metric").of(&["metric"]),
        Column::text("Kind").of(&["kind"]),
        Column::text("Adds up").of(&["adds_up"]),
        Column::text("Name known").of(&["grade"]),
        Column::text("Meaning").of(&["meaning"]).or_none(),
    ];
    print(|out| write_listing(out, listed, columns, settings.format()))
}
