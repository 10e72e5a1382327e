//! The table of an upload, read by the names of its columns or by the shape of a network's file. All wrong lines are
//! reported at once.

use funnelflux::id::AssetId;
use funnelflux::imports::{CostOptions, Costs, Line, Problems, Reader, Sheet, UploadKind, money};
use funnelflux::model::reporting::TrackingAliases;
use rust_decimal::Decimal;

use super::entry::money_of;
use super::files::Files;
use crate::args::TableArgs;
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) const NOTHING_SENT: &str =
    "nothing was sent; every line is checked before the first request";

pub(super) struct Table {
    pub(super) sheet: Sheet,
    pub(super) files: Files,
    /// What the amounts are in.
    pub(super) money: String,
}

impl Table {
    /// Reads the files that the arguments name, as the reader says.
    pub(super) fn read(
        args: &TableArgs,
        reader: Reader,
        upload: UploadKind,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let (files, all) = Files::open(&args.files, args.send.is_sending())?;
        let reader = args.shape.reader(reader, upload, settings)?;
        let mut sheet = files.read(&all, &reader)?;
        if let Some(from) = args.from_line {
            let is_one = files.names().len() == 1;
            let why = match is_one {
                true => format!("{} has no lines there", files.name()),
                false => "which of the files? Give one of them".to_owned(),
            };
            sheet.retain(|line| is_one && line.number() >= from);
            if sheet.is_empty() {
                return Err(Failure::usage(format!("--from-line {from}: {why}")));
            }
        }
        for note in &sheet.notes {
            settings.terminal.note(&files.about(note));
        }
        let money = money_of(&sheet);
        Ok(Self { sheet, files, money })
    }

    pub(super) fn each<T>(
        &self,
        read: impl Fn(Line<'_>) -> Result<T, (&'static str, String)>,
    ) -> Result<Vec<T>, Failure> {
        let (mut good, mut wrong) = (Vec::with_capacity(self.sheet.len()), Problems::default());
        for line in self.sheet.lines() {
            match read(line) {
                Ok(value) => good.push(value),
                Err((column, cause)) => {
                    wrong.add_value(line.place(), column, line.get(column), cause);
                }
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
        reader = reader.with_day_order(self.dates).with_decimal_mark(self.decimal);
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
