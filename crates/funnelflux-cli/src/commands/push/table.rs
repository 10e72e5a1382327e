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
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::unreadable(path, &cause))?;
    // Lines of another length are named below, all of them.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|cause| unreadable(path, &cause))?.clone();
    let mut names = Vec::new();
    for title in &header {
        let plain = title.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
        let known = columns.iter().find(|(name, others)| {
            *name == plain || others.iter().any(|other| other.to_ascii_lowercase() == plain)
        });
        let Some((name, _)) = known else {
            let all: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            let failure = Failure::usage(format!(
                "{}: column {title:?}: expected {}",
                path.display(),
                all.join(", ")
            ));
            return Err(if title.contains([';', '\t']) {
                failure.hint("cells are separated by commas; nothing was sent")
            } else {
                failure.hint("nothing was sent")
            });
        };
        if names.contains(name) {
            return Err(Failure::usage(format!("{}: two columns {name}", path.display())));
        }
        names.push(*name);
    }
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    let mut place = Place { text: &text, at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|cause| unreadable(path, &cause))?;
        let number = place.line_of(record.position().map_or(0, csv::Position::byte));
        if record.len() != names.len() {
            wrong.push(format!(
                "line {number}: got {}; expected {}, as in the header",
                cells(record.len()),
                names.len()
            ));
        }
        let cells = names.iter().zip(&record);
        let cells = cells.map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect();
        lines.push(Line { number, cells });
    }
    if !wrong.is_empty() {
        return Err(all_wrong(path, wrong));
    }
    if lines.is_empty() {
        return Err(Failure::usage(format!("{}: has no lines below its header", path.display())));
    }
    Ok(lines)
}

/// Counts lines as an editor does. The reader's own count takes empty lines for the beginning of the
/// record behind them.
struct Place<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Place<'_> {
    /// The line of the record that begins at this byte, or after the empty lines there.
    fn line_of(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(self.text.len());
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let between = self.text.as_bytes().get(self.at..from + empty).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = from + empty;
        self.line
    }
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

fn unreadable(path: &Path, cause: &csv::Error) -> Failure {
    match cause.kind() {
        csv::ErrorKind::Io(cause) => Failure::unreadable(path, cause),
        _ => Failure::usage(format!("{}: {cause}", path.display())),
    }
}

/// A message about positions in a list of the wire, as one about lines of the file.
pub(super) fn by_line(message: &str, list: &str, lines: &[Line]) -> String {
    let opening = format!("{list}[");
    let mut pieces = message.split(&opening);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let line = piece
            .split_once(']')
            .and_then(|(at, rest)| Some((lines.get(at.parse::<usize>().ok()?)?.number, rest)));
        match line {
            Some((number, rest)) => text += &format!("line {number}{rest}"),
            None => text += &format!("{list}[{piece}"),
        }
    }
    text
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
    Err(all_wrong(path, wrong))
}

fn all_wrong(path: &Path, mut wrong: Vec<String>) -> Failure {
    let count = wrong.len();
    wrong.truncate(MOST_NAMED);
    let more = if count > MOST_NAMED {
        format!("; and {} more", count - MOST_NAMED)
    } else {
        String::new()
    };
    Failure::usage(format!("{}: {}{more}", path.display(), wrong.join("; ")))
        .hint("nothing was sent; every line is checked before the first request")
}
