//! `ffx report attributes`.

use std::io::Write as _;

use funnelflux::model::reporting::Attribute;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, Format, Grid, JsonArray, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

#[derive(Serialize)]
struct Listed<'a> {
    attribute: &'a str,
    /// What `--by` takes as well.
    alias: Option<&'a str>,
    /// How surely this SDK knows the name; the server's list is the truth.
    grade: &'a str,
}

impl<'a> Listed<'a> {
    fn new(attribute: &'a Attribute) -> Self {
        Self {
            attribute: attribute.name(),
            alias: attribute.alias().or(attribute.is_tracking_field().then_some("field:c1")),
            grade: attribute.grade().as_str(),
        }
    }
}

pub(super) async fn run(settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let progress = Progress::start(terminal, "attributes");
    let session = Session::open(settings, &progress).await?;
    let list = session.client().reporting().attributes().await?;
    progress.finish();
    let listed = || list.attributes().iter().map(Listed::new);
    let mut out = stdout();
    if settings.format() != Format::Table {
        session.note_origin(terminal);
    }
    match settings.format() {
        Format::Table => {
            if let Some(origin) = session.origin() {
                writeln!(out, "{origin}\n")?;
            }
            let mut grid = Grid::new(vec![
                Column::text("Attribute"),
                Column::text("Short name"),
                Column::text("Name known"),
            ]);
            for entry in listed() {
                let alias = entry.alias.unwrap_or_default().to_owned();
                grid.row(vec![entry.attribute.to_owned(), alias, entry.grade.to_owned()]);
            }
            out.write_all(grid.draw().text.as_bytes())?;
        }
        Format::Json => {
            let mut array = JsonArray::new(&mut out);
            for entry in listed() {
                writeln!(array, "{}", serde_json::to_string(&entry).unwrap_or_default())?;
            }
            array.finish()?;
        }
        Format::Ndjson => {
            for entry in listed() {
                writeln!(out, "{}", serde_json::to_string(&entry).unwrap_or_default())?;
            }
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            for entry in listed() {
                csv.serialize(entry)?;
            }
            csv.flush()?;
        }
    }
    out.flush()?;
    if list.attributes().is_empty() {
        terminal.warn(
            "no attribute was found in the answer; `ffx api GET /reporting/attributes` shows it",
        );
    }
    Ok(())
}
