//! A CSV file by the names of its columns, every wrong line named at once.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::Failure;

/// More wrong lines than anybody reads.
const MOST_NAMED: usize = 20;

/// A line of the file: its number, and its cells by column.
pub(super) struct Line {
    pub(super) number: u64,
    cells: BTreeMap<String, String>,
}

impl Line {
    /// The cell of a column, without white space around it; empty if there is none.
    pub(super) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// Reads the file. Columns may be named by any of their spellings; an unknown one is refused, since a
/// misspelt restriction would widen what is sent.
pub(super) fn read(path: &Path, columns: &[(&str, &[&str])]) -> Result<Vec<Line>, Failure> {
    let mut reader =
        csv::ReaderBuilder::new().from_path(path).map_err(|cause| unreadable(path, &cause))?;
    let header = reader.headers().map_err(|cause| unreadable(path, &cause))?.clone();
    let mut names = Vec::new();
    for title in &header {
        let plain = title.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
        let known = columns.iter().find(|(name, others)| {
            *name == plain || others.iter().any(|other| other.to_ascii_lowercase() == plain)
        });
        let Some((name, _)) = known else {
            let all: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            return Err(Failure::usage(format!(
                "{}: column {title:?}: expected {}",
                path.display(),
                all.join(", ")
            )));
        };
        if names.contains(name) {
            return Err(Failure::usage(format!("{}: two columns {name}", path.display())));
        }
        names.push(*name);
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|cause| unreadable(path, &cause))?;
        let number = record.position().map_or(0, csv::Position::line);
        let cells = names.iter().zip(&record);
        let cells = cells.map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect();
        lines.push(Line { number, cells });
    }
    if lines.is_empty() {
        return Err(Failure::usage(format!("{}: has no lines below its header", path.display())));
    }
    Ok(lines)
}

fn unreadable(path: &Path, cause: &csv::Error) -> Failure {
    Failure::usage(format!("{}: {cause}", path.display()))
}

/// What each line means, or every line that is wrong.
pub(super) fn each<T>(
    path: &Path,
    lines: &[Line],
    read: impl Fn(&Line) -> Result<T, String>,
) -> Result<Vec<T>, Failure> {
    let mut wrong = Vec::new();
    let mut good = Vec::with_capacity(lines.len());
    for line in lines {
        match read(line) {
            Ok(value) => good.push(value),
            Err(why) => wrong.push(format!("line {}: {why}", line.number)),
        }
    }
    if wrong.is_empty() {
        return Ok(good);
    }
    let count = wrong.len();
    wrong.truncate(MOST_NAMED);
    let more = if count > MOST_NAMED {
        format!("; and {} more", count - MOST_NAMED)
    } else {
        String::new()
    };
    Err(Failure::usage(format!("{}: {}{more}", path.display(), wrong.join("; ")))
        .hint("nothing was sent; every line is checked before the first request"))
}
