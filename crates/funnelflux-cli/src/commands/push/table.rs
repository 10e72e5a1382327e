//! The table of an upload, read by the names of its columns or by the shape of a network's file. All wrong lines are
//! reported at once.

use std::fmt::Display;
use std::ops::Deref;
use std::path::Path;
use std::str::FromStr;

use funnelflux::id::AssetId;
use funnelflux::imports::{
    CostOptions, Costs, DayOrder, DecimalMark, Field, Problems, Reader, Sheet, UploadKind, money,
};
use funnelflux::model::ValidationError;
use funnelflux::model::reporting::TrackingAliases;
use rust_decimal::Decimal;

use crate::args::{Dates, Marks, TableArgs};
use crate::failure::Failure;
use crate::input::Input;
use crate::settings::Settings;

const NOTHING_SENT: &str = "nothing was sent; every line is checked before the first request";

/// What is wrong with a line, or with one value of it.
#[derive(Debug)]
pub(super) struct Fault {
    value: Option<(&'static str, String)>,
    cause: String,
}

impl From<String> for Fault {
    fn from(cause: String) -> Self {
        Self { value: None, cause }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Line<'a>(funnelflux::imports::Line<'a>);

impl<'a> Deref for Line<'a> {
    type Target = funnelflux::imports::Line<'a>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a> Line<'a> {
    /// The time of a conversion, if it was understood: texts of the same length can be compared.
    pub(super) fn moment(&self) -> Option<&'a str> {
        Some(self.get("time")).filter(|time| time.get(4..5) == Some("-"))
    }

    pub(super) fn parse<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, Fault> {
        self.get(column).parse().map_err(|cause| self.fault(column, cause))
    }

    pub(super) fn amount(&self, column: &'static str, example: &str) -> Result<Decimal, Fault> {
        money(self.get(column), example).map_err(|cause| self.fault(column, cause))
    }

    /// What is wrong with the value of a column.
    pub(super) fn fault(&self, column: &'static str, cause: impl Display) -> Fault {
        Fault { value: Some((column, self.get(column).to_owned())), cause: cause.to_string() }
    }
}

pub(super) struct Table {
    sheet: Sheet,
    /// Holds the lock that keeps two runs from sending the same lines.
    input: Input,
}

impl Table {
    /// Reads the file that the arguments name, as the reader says.
    pub(super) fn read(
        args: &TableArgs,
        reader: Reader,
        upload: UploadKind,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let path = &args.file;
        let (input, bytes) = Input::read_bytes(path, args.send.is_sending())?;
        let reader = args.shape.reader(reader, upload, settings)?;
        let mut sheet = reader.read(&bytes).map_err(|problems| refusal(path, problems))?;
        if let Some(from) = args.from_line {
            sheet.retain(|line| line.number() >= from);
            if sheet.is_empty() {
                let why = format!("--from-line {from}: {} has no lines there", path.display());
                return Err(Failure::usage(why));
            }
        }
        for note in &sheet.notes {
            settings.terminal.note(&format!("{}: {note}", path.display()));
        }
        Ok(Self { sheet, input })
    }

    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = Line<'_>> {
        self.sheet.lines().map(Line)
    }

    /// Leaves out the lines for which `keep` is false.
    pub(super) fn retain(&mut self, keep: impl FnMut(funnelflux::imports::Line<'_>) -> bool) {
        self.sheet.retain(keep);
    }

    pub(super) fn path(&self) -> &Path {
        &self.input.path
    }

    pub(super) fn each<T>(
        &self,
        read: impl Fn(&Line<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Failure> {
        let (mut good, mut wrong) = (Vec::with_capacity(self.sheet.len()), Problems::default());
        for line in self.lines() {
            match read(&line) {
                Ok(value) => good.push(value),
                Err(Fault { value: Some((column, value)), cause }) => {
                    wrong.add_value(line.number(), column, &value, cause);
                }
                Err(fault) => wrong.add(line.number(), fault.cause),
            }
        }
        wrong.result(good).map_err(|problems| refusal(self.path(), problems))
    }

    /// The lines as costs, and the file, which stays locked. `asset` gives the id of a cell of a column.
    pub(super) fn costs(
        self,
        options: &CostOptions,
        asset: impl FnMut(&str, &str) -> Result<AssetId, String>,
    ) -> Result<(Costs, Input), Failure> {
        let Self { sheet, input } = self;
        match Costs::of(sheet, options, asset) {
            Ok(costs) => Ok((costs, input)),
            Err(problems) => Err(refusal(&input.path, problems)),
        }
    }

    /// The distinct cells of a column.
    pub(super) fn values(&self, column: &str) -> Vec<&str> {
        self.sheet.values(column)
    }

    pub(super) fn refusal(&self, problems: impl Display) -> Failure {
        refusal(self.path(), problems)
    }

    pub(super) fn refused(&self, cause: &ValidationError, list: &str) -> Failure {
        refused(self.path(), cause, list, |at| Some(self.sheet.line(at)?.number()))
    }

    pub(super) fn sum(
        &self,
        what: &str,
        mut amounts: impl Iterator<Item = Decimal>,
    ) -> Result<Decimal, Failure> {
        let sum = amounts.try_fold(Decimal::ZERO, Decimal::checked_add);
        sum.ok_or_else(|| too_large(self.path(), what))
    }
}

fn refusal(path: &Path, problems: impl Display) -> Failure {
    Failure::usage(format!("{}: {problems}", path.display())).hint(NOTHING_SENT)
}

pub(super) fn too_large(path: &Path, what: &str) -> Failure {
    let why = format!("{}: the {what} are too large to add up", path.display());
    Failure::usage(why).hint("nothing was sent")
}

/// The failure of a request: positions in its list become line numbers.
pub(super) fn refused(
    path: &Path,
    cause: &ValidationError,
    list: &str,
    line: impl Fn(usize) -> Option<u64>,
) -> Failure {
    let message = cause.to_string();
    let opening = format!("{list}[");
    let mut pieces = message.split(&opening);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let place = piece.split_once(']');
        text += &match place.and_then(|(at, rest)| Some((line(at.parse().ok()?)?, rest))) {
            Some((line, rest)) => format!("line {line}{rest}"),
            None => format!("{opening}{piece}"),
        };
    }
    refusal(path, text)
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

impl crate::args::ShapeArgs {
    /// The reader with what the arguments say of the file.
    fn reader(
        &self,
        mut reader: Reader,
        upload: UploadKind,
        settings: &Settings,
    ) -> Result<Reader, Failure> {
        for (alias, slot) in tracking_aliases(settings)?.iter() {
            reader = reader.with_alias(alias, slot.as_str());
        }
        if let Some(name) = &self.network {
            reader = reader.with_profile(settings.network(name, upload)?);
        }
        for mapped in &self.map {
            let (field, title) = mapped.split_once('=').unwrap_or((mapped, ""));
            reader = reader.with_column(field.trim(), title.trim());
        }
        if let Some(sheet) = &self.sheet {
            reader = reader.with_sheet(sheet);
        }
        reader = match self.dates {
            None => reader,
            Some(Dates::MonthFirst) => reader.with_day_order(DayOrder::MonthFirst),
            Some(Dates::DayFirst) => reader.with_day_order(DayOrder::DayFirst),
        };
        reader = match self.decimal {
            None => reader,
            Some(Marks::Point) => reader.with_decimal_mark(DecimalMark::Point),
            Some(Marks::Comma) => reader.with_decimal_mark(DecimalMark::Comma),
        };
        if let Some(currency) = &self.currency {
            reader = reader.with_currency(currency);
        }
        if let Some(rate) = &self.rate {
            let rate = money(rate, "1.0823")
                .map_err(|cause| Failure::usage(format!("--rate {rate:?}: {cause}")))?;
            if rate <= Decimal::ZERO {
                let why = format!("--rate {rate}: expected more than 0");
                return Err(Failure::usage(why).hint(NOTHING_SENT));
            }
            reader = reader.with_rate(rate);
        }
        for which in &self.accept_damaged {
            reader = reader.with_damaged(which);
        }
        Ok(if self.any_total { reader.without_totals() } else { reader })
    }
}

/// What the profile calls the tracking fields.
pub(super) fn tracking_aliases(settings: &Settings) -> Result<TrackingAliases, Failure> {
    settings.profile.fields(&settings.name)
}

/// A field of the files of one's own.
pub(super) const fn field(
    name: &'static str,
    kind: funnelflux::imports::FieldKind,
    aliases: &'static [&'static str],
) -> Field {
    Field::new(name, kind).with_aliases(aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_are_named_briefly() {
        assert_eq!(named_lines(&[3]), "line 3");
        assert_eq!(named_lines(&[4, 2, 3]), "lines 2 to 4");
        let odd: Vec<u64> = (0..100).map(|n| 2 * n + 3).collect();
        assert_eq!(named_lines(&odd), "lines 3, 5, 7, 9, 11 and 95 more");
    }
}
