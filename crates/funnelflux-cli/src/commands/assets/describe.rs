//! `members`: the known members of a kind, from the contract.

use std::io::Write as _;

use funnelflux::ledger::AssetKind;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{self, Column, Format, Grid, write_rows};
use crate::settings::Settings;

#[derive(Serialize)]
struct Known {
    name: &'static str,
    kind: &'static str,
    grade: &'static str,
    type_grade: &'static str,
    source: &'static str,
    meaning: &'static str,
    server_managed: bool,
}

pub(super) fn print(kind: &AssetKind, settings: &Settings) -> Result<(), Failure> {
    let known = kind.schema().members().iter().map(|member| Known {
        name: member.name(),
        kind: member.kind(),
        grade: member.grade().as_str(),
        type_grade: member.type_grade().as_str(),
        source: member.source(),
        meaning: member.meaning(),
        server_managed: member.is_server_managed(),
    });
    let known: Vec<Known> = known.collect();
    output::print(|out| match settings.format() {
        Format::Table => Ok(write!(out, "{}", table(&known))?),
        format => write_rows(out, &known, format),
    })
}

fn table(known: &[Known]) -> String {
    let mut grid = Grid::new(vec![
        Column::word("Member"),
        Column::word("Kind"),
        Column::word("Known"),
        Column::word("Kind known"),
        Column::text("Set by"),
        Column::text("Meaning"),
    ]);
    for member in known {
        let set_by = if member.server_managed { "server" } else { "you" };
        let cells =
            [member.name, member.kind, member.grade, member.type_grade, set_by, member.meaning];
        grid.row(cells.map(str::to_owned).to_vec());
    }
    grid.draw().text
}
