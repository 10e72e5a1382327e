//! What the cells of the lines mean: days, amounts, currencies, ids.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::amount::Unclear;
use crate::header::Header;
use crate::reader::{FieldKind, Reader};
use crate::{DayOrder, DecimalMark, Line, Note, Problems, Sheet, amount, damage, day};

/// The fields that a profile may have beside those of the lines.
pub(crate) const HELPERS: [&str; 6] = ["status", "order", "time", "hour", "currency", "end"];

impl Reader {
    pub(crate) fn read_days(&self, header: &Header, sheet: &mut Sheet, problems: &mut Problems) {
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Day)
        {
            let cells = sheet.lines.iter().map(|line| line.at(field));
            let is_day = |cell: &&str| day::readings(cell).0 != [None; 2];
            let order = match day::decide(cells.filter(is_day), self.days) {
                Ok(order) => order,
                Err(None) => {
                    let first = sheet.lines.first().map_or("", |line| line.at(field));
                    problems.extend(Problems::of(format!("{name} {first:?}: is the month or the day first? --dates month-first or day-first says it")));
                    continue;
                }
                // Each cell that does not fit is told below.
                Err(Some(_)) => self.days.unwrap_or(DayOrder::DayFirst),
            };
            for line in &mut sheet.lines {
                match day::day(line.at(field), order) {
                    Some(day) => line.set(field, day.to_string()),
                    // In a file of one's own the caller names it, with the rest of its line.
                    None if !self.is_mapped() => {}
                    None => problems.add(
                        line.number,
                        format!("{name} {:?}: expected a day such as 2026-11-25", line.at(field)),
                    ),
                }
            }
        }
    }

    /// Refuses lines of more than one day: their cost would be put on the first.
    pub(crate) fn check_ends(&self, header: &Header, sheet: &Sheet, problems: &mut Problems) {
        let place = |wanted: &str| header.columns.iter().position(|(_, name)| name == wanted);
        let Some((end, date)) = place("end").zip(place("date")) else { return };
        let cells = sheet.lines.iter().map(|line| line.at(end));
        let order = day::decide(cells, self.days).unwrap_or(DayOrder::MonthFirst);
        for line in sheet.lines.iter().filter(|line| !line.at(end).is_empty()) {
            let last = day::day(line.at(end), order).map(|day| day.to_string());
            if last.as_deref() != Some(line.at(date)) {
                let why = format!(
                    "the line is of {} to {}, and a cost is of one day; break the report down by day",
                    line.at(date),
                    line.at(end)
                );
                problems.add(line.number, why);
            }
        }
    }

    /// Spells every amount as a plain decimal, and holds the totals against their sum. Gives the currencies of cells.
    pub(crate) fn read_amounts(
        &self,
        header: &Header,
        sheet: &mut Sheet,
        totals: &[(u64, String)],
        problems: &mut Problems,
    ) -> Vec<String> {
        let mut currencies: Vec<String> = header.currency.clone().into_iter().collect();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Amount)
        {
            let cells = sheet.lines.iter().map(|line| (line.number, line.at(field)));
            let cells = cells.chain(totals.iter().map(|(line, cell)| (*line, cell.as_str())));
            let mark = match amount::decide(cells.clone().map(|(_, cell)| cell), self.mark) {
                Ok(mark) => mark,
                Err(Unclear::Ambiguous) => {
                    let unclear = cells
                        .map(|(_, cell)| cell)
                        .find(|cell| cell.contains([',', '.']))
                        .unwrap_or_default();
                    problems.extend(Problems::of(format!(
                        "{name} {unclear:?}: thousands or decimals? --decimal point or comma says it"
                    )));
                    continue;
                }
                Err(Unclear::Mixed(at)) => {
                    let (line, cell) = cells.clone().nth(at).unwrap_or_default();
                    problems.add(
                        line,
                        format!(
                            "{name} {cell:?}: its decimal mark is not that of the lines before"
                        ),
                    );
                    continue;
                }
            };
            let (mut sum, mut is_whole) = (Decimal::ZERO, true);
            for line in &mut sheet.lines {
                let cell = line.at(field);
                if cell.is_empty() || cell.eq_ignore_ascii_case("delete") {
                    continue;
                }
                let Some((value, currency)) = amount::amount(cell, mark) else {
                    if self.is_mapped() {
                        let why = format!("{name} {cell:?}: expected a decimal such as 12.50");
                        problems.add(line.number, why);
                    }
                    is_whole = false;
                    continue;
                };
                if let Some(currency) =
                    currency.filter(|it| !currencies.iter().any(|known| known == it))
                {
                    currencies.push(currency.to_owned());
                }
                match sum.checked_add(value) {
                    Some(more) => sum = more,
                    None => is_whole = false,
                }
                line.set(field, value.to_string());
            }
            if is_whole && !totals.is_empty() {
                self.check_totals(name, totals, mark, sum, sheet, problems);
            }
        }
        currencies
    }

    pub(crate) fn check_totals(
        &self,
        name: &str,
        totals: &[(u64, String)],
        mark: DecimalMark,
        sum: Decimal,
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        let read = totals
            .iter()
            .map(|(line, cell)| (*line, amount::amount(cell, mark).map(|(amount, _)| amount)));
        // A file may total parts, too: one of its totals must be that of all.
        let fits = |(_, total): &(u64, Option<Decimal>)| *total == Some(sum);
        if read.clone().any(|it| fits(&it)) || self.ignores_totals {
            let lines = totals.iter().map(|(line, _)| *line).collect();
            sheet.notes.push(Note::Totals { lines, sum });
            return;
        }
        for (line, total) in read {
            let total = total.map_or("no amount".to_owned(), |total| total.to_string());
            problems.add(line, format!("{name}: the file says {total} in total, its lines add up to {sum}; --any-total sends them all the same"));
        }
    }

    pub(crate) fn check_currency(
        &self,
        header: &Header,
        mut found: Vec<String>,
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        if let Some(field) = header.columns.iter().position(|(_, name)| name == "currency") {
            for line in &sheet.lines {
                let currency = line.at(field).to_uppercase();
                if !currency.is_empty() && !found.contains(&currency) {
                    found.push(currency);
                }
            }
        }
        found.extend(self.profile.as_ref().and_then(|profile| profile.currency.clone()));
        found.sort();
        found.dedup();
        match found.as_slice() {
            [] => {}
            [one] => {
                if let Some(wanted) =
                    self.currency.as_ref().filter(|wanted| !wanted.eq_ignore_ascii_case(one))
                {
                    problems.extend(Problems::of(format!(
                        "the amounts are in {one}; --currency says {wanted}"
                    )));
                }
                sheet.notes.push(Note::Currency(one.clone()));
            }
            several => problems.extend(Problems::of(format!(
                "the amounts are in several currencies: {}",
                several.join(", ")
            ))),
        }
    }

    pub(crate) fn check_ids(&self, header: &Header, sheet: &mut Sheet, problems: &mut Problems) {
        let mut damaged = Vec::new();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Id)
        {
            for line in &sheet.lines {
                let value = line.at(field);
                let Some(what) = damage(value) else { continue };
                if self.takes_damaged {
                    damaged.push(line.number);
                } else {
                    problems.add(line.number, format!("{name} {value:?}: {what}; no visit can have it (--accept-damaged sends it all the same)"));
                }
            }
        }
        damaged.sort_unstable();
        damaged.dedup();
        sheet.notes.extend((!damaged.is_empty()).then_some(Note::Damaged(damaged)));
    }

    /// Adds the amounts of lines whose other fields are the same.
    pub(crate) fn add_up(&self, header: &Header, sheet: &mut Sheet) -> Result<(), Problems> {
        let Some(amount) =
            header.columns.iter().position(|(_, name)| self.kind(name) == FieldKind::Amount)
        else {
            return Ok(());
        };
        if header.columns.iter().any(|(_, name)| name == "hit") {
            return Ok(());
        }
        let (mut first, mut added, mut problems) =
            (HashMap::<Vec<Box<str>>, usize>::new(), Vec::new(), Problems::default());
        let mut kept: Vec<Line> = Vec::with_capacity(sheet.lines.len());
        for line in sheet.lines.drain(..) {
            let is_key =
                |name: &str| !HELPERS.contains(&name) && self.kind(name) != FieldKind::Amount;
            let key = line
                .names
                .iter()
                .zip(&line.cells)
                .filter(|(name, _)| is_key(name))
                .map(|(_, cell)| cell.clone());
            let at = *first.entry(key.collect()).or_insert(kept.len());
            let Some(known) = kept.get_mut(at) else {
                kept.push(line);
                continue;
            };
            if !self.adds_up {
                problems.add(
                    line.number,
                    format!("the same day and fields as line {}; --sum adds them up", known.number),
                );
                continue;
            }
            let sum = |one: &str, other: &str| {
                one.parse::<Decimal>().ok()?.checked_add(other.parse().ok()?)
            };
            match sum(known.at(amount), line.at(amount)) {
                Some(sum) => known.set(amount, sum.to_string()),
                None => problems.add(line.number, "the amounts are too large to add up"),
            }
            added.push(line.number);
        }
        sheet.lines = kept;
        sheet.notes.extend((!added.is_empty()).then_some(Note::Added(added)));
        problems.result(())
    }

    pub(crate) fn convert(&self, header: &Header, sheet: &mut Sheet) -> Result<(), Problems> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut problems = Problems::default();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Amount)
        {
            for line in &mut sheet.lines {
                let Ok(value) = line.at(field).parse::<Decimal>() else { continue };
                // `checked_mul` rounds where 28 digits do not suffice.
                match value
                    .checked_mul(rate)
                    .filter(|it| it.scale() == value.scale() + rate.scale())
                {
                    Some(product) => line.set(field, product.to_string()),
                    None => problems.add(
                        line.number,
                        format!("{name} {value}: times {rate} it has more than 28 digits"),
                    ),
                }
            }
        }
        sheet.notes.push(Note::Rate(rate));
        problems.result(())
    }
}
