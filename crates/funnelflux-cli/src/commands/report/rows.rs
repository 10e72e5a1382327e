//! Rows of unknown shape, written in each format without losing a member.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write as _;

use funnelflux::model::reporting::RawEvent;

use crate::failure::Failure;
use crate::output::{Column, Format, Grid, JsonLines, Stdout, on_one_line, stdout};

/// The CSV column for members that the header does not have.
const OTHERS: &str = "other_members";

/// The usual members, in the order in which a table shows them. All names are inferred.
const USUAL: [&str; 10] = [
    "pageType",
    "trafficSourceName",
    "funnelName",
    "offerName",
    "revenue",
    "cost",
    "landerName",
    "country",
    "transaction",
    "actionNumber",
];
/// The number of columns for rows that have none of the usual members.
const FIRST_MEMBERS: usize = 8;

pub(super) struct RowWriter {
    out: JsonLines<Stdout>,
    format: Format,
    /// From `--columns`, or from the first page.
    columns: Vec<String>,
    asked: bool,
    rows: u64,
    with_others: u64,
    missing: Vec<String>,
    dropped: Vec<String>,
}

impl RowWriter {
    pub(super) fn new(format: Format, columns: &[String]) -> Self {
        let (out, asked) = (JsonLines::new(stdout(), format), !columns.is_empty());
        let (columns, missing, dropped) = (columns.to_vec(), columns.to_vec(), Vec::new());
        Self { out, format, columns, asked, rows: 0, with_others: 0, missing, dropped }
    }

    pub(super) fn write(&mut self, rows: &[RawEvent]) -> Result<(), Failure> {
        match self.format {
            Format::Csv => self.csv(rows)?,
            Format::Table => self.table(rows)?,
            Format::Json | Format::Ndjson | Format::Sarif => {
                for row in rows {
                    writeln!(self.out, "{}", on_one_line(row.json().get()))?;
                }
            }
        }
        self.rows += rows.len() as u64;
        self.missing.retain(|column| !rows.iter().any(|row| row.get(column).is_some()));
        Ok(self.out.flush()?)
    }

    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if self.format == Format::Csv && self.rows == 0 && self.asked {
            self.csv(&[])?;
        }
        Ok(self.out.finish()?)
    }

    pub(super) fn warning(&self) -> Option<String> {
        let missing: Vec<String> = self.missing.iter().map(|name| format!("`{name}`")).collect();
        (self.rows > 0 && !missing.is_empty()).then(|| {
            format!("--columns: no row has {}; -o ndjson shows all members", missing.join(", "))
        })
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let rows @ 1.. = self.with_others {
            let what = "rows have members that are not in the header: see column";
            notes.push(format!("{rows} {what} `{OTHERS}`"));
        }
        if !self.dropped.is_empty() {
            let dropped = self.dropped.join(", ");
            notes.push(format!("no room for {dropped}; -o ndjson shows all members"));
        } else if self.format == Format::Table && !self.asked && self.rows > 0 {
            notes.push("only the usual members are shown; -o ndjson shows all members".to_owned());
        }
        notes
    }

    fn csv(&mut self, rows: &[RawEvent]) -> Result<(), Failure> {
        if self.rows == 0 && !self.asked {
            self.columns = all_members(rows);
        }
        let others = (!self.asked).then_some(OTHERS);
        let rests = rows.iter().map(|row| others.map(|_| self.others(row)));
        let rests: Vec<Option<String>> = rests.collect();
        self.with_others += rests.iter().flatten().filter(|rest| !rest.is_empty()).count() as u64;
        let mut csv = csv::Writer::from_writer(&mut self.out);
        if self.rows == 0 {
            csv.write_record(self.columns.iter().map(String::as_str).chain(others))?;
        }
        for (row, rest) in rows.iter().zip(rests) {
            let cells = self.columns.iter().map(|column| row.text(column).unwrap_or_default());
            csv.write_record(cells.chain(rest.map(Cow::Owned)).map(Cow::into_owned))?;
        }
        Ok(csv.flush()?)
    }

    /// The members that the header does not have, as a JSON object; empty if there are none.
    fn others(&self, row: &RawEvent) -> String {
        let members = row.members();
        // A row that is no object has no members, so all of it goes there.
        if members.is_empty() && row.json().get() != "{}" {
            return on_one_line(row.json().get()).into_owned();
        }
        let others = members.iter().filter(|(name, _)| !self.columns.iter().any(|c| c == name));
        let others = others.map(|(name, value)| {
            format!("{}:{}", serde_json::Value::from(name.as_ref()), on_one_line(value.get()))
        });
        let others: Vec<String> = others.collect();
        if others.is_empty() { String::new() } else { format!("{{{}}}", others.join(",")) }
    }

    fn table(&mut self, rows: &[RawEvent]) -> Result<(), Failure> {
        if self.columns.is_empty() {
            self.columns = usual_members(rows);
        }
        let columns = self.columns.iter().map(|name| {
            let column = match name {
                _ if is_figure(rows, name) => Column::figure(name),
                _ if is_word(rows, name) => Column::word(name),
                _ => Column::text(name),
            };
            if self.asked { column } else { column.or_none() }
        });
        let mut grid = Grid::new(columns.collect());
        for row in rows {
            let texts = self.columns.iter().map(|name| row.text(name).unwrap_or_default());
            grid.rows.push(texts.map(Cow::into_owned).collect());
        }
        let drawn = grid.draw();
        if self.rows > 0 {
            writeln!(self.out)?;
        }
        self.out.write_all(drawn.text.as_bytes())?;
        self.dropped = drawn.dropped;
        Ok(())
    }
}

fn all_members(rows: &[RawEvent]) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = rows.iter().flat_map(RawEvent::members).map(|(name, _)| name);
    names.filter(|name| seen.insert(name.clone())).map(Cow::into_owned).collect()
}

fn usual_members(rows: &[RawEvent]) -> Vec<String> {
    let there = all_members(rows);
    let first = |names: &[&str]| there.iter().find(|name| names.contains(&name.as_str())).cloned();
    let leading = [RawEvent::TIME_MEMBERS, RawEvent::KIND_MEMBERS, RawEvent::HIT_ID_MEMBERS];
    let mut columns: Vec<String> = leading.into_iter().filter_map(first).collect();
    columns.extend(USUAL.iter().map(|name| (*name).to_owned()).filter(|n| there.contains(n)));
    if columns.is_empty() { there.into_iter().take(FIRST_MEMBERS).collect() } else { columns }
}

fn is_figure(rows: &[RawEvent], name: &str) -> bool {
    let mut filled = rows.iter().filter(|row| row.text(name).is_some()).peekable();
    filled.peek().is_some() && filled.all(|row| row.decimal(name).is_some())
}

/// Whether no cell of the column has a space to wrap at, as with times and ids.
fn is_word(rows: &[RawEvent], name: &str) -> bool {
    rows.iter().all(|row| row.text(name).is_none_or(|text| !text.contains(char::is_whitespace)))
}
