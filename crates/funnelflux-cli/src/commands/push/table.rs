//! A CSV file, read by the names of its columns. All wrong lines are reported at once.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use funnelflux::model::ValidationError;
use rust_decimal::Decimal;

use crate::args::TableArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::counted;

/// The most wrong lines that an error names.
const MOST_NAMED: usize = 20;

/// The most money in one line. More is a typing error or a column of ids.
const MOST_MONEY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

const NOTHING_SENT: &str = "nothing was sent; every line is checked before the first request";

/// A line of the file: its number, and its cells by column.
pub(super) struct Line {
    pub(super) number: u64,
    cells: BTreeMap<String, String>,
}

impl Line {
    /// The trimmed cell of a column; empty if there is none.
    pub(super) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// The cell of a column as an id or the like.
    pub(super) fn parse<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, String> {
        let cell = self.get(column);
        cell.parse().map_err(|cause| format!("{column} {cell:?}: {cause}"))
    }

    /// The cell of a column as money.
    pub(super) fn amount(&self, column: &str, example: &str) -> Result<Decimal, String> {
        let cell = self.get(column);
        amount(cell, example).map_err(|expected| format!("{column} {cell:?}: expected {expected}"))
    }
}

/// Reads a decimal with an optional sign, such as `12.50`. Anything ambiguous, such as `1,5`, is
/// refused with what is expected instead.
fn amount(text: &str, example: &str) -> Result<Decimal, String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, "0"));
    if !digits(whole) || !digits(rest) {
        return Err(format!("a decimal such as {example}"));
    }
    let amount = Decimal::from_str_exact(text).map_err(|_| "at most 28 digits".to_owned())?;
    if amount.abs() > MOST_MONEY {
        return Err(format!("at most {MOST_MONEY} in one line"));
    }
    Ok(amount)
}

fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// The lines of a file that are to be sent.
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    /// Holds the lock that keeps two runs from sending the same lines.
    input: Input,
}

impl Table {
    /// Reads the file. A column may have any of its spellings; an unknown column is refused, because
    /// a misspelt restriction would widen what is sent.
    pub(super) fn read(args: &TableArgs, columns: &[(&str, &[&str])]) -> Result<Self, Failure> {
        let path = &args.file;
        let input = if args.send.sends() { Input::lock(path)? } else { Input::read(path)? };
        let mut lines = lines(path, input.text(), columns)?;
        if let Some(from) = args.from_line {
            lines.retain(|line| line.number >= from);
            if lines.is_empty() {
                return Err(Failure::usage(format!(
                    "--from-line {from}: {} has no lines there",
                    path.display()
                )));
            }
        }
        Ok(Self { lines, input })
    }

    pub(super) fn path(&self) -> &Path {
        self.input.path()
    }

    /// Reads every line, or reports every line that is wrong.
    pub(super) fn each<T>(
        &self,
        read: impl Fn(&Line) -> Result<T, String>,
    ) -> Result<Vec<T>, Failure> {
        let mut wrong = Vec::new();
        let mut good = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            match read(line) {
                Ok(value) => good.push(value),
                Err(why) => wrong.push(format!("line {}: {why}", line.number)),
            }
        }
        if wrong.is_empty() { Ok(good) } else { Err(all_wrong(self.path(), wrong)) }
    }

    /// A request that cannot be built from these lines: positions in its list become line numbers.
    pub(super) fn refused(&self, cause: &ValidationError, list: &str) -> Failure {
        let message = cause.to_string();
        let opening = format!("{list}[");
        let mut pieces = message.split(&opening);
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let line = piece
                .split_once(']')
                .and_then(|(at, rest)| Some((self.lines.get(at.parse::<usize>().ok()?)?, rest)));
            text += &match line {
                Some((line, rest)) => format!("line {}{rest}", line.number),
                None => format!("{list}[{piece}"),
            };
        }
        Failure::usage(format!("{}: {text}", self.path().display())).hint(NOTHING_SENT)
    }

    /// The exact sum of amounts.
    pub(super) fn sum(
        &self,
        what: &str,
        amounts: impl IntoIterator<Item = Decimal>,
    ) -> Result<Decimal, Failure> {
        sum(amounts).ok_or_else(|| {
            let path = self.path().display();
            Failure::usage(format!("{path}: the {what} are too large to add up"))
                .hint("nothing was sent")
        })
    }
}

fn lines(path: &Path, text: &str, columns: &[(&str, &[&str])]) -> Result<Vec<Line>, Failure> {
    if let Some(line) = open_quote(text) {
        return Err(all_wrong(path, vec![format!("line {line}: a quote (\") is never closed")]));
    }
    // Lines with a wrong number of cells are reported below, all at once.
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
                counted(record.len(), "cell"),
                names.len()
            ));
        }
        // The cell of a quote that is not closed in its line contains the lines after it.
        for (name, cell) in names.iter().zip(&record) {
            if let Some(control) = cell.chars().find(|c| c.is_control()) {
                wrong.push(format!(
                    "line {number}: {name} holds {}; expected a value on one line{}",
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

/// Counts lines as an editor does. The CSV reader takes empty lines for the start of the record after
/// them.
struct Place<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Place<'_> {
    /// The line of the record that starts at this byte, or after the empty lines there.
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

/// The line of a quote that opens a cell and is never closed. The CSV reader would take the rest of
/// the file for one cell.
fn open_quote(text: &str) -> Option<u64> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    for c in text.trim_start_matches('\u{feff}').chars() {
        match (c, opened) {
            // The second of two quotes in a cell opens the cell again, with the same result.
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

fn unreadable(path: &Path, cause: &csv::Error) -> Failure {
    match cause.kind() {
        csv::ErrorKind::Io(cause) => Failure::unreadable(path, cause),
        _ => Failure::usage(format!("{}: {cause}", path.display())),
    }
}

/// `line 3`, `lines 502 to 1001`, or the first few ranges and the number of further lines.
pub(super) fn named_lines(numbers: &[u64]) -> String {
    const MOST_RANGES: usize = 5;
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let mut ranges: Vec<(u64, u64, usize)> = Vec::new();
    for number in &numbers {
        match ranges.last_mut() {
            Some((_, last, count)) if *last + 1 == *number => {
                (*last, *count) = (*number, *count + 1);
            }
            _ => ranges.push((*number, *number, 1)),
        }
    }
    let named = ranges.iter().take(MOST_RANGES).map(|(first, last, _)| match last - first {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let which = if numbers.len() == 1 { "line" } else { "lines" };
    match ranges.iter().skip(MOST_RANGES).map(|(_, _, count)| count).sum::<usize>() {
        0 => format!("{which} {named}"),
        more => format!("{which} {named} and {more} more"),
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
    Failure::usage(format!("{}: {}{more}", path.display(), wrong.join("; "))).hint(NOTHING_SENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_reported_where_it_was_opened() {
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

    #[test]
    fn an_amount_is_digits_and_a_point_and_nothing_else() {
        for (text, expected) in [("12.50", "12.50"), ("+7", "7"), ("-0.10", "-0.10"), ("007", "7")]
        {
            assert_eq!(amount(text, "1.00").unwrap().to_string(), expected);
        }
        for text in ["", "5_00", "1e3", ".5", "5.", "1,5", "1.2.3", "+", "--1", "€5", "1 000", "٣"]
        {
            assert!(amount(text, "1.00").unwrap_err().contains("a decimal such as"), "{text}");
        }
    }

    #[test]
    fn an_amount_that_would_be_rounded_or_is_absurd_is_refused() {
        let decimals = format!("0.{}", "1".repeat(32));
        assert!(amount(&decimals, "1").unwrap_err().contains("at most 28 digits"));
        for text in ["79228162514264337593543950335", "1000000000.01"] {
            assert!(amount(text, "1").unwrap_err().contains("in one line"), "{text}");
        }
        assert_eq!(sum([Decimal::MAX, Decimal::MAX]), None);
        assert_eq!(sum([Decimal::ONE, Decimal::ONE]), Some(Decimal::TWO));
    }
}
