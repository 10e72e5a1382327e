//! `ffx report attributes`.

use funnelflux::model::reporting::Attribute;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, print, write_listing};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

#[derive(Serialize)]
struct Listed<'a> {
    attribute: &'a str,
    /// The short name that `--by` takes.
    alias: Option<&'a str>,
    /// How surely the SDK knows the name; the list itself is from the server.
    grade: &'a str,
    meaning: &'a str,
}

impl<'a> Listed<'a> {
    fn new(attribute: &'a Attribute) -> Self {
        Self {
            attribute: attribute.name(),
            alias: attribute.alias().or(attribute.is_tracking_field().then_some("field:c1")),
            grade: attribute.grade().as_str(),
            meaning: attribute.meaning(),
        }
    }
}

pub(super) async fn run(settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let session = Session::open(settings, "attributes").await?;
    let list = session.client.reporting().attributes().await?;
    session.progress.finish();
    let listed: Vec<_> = list.attributes().iter().map(Listed::new).collect();
    print(|out| {
        print_heading(out, &session, settings, None)?;
        let columns = vec![
            Column::text("Attribute").of(&["attribute"]),
            Column::text("Short name").of(&["alias"]),
            Column::text("Name known").of(&["grade"]),
            Column::text("Meaning").of(&["meaning"]).or_none(),
        ];
        write_listing(out, &listed, columns, settings.format())
    })?;
    if list.attributes().is_empty() {
        terminal.warn(
            "no attribute was found in the answer; `ffx api GET /reporting/attributes` shows it",
        );
    }
    Ok(())
}
