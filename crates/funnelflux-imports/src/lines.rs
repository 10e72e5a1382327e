//! The lines below the header, apart from totals and footers.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::amount::Sum;
use crate::grid::{Row, Rows, trimmed};
use crate::header::Header;
use crate::note::NO_AMOUNT;
use crate::reader::{FieldKind, Reader};
use crate::status::Unread;
use crate::vocabulary::words;
use crate::{Note, Place, Problems, Sheet, amount, day};

impl Reader {
    /// Reads the lines, and the totals: each with its line.
    pub(crate) fn lines(
        &self,
        header: &Header,
        mut rows: Rows<'_>,
        file: Option<&Arc<str>>,
    ) -> Result<(Sheet, Vec<(Place, String)>), Problems> {
        let place = |line| Place { file: file.cloned(), line };
        let given = self
            .given
            .iter()
            .filter(|(field, _)| !header.columns.iter().any(|(_, name)| name == field));
        let given: Vec<_> = given.collect();
        let names = header.columns.iter().map(|(_, name)| name.as_str());
        let names = names.chain(given.iter().map(|(field, _)| *field));
        let mut sheet = Sheet::new(names, file.cloned());
        if !header.free.is_empty() {
            let titles = header.free.iter().map(|(_, title)| title.clone());
            sheet.notes.push(Note::Ignored(titles.collect()));
        }
        let mut unread = Unread::new(header, rows.row());
        let strip = self.profile.as_ref().map_or("", |profile| &profile.strip);
        // Meta's totals have the end of the period, and no day.
        let kind = |name: &str| if name == "end" { FieldKind::Text } else { self.kind(name) };
        let kinds = header.columns.iter().map(|(at, name)| (*at, kind(name)));
        let kinds: Vec<(usize, FieldKind)> = kinds.collect();
        let keys: Vec<_> = keys(&kinds).collect();
        // Only sales have them: one without a sub id is no total.
        let of_sales = ["order", "time", "status", "transaction"];
        let of_sales = header.columns.iter().filter(|(_, name)| of_sales.contains(&name.as_str()));
        let of_sales: Vec<usize> = of_sales.map(|(at, _)| *at).collect();
        let amount_at =
            kinds.iter().find(|(_, kind)| *kind == FieldKind::Amount).map(|(at, _)| *at);
        let needs_amount =
            self.fields.iter().any(|field| field.kind == FieldKind::Amount && field.is_required);
        let (mut totals, mut problems) = (Vec::new(), Problems::default());
        let (mut without, mut footer) = (Vec::new(), Vec::new());
        while rows.next().is_some() {
            let row = rows.row();
            let amount = amount_at.map_or("", |at| row.get(at));
            // Most lines are seen to be one without a look at their other cells.
            let is_line = row.cells.len() == header.width && is_line(row, &keys, amount);
            if !is_line && row.is_blank() {
                continue;
            }
            if let Some(number) = rows.swallowed(header.width) {
                let why =
                    "is never closed on its line, so that the cell takes in a part of a later line";
                problems.add(place(row.line), format!("a quote (\") in cell {number} {why}"));
                continue;
            }
            if !is_line && self.is_mapped() {
                let is_total = is_total(row, &kinds, &of_sales, amount);
                // A formula that was never computed is nothing to hold against the lines.
                if is_total && amount::formula(amount).is_none() {
                    totals.push((place(row.line), amount.to_owned()));
                    continue;
                }
                if is_total || (header.columns.len() > 1 && row.filled().nth(1).is_none()) {
                    footer.push(place(row.line));
                    continue;
                }
            }
            let (got, expected) = (row.cells.len(), header.width);
            let extra = (expected..got).any(|at| !row.get(at).is_empty() || !self.is_mapped());
            if got < expected || extra {
                let cells = if got == 1 { "cell" } else { "cells" };
                let why = format!("got {got} {cells}; expected {expected}, as in the header");
                problems.add(place(row.line), why);
                continue;
            }
            if !is_line && self.is_mapped() && needs_amount && amount::is_none(amount) {
                without.push(place(row.line));
                continue;
            }
            let cells = kinds.iter().map(|(at, kind)| match kind {
                FieldKind::Id => row.get(*at).trim_matches(|c| strip.contains(c)),
                _ => row.get(*at),
            });
            sheet.push(row.line, cells);
            unread.add(row);
        }
        given.iter().for_each(|(name, value)| sheet.fill(name, value));
        self.check_controls(&sheet, &mut problems);
        problems.extend(unread.problems());
        if let Some(line) = rows.open() {
            problems.add(place(line), "a quote (\") is never closed");
            return problems.result((sheet, totals));
        }
        sheet.notes.extend(Note::of(without, NO_AMOUNT));
        sheet.notes.extend(Note::of(footer, "no line of the table, so left out"));
        problems.result((sheet, totals))
    }

    /// Leaves out a last line of a file that says no total and is one: it has no id, and its amount is the sum of the
    /// others.
    pub(crate) fn leave_out_total(&self, sheet: &mut Sheet, lines: Range<usize>) {
        let columns = |kind| sheet.columns.iter().filter(move |it| self.kind(&it.name) == kind);
        let last = lines.end.saturating_sub(1);
        let has_id = |at: usize| columns(FieldKind::Id).any(|ids| !amount::is_none(ids.at(at)));
        let is_of_same_day =
            || columns(FieldKind::Day).all(|days| days.at(last) == days.at(last - 1));
        if lines.len() < 3 || has_id(last) || !(has_id(last - 1) || is_of_same_day()) {
            return;
        }
        let Some(amounts) = columns(FieldKind::Amount).next() else { return };
        let amount = |at: usize| amounts.at(at).parse::<Decimal>().ok();
        let others = (lines.start..last).map(amount).collect::<Option<Vec<_>>>();
        let sum = others.and_then(|all| Sum::of(all.into_iter())).zip(amount(last));
        if let Some((sum, total)) = sum.filter(|(sum, total)| !total.is_zero() && sum.is(*total)) {
            let lines = vec![sheet.place_of(last)];
            sheet.notes.push(Note::Totals { lines, sum: sum.sum, total });
            sheet.pick(&(0..sheet.len()).filter(|at| *at != last).collect::<Vec<_>>());
        }
    }

    fn check_controls(&self, sheet: &Sheet, problems: &mut Problems) {
        for column in &sheet.columns {
            // All of them have a byte of these in UTF-8.
            let may_have = |byte: u8| byte < 0x20 || byte == 0x7f || byte == 0xc2;
            sheet.tell(column, problems, |_, text| {
                text.bytes().any(may_have).then_some(())?;
                Some(match text.chars().find(|c| c.is_control())? {
                    '\t' => "contains a tab".to_owned(),
                    '\n' if self.is_mapped() => "contains a line break".to_owned(),
                    '\n' => "a quote (\") is never closed on its line".to_owned(),
                    other => format!("contains the control character U+{:04X}", u32::from(other)),
                })
            });
        }
    }
}

/// A total says so in its first cell, or has an amount and nothing that an amount belongs to, such as a day, an id or
/// what only sales have.
pub(crate) fn is_total(
    row: &Row,
    kinds: &[(usize, FieldKind)],
    of_sales: &[usize],
    amount: &str,
) -> bool {
    if amount.is_empty() {
        return false;
    }
    let is_word = || {
        let first = row.filled().next().unwrap_or_default().to_lowercase();
        let mut rest = words("total").iter().filter_map(|word| first.strip_prefix(word.as_str()));
        rest.any(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let mut keys = keys(kinds).map(|(at, kind)| (row.get(at), kind));
    // A campaign may be called `Total War`: what has a day and an id is a line.
    let is_value = |(cell, kind): (&str, FieldKind)| match kind {
        FieldKind::Day => day::is_day(cell),
        _ => !amount::is_none(cell),
    };
    let is_line = || keys.clone().all(is_value);
    let is_sale = || of_sales.iter().any(|at| !row.get(*at).is_empty());
    // In a column of ids, or beside one that is empty.
    let is_id = |(cell, kind): (&str, FieldKind)| kind == FieldKind::Id && says_so(cell);
    let has_word = || is_word() || row.cells.iter().any(says_so);
    keys.clone().any(is_id)
        || (!keys.clone().all(is_plain) && has_word() && !is_line())
        || (keys.all(|(cell, _)| cell.is_empty()) && !is_sale())
}

/// Whether a row has an amount beside plain days and ids, so that it is no total.
fn is_line(row: &Row, keys: &[(usize, FieldKind)], amount: &str) -> bool {
    let is_good = |(at, kind): &(usize, FieldKind)| {
        let cell = row.get(*at);
        is_plain((cell, *kind)) && !(*kind == FieldKind::Id && says_so(cell))
    };
    !keys.is_empty() && !amount::is_none(amount) && keys.iter().all(is_good)
}

fn is_plain((cell, kind): (&str, FieldKind)) -> bool {
    match kind {
        FieldKind::Day => day::is_iso(cell),
        _ => !amount::is_none(cell),
    }
}

/// The columns of days and ids.
fn keys(kinds: &[(usize, FieldKind)]) -> impl Iterator<Item = (usize, FieldKind)> + Clone {
    kinds.iter().copied().filter(|(_, kind)| matches!(kind, FieldKind::Day | FieldKind::Id))
}

/// Whether a cell is a word for a total.
fn says_so(cell: &str) -> bool {
    // The words begin with these in any language; most cells do not.
    let begin = cell.bytes().next().unwrap_or_default().to_ascii_lowercase();
    let may_be = matches!(begin, b'g' | b'i' | b'r' | b's' | b't' | b' ' | 9..=13 | 0x80..);
    if !may_be {
        return false;
    }
    let cell = trimmed(cell);
    let word = cell.trim_end_matches([':', ' ']);
    let is = |known: &String| known.len() == word.len() && word.to_lowercase() == *known;
    cell.starts_with(char::is_alphabetic) && words("total").iter().any(is)
}
