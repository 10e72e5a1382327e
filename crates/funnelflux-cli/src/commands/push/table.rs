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

const MOST_NAMED: usize = 20;

/// The most money in one line. More is a typing error or a column of ids.
const MOST_MONEY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

const NOTHING_SENT: &str = "nothing was sent; every line is checked before the first request";

pub(super) struct Line {
    pub(super) number: u64,
    cells: BTreeMap<String, String>,
}

impl Line {
    pub(super) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    pub(super) fn parse<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, String> {
        let cell = self.get(column);
        cell.parse().map_err(|cause| format!("{column} {cell:?}: {cause}"))
    }

    pub(super) fn amount(&self, column: &str, example: &str) -> Result<Decimal, String> {
        let cell = self.get(column);
        amount(cell, example).map_err(|expected| format!("{column} {cell:?}: expected {expected}"))
    }
}

/// Reads a decimal with an optional sign. What may mean two numbers, such as `1,5`, is refused.
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

pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    /// Holds the lock that keeps two runs from sending the same lines.
    input: Input,
}

impl Table {
    /// An unknown column is refused, because a misspelt restriction would widen what is sent.
    pub(super) fn read(args: &TableArgs, columns: &[(&str, &[&str])]) -> Result<Self, Failure> {
        let path = &args.file;
        let input = Input::read(path, args.send.is_sending())?;
        let mut lines = lines(path, &input.text, columns)?;
        let from = args.from_line.unwrap_or_default();
        lines.retain(|line| line.number >= from);
        if lines.is_empty() {
            let why = format!("--from-line {from}: {} has no lines there", path.display());
            return Err(Failure::usage(why));
        }
        Ok(Self { lines, input })
    }

    pub(super) fn path(&self) -> &Path {
        &self.input.path
    }

    pub(super) fn each<T>(
        &self,
        read: impl Fn(&Line) -> Result<T, String>,
    ) -> Result<Vec<T>, Failure> {
        let (mut good, mut wrong) = (Vec::with_capacity(self.lines.len()), Vec::new());
        for line in &self.lines {
            match read(line) {
                Ok(value) => good.push(value),
                Err(why) => wrong.push(format!("line {}: {why}", line.number)),
            }
        }
        all_right(self.path(), wrong).map(|()| good)
    }

    /// The failure of a request: positions in its list become line numbers.
    pub(super) fn refused(&self, cause: &ValidationError, list: &str) -> Failure {
        let message = cause.to_string();
        let opening = format!("{list}[");
        let mut pieces = message.split(&opening);
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let place = piece.split_once(']');
            let at = place.and_then(|(at, _)| self.lines.get(at.parse::<usize>().ok()?));
            text += &match (at, place) {
                (Some(line), Some((_, rest))) => format!("line {}{rest}", line.number),
                _ => format!("{opening}{piece}"),
            };
        }
        Failure::usage(format!("{}: {text}", self.path().display())).hint(NOTHING_SENT)
    }

    pub(super) fn sum(
        &self,
        what: &str,
        amounts: impl Iterator<Item = Decimal>,
    ) -> Result<Decimal, Failure> {
        sum(amounts).ok_or_else(|| {
            let why = format!("{}: the {what} are too large to add up", self.path().display());
            Failure::usage(why).hint("nothing was sent")
        })
    }
}

fn lines(path: &Path, text: &str, columns: &[(&str, &[&str])]) -> Result<Vec<Line>, Failure> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut numbered = (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty());
    let header = numbered.next().and_then(|(_, header)| cells(header)).unwrap_or_default();
    let names = names(path, &header, columns)?;
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (number, line) in numbered {
        let Some(cells) = cells(line) else {
            wrong.push(format!("line {number}: a quote (\") is never closed on its line"));
            continue;
        };
        if cells.len() != names.len() {
            let (got, expected) = (counted(cells.len(), "cell"), names.len());
            wrong.push(format!("line {number}: got {got}; expected {expected}, as in the header"));
        }
        for (name, cell) in names.iter().zip(&cells) {
            let control = cell.chars().find(|c| c.is_control()).map(|control| match control {
                '\t' => "a tab".to_owned(),
                other => format!("the control character U+{:04X}", u32::from(other)),
            });
            wrong.extend(control.map(|what| format!("line {number}: {name} contains {what}")));
        }
        let cells = names.iter().map(|name| (*name).to_owned()).zip(cells).collect();
        lines.push(Line { number, cells });
    }
    all_right(path, wrong)?;
    if lines.is_empty() {
        return Err(Failure::usage(format!("{}: has no lines below its header", path.display())));
    }
    Ok(lines)
}

fn names<'a>(
    path: &Path,
    header: &[String],
    columns: &[(&'a str, &[&str])],
) -> Result<Vec<&'a str>, Failure> {
    let mut names = Vec::new();
    for title in header {
        let plain = title.trim();
        let is = |name: &&str| name.eq_ignore_ascii_case(plain);
        let known = columns.iter().find(|(name, others)| is(name) || others.iter().any(is));
        let (name, _) = known.ok_or_else(|| {
            let all = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let why = format!("{}: column {title:?}: expected {all}", path.display());
            let is_other = title.contains([';', '\t']);
            let commas = if is_other { "cells are separated by commas; " } else { "" };
            Failure::usage(why).hint(format!("{commas}nothing was sent"))
        })?;
        if names.contains(name) {
            return Err(Failure::usage(format!("{}: two columns {name}", path.display())));
        }
        names.push(*name);
    }
    Ok(names)
}

/// The cells of a line; `None` if a quote is not closed on it.
fn cells(line: &str) -> Option<Vec<String>> {
    // An open quote would take the second line into its cell.
    let two_lines = format!("{line}\nend");
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_reader(two_lines.as_bytes());
    let mut records = reader.records().map_while(Result::ok);
    let cells = records.next()?.iter().map(str::to_owned).collect();
    records.next().map(|_| cells)
}

/// `line 3`, `lines 502 to 1001`, or the first few ranges and the number of further lines.
pub(super) fn named_lines(numbers: &[u64]) -> String {
    const MOST_RANGES: usize = 5;
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let mut ranges = numbers.chunk_by(|number, next| number + 1 == *next);
    let named = ranges.by_ref().take(MOST_RANGES).map(|range| match range {
        [first, .., last] => format!("{first} to {last}"),
        range => range.iter().map(u64::to_string).collect(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let which = if numbers.len() == 1 { "line" } else { "lines" };
    match ranges.map(<[u64]>::len).sum::<usize>() {
        0 => format!("{which} {named}"),
        more => format!("{which} {named} and {more} more"),
    }
}

fn all_right(path: &Path, mut wrong: Vec<String>) -> Result<(), Failure> {
    let more = match wrong.len().saturating_sub(MOST_NAMED) {
        _ if wrong.is_empty() => return Ok(()),
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    wrong.truncate(MOST_NAMED);
    let wrong = wrong.join("; ");
    Err(Failure::usage(format!("{}: {wrong}{more}", path.display())).hint(NOTHING_SENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_has_to_be_closed_on_its_line() {
        for (line, expected) in [
            (r#""x","y""#, Some(vec!["x", "y"])),
            (r#""x""y","#, Some(vec!["x\"y", ""])),
            (r#"5" wide"#, Some(vec!["5\" wide"])),
            (r#"1,"x"#, None),
            (r#""x"""#, None),
        ] {
            let expected = expected.map(|cells| cells.into_iter().map(str::to_owned).collect());
            assert_eq!(cells(line), expected, "{line}");
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
