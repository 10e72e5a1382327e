//! `members`: the known members of a kind, from the contract.

use std::io::Write as _;

use funnelflux::ledger::AssetKind;
use funnelflux::model::Document;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, Format, Grid, row, stdout, write_objects};
use crate::settings::Settings;

#[derive(Serialize)]
struct Known {
    name: &'static str,
    kind: &'static str,
    grade: &'static str,
    source: &'static str,
    meaning: &'static str,
    server_managed: bool,
}

pub(super) fn print(kind: &AssetKind, settings: &Settings) -> Result<(), Failure> {
    let known = kind.schema().members().iter().map(|member| Known {
        name: member.name(),
        kind: member.kind(),
        grade: member.grade().as_str(),
        source: member.source(),
        meaning: member.meaning(),
        server_managed: member.is_server_managed(),
    });
    let known: Vec<Known> = known.collect();
    let mut out = stdout();
    if settings.format() == Format::Table {
        write!(out, "{}", table(&known))?;
    } else {
        let rows: Vec<Document> = known.iter().map(row).collect::<Result<_, _>>()?;
        write_objects(&mut out, &rows.iter().collect::<Vec<_>>(), settings.format())?;
    }
    out.flush()?;
    Ok(())
}

fn table(known: &[Known]) -> String {
    let mut grid = Grid::new(vec![
        Column::word("Member"),
        Column::word("Kind"),
        Column::word("Known"),
        Column::text("Set by"),
        Column::text("Meaning"),
    ]);
    for member in known {
        let set_by = if member.server_managed { "server" } else { "you" };
        let cells = [member.name, member.kind, member.grade, set_by, member.meaning];
        grid.row(cells.map(str::to_owned).to_vec());
    }
    grid.draw().text
}
