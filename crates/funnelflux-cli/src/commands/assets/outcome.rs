//! What became of each object.

use std::io::Write as _;

use funnelflux::id::AssetId;
use serde::Serialize;

use super::Context;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, JsonArray, stdout};

/// One object and what became of it.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) outcome: &'static str,
    /// The members that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) members: Vec<String>,
}

impl Outcome {
    pub(super) fn new(id: AssetId, outcome: &'static str) -> Self {
        Self { id: id.to_string(), name: None, outcome, members: Vec::new() }
    }
}

pub(super) fn print(context: &Context<'_>, outcomes: &[Outcome]) -> Result<(), Failure> {
    context.progress.finish();
    let mut out = stdout();
    match context.settings.format() {
        Format::Table if outcomes.is_empty() => {}
        Format::Table => write!(out, "{}", table(outcomes))?,
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(["id", "name", "outcome", "members"])?;
            for outcome in outcomes {
                csv.write_record(cells(outcome))?;
            }
            csv.flush()?;
        }
        Format::Ndjson => lines(&mut out, outcomes)?,
        Format::Json => {
            let mut array = JsonArray::new(&mut out);
            lines(&mut array, outcomes)?;
            array.finish()?;
        }
    }
    out.flush()?;
    Ok(())
}

fn lines(out: &mut impl std::io::Write, outcomes: &[Outcome]) -> Result<(), Failure> {
    for outcome in outcomes {
        writeln!(out, "{}", serde_json::to_string(outcome).unwrap_or_default())?;
    }
    Ok(())
}

fn cells(outcome: &Outcome) -> [String; 4] {
    [
        outcome.id.clone(),
        outcome.name.clone().unwrap_or_default(),
        outcome.outcome.to_owned(),
        outcome.members.join(","),
    ]
}

/// Columns in which nothing stands are left out.
fn table(outcomes: &[Outcome]) -> String {
    let named = outcomes.iter().any(|outcome| outcome.name.is_some());
    let with_members = outcomes.iter().any(|outcome| !outcome.members.is_empty());
    let kept = [true, named, true, with_members];
    let columns = [
        Column::word("ID"),
        Column::text("Name"),
        Column::word("Outcome"),
        Column::text("Members"),
    ];
    let shown = columns.into_iter().zip(kept).filter_map(|(column, kept)| kept.then_some(column));
    let mut grid = Grid::new(shown.collect());
    for outcome in outcomes {
        let cells = cells(outcome).into_iter().zip(kept);
        grid.row(cells.filter_map(|(cell, kept)| kept.then_some(cell)).collect());
    }
    grid.draw().text
}
