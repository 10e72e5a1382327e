//! The table of an upload, read by the names of its columns or by the shape of a network's file. All wrong lines are
//! reported at once.

use std::fmt::Display;
use std::ops::Deref;
use std::str::FromStr;

use funnelflux::id::AssetId;
use funnelflux::imports::{
    CostOptions, Costs, DayOrder, DecimalMark, Field, Problems, Reader, Sheet, UploadKind, money,
};
use funnelflux::model::ValidationError;
use funnelflux::model::reporting::TrackingAliases;
use rust_decimal::Decimal;

use super::entry::Money;
use super::files::Files;
use crate::args::{Dates, Marks, TableArgs};
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) const NOTHING_SENT: &str =
    "nothing was sent; every line is checked before the first request";

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
    pub(super) files: Files,
    /// What the amounts are in.
    pub(super) money: Money,
}

impl Table {
    /// Reads the files that the arguments name, as the reader says.
    pub(super) fn read(
        args: &TableArgs,
        reader: Reader,
        upload: UploadKind,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let (files, all) = Files::read(&args.files, args.send.is_sending())?;
        let reader = args.shape.reader(reader, upload, settings)?;
        let sheet = match all.as_slice() {
            [(_, bytes)] => reader.read(bytes),
            _ => reader.read_all(all.iter().map(|(name, bytes)| (&**name, &**bytes))),
        };
        let mut sheet = sheet.map_err(|problems| files.refusal(problems))?;
        if let Some(from) = args.from_line {
            let why = match all.len() {
                1 => format!("{} has no lines there", files.name()),
                _ => "which of the files? Give one of them".to_owned(),
            };
            sheet.retain(|line| all.len() == 1 && line.number() >= from);
            if sheet.is_empty() {
                return Err(Failure::usage(format!("--from-line {from}: {why}")));
            }
        }
        for note in &sheet.notes {
            settings.terminal.note(&files.about(note));
        }
        let money = Money::of(&sheet);
        Ok(Self { sheet, files, money })
    }

    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = Line<'_>> {
        self.sheet.lines().map(Line)
    }

    /// Leaves out the lines for which `keep` is false.
    pub(super) fn retain(&mut self, keep: impl FnMut(funnelflux::imports::Line<'_>) -> bool) {
        self.sheet.retain(keep);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sheet.is_empty()
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
                    wrong.add_value(line.place(), column, &value, cause);
                }
                Err(fault) => wrong.add(line.place(), fault.cause),
            }
        }
        wrong.result(good).map_err(|problems| self.files.refusal(problems))
    }

    /// The lines as costs, and the files, which stay locked. `asset` gives the id of a cell of a column.
    pub(super) fn costs(
        self,
        options: &CostOptions,
        asset: impl FnMut(&str, &str) -> Result<AssetId, String>,
    ) -> Result<(Costs, Files), Failure> {
        let Self { sheet, files, .. } = self;
        match Costs::of(sheet, options, asset) {
            Ok(costs) => Ok((costs, files)),
            Err(problems) => Err(files.refusal(problems)),
        }
    }

    /// The distinct cells of a column.
    pub(super) fn values(&self, column: &str) -> Vec<&str> {
        self.sheet.values(column)
    }

    pub(super) fn refused(&self, cause: &ValidationError, list: &str) -> Failure {
        self.files.refused(cause, list, |at| Some(self.sheet.line(at)?.place()))
    }

    pub(super) fn sum(
        &self,
        what: &str,
        mut amounts: impl Iterator<Item = Decimal>,
    ) -> Result<Decimal, Failure> {
        let sum = amounts.try_fold(Decimal::ZERO, Decimal::checked_add);
        sum.ok_or_else(|| self.files.too_large(what))
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
