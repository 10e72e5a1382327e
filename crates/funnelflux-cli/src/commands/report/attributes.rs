//! `ffx report attributes`.

use std::io::Write as _;

use funnelflux::model::reporting::Attribute;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, Format, Grid, print, write_rows};
use crate::progress::Progress;
use crate::session::{Session, print_heading};
use crate::settings::Settings;

#[derive(Serialize)]
struct Listed<'a> {
    attribute: &'a str,
    /// The short name that `--by` takes.
    alias: Option<&'a str>,
    /// How surely the SDK knows the name; the list itself is from the server.
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
    let listed: Vec<_> = list.attributes().iter().map(Listed::new).collect();
    print(|out| {
        print_heading(out, &session, settings, None)?;
        if settings.format() != Format::Table {
            return write_rows(out, &listed, settings.format());
        }
        let mut grid = Grid::new(vec![
            Column::text("Attribute"),
            Column::text("Short name"),
            Column::text("Name known"),
        ]);
        for entry in &listed {
            let alias = entry.alias.unwrap_or_default();
            grid.row([entry.attribute, alias, entry.grade].map(str::to_owned).to_vec());
        }
        Ok(out.write_all(grid.draw().text.as_bytes())?)
    })?;
    if list.attributes().is_empty() {
        terminal.warn(
            "no attribute was found in the answer; `ffx api GET /reporting/attributes` shows it",
        );
    }
    Ok(())
}
