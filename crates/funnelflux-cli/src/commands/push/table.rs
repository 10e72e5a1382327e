//! A CSV file by the names of its columns, every wrong line named at once.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Read as _;
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

/// The lines of a file.
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    /// Locked while it lives, so that two runs cannot send the same lines.
    _file: Option<File>,
}

/// Which lines are read, and what for.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// They are to be sent, by one run at a time.
    pub(super) sends: bool,
    /// The number of the first line that is meant.
    pub(super) from_line: Option<u64>,
}

impl Table {
    /// Reads the file; `-` is stdin. Columns may be named by any of their spellings; an unknown one
    /// is refused, since a misspelt restriction would widen what is sent.
    pub(super) fn read(
        path: &Path,
        columns: &[(&str, &[&str])],
        reading: Reading,
    ) -> Result<Self, Failure> {
        let mut text = String::new();
        let unreadable = |cause| Failure::unreadable(path, &cause);
        let file = if path == Path::new("-") {
            std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
            None
        } else {
            let mut file = File::open(path).map_err(unreadable)?;
            // Where locks are not to be had, one goes without.
            if reading.sends && matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                return Err(Failure::failed(format!(
                    "another ffx is at work on {}; nothing was sent",
                    path.display()
                )));
            }
            file.read_to_string(&mut text).map_err(unreadable)?;
            Some(file)
        };
        let mut lines = lines(path, &text, columns)?;
        if let Some(from) = reading.from_line {
            lines.retain(|line| line.number >= from);
            if lines.is_empty() {
                return Err(Failure::usage(format!(
                    "--from-line {from}: {} has no lines there",
                    path.display()
                )));
            }
        }
        Ok(Self { lines, _file: file })
    }
}

fn lines(path: &Path, text: &str, columns: &[(&str, &[&str])]) -> Result<Vec<Line>, Failure> {
    if let Some(line) = open_quote(text) {
        return Err(all_wrong(path, vec![format!("line {line}: a quote (\") is never closed")]));
    }
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
    let mut place = Place { text, at: 0, line: 1 };
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
        // A quote that is not closed in its line takes the lines after it into its cell.
        for (name, cell) in names.iter().zip(&record) {
            if let Some(control) = cell.chars().find(|c| c.is_control()) {
                wrong.push(format!(
                    "line {number}: {name} holds {}; expected a value in one line{}",
                    named(control),
                    if control == '\n' { ": is a quote (\") not closed?" } else { "" }
                ));
            }
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

/// The line of a quote that opens a cell and never closes it. The reader would take all that follows
/// for one cell.
fn open_quote(text: &str) -> Option<u64> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    for c in text.trim_start_matches('\u{feff}').chars() {
        match (c, opened) {
            // Of two quotes in a cell the second opens it again, which comes to the same.
            ('"', Some(_)) => (opened, begins) = (None, true),
            ('"', None) if begins => opened = Some(line),
            (_, None) => begins = matches!(c, ',' | '\n' | '\r'),
            _ => {}
        }
        line += u64::from(c == '\n');
    }
    opened
}

fn named(control: char) -> String {
    match control {
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        other => format!("the control character U+{:04X}", u32::from(other)),
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

/// `line 3`, `lines 502 to 1001`, or the first few stretches and how many lines come after them.
pub(super) fn named_lines(numbers: &[u64]) -> String {
    /// More do not fit on a line.
    const STRETCHES: usize = 5;
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let mut stretches: Vec<(u64, u64, usize)> = Vec::new();
    for number in &numbers {
        match stretches.last_mut() {
            Some((_, last, count)) if *last + 1 == *number => {
                (*last, *count) = (*number, *count + 1);
            }
            _ => stretches.push((*number, *number, 1)),
        }
    }
    let told = stretches.iter().take(STRETCHES).map(|(first, last, _)| match last - first {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    });
    let told = told.collect::<Vec<_>>().join(", ");
    let which = if numbers.len() == 1 { "line" } else { "lines" };
    match stretches.iter().skip(STRETCHES).map(|(_, _, count)| count).sum::<usize>() {
        0 => format!("{which} {told}"),
        more => format!("{which} {told} and {more} more"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_was_opened() {
        for whole in ["a,b\n\"x\",\"y\"\n", "a\n\"x\"\"y\"\n", "a\n5\" wide\n", "\"a,\nb\"\n", ""] {
            assert_eq!(open_quote(whole), None, "{whole}");
        }
        for (text, line) in [("a,b\n1,\"x\n2,y\n", 2), ("\u{feff}\"a\n", 1), ("a\n\"x\"\"\n", 2)] {
            assert_eq!(open_quote(text), Some(line), "{text}");
        }
    }

    #[test]
    fn many_lines_are_named_briefly() {
        assert_eq!(named_lines(&[3]), "line 3");
        assert_eq!(named_lines(&[4, 2, 3]), "lines 2 to 4");
        let odd: Vec<u64> = (0..100).map(|n| 2 * n + 3).collect();
        assert_eq!(named_lines(&odd), "lines 3, 5, 7, 9, 11 and 95 more");
    }
}
