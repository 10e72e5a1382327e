//! `ffx report attributes` and `ffx report metrics`. The API lists no metrics: the SDK knows their names.

use funnelflux::model::reporting::{Metric, MetricKind};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Column, Row, print, write_listing};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

pub(in crate::commands) async fn attributes(settings: &Settings) -> Result<(), Failure> {
    let session = Session::open(settings, "attributes").await?;
    let list = session.client.reporting().attributes().await?;
    session.progress.finish();
    let listed = list.attributes.iter().map(|attribute| {
        let alias = attribute.alias().or(attribute.is_tracking_field().then_some("field:c1"));
        Row([
            ("attribute", Some(attribute.name())),
            ("alias", alias),
            // How surely the SDK knows the name; the list itself is from the server.
            ("grade", Some(attribute.grade().as_str())),
            ("meaning", Some(attribute.meaning())),
        ])
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

pub(in crate::commands) fn metrics(settings: &Settings) -> Result<(), Failure> {
    let listed = Metric::KNOWN.iter().map(|metric| {
        let kind = match metric.kind() {
            MetricKind::Count => "count",
            MetricKind::Money => "money",
            MetricKind::Ratio => "ratio",
            MetricKind::Text => "text",
            _ => "unknown",
        };
        Row([
            ("metric", Value::from(metric.name())),
            ("kind", kind.into()),
            // Whether figures of separate rows or windows may be summed.
            ("adds_up", metric.is_additive().into()),
            ("grade", metric.grade().as_str().into()),
            ("meaning", metric.meaning().into()),
        ])
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
