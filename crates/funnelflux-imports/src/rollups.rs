//! Lines that are totals of others of their file, and lines that are there twice.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::amount::Sum;
use crate::files::Part;
use crate::grid::Rows;
use crate::groups::{are_single, groups};
use crate::header::Header;
use crate::reader::{FieldKind, Reader};
use crate::sheet::Column;
use crate::{DecimalMark, Line, Note, Problems, Sheet, amount};

/// As many columns of breakdowns are looked at, each within the one before.
const DEPTH: usize = 3;

/// What is known of a line beside its fields.
pub(crate) struct Cells {
    /// Of lines of the same day and ids, as far as each line has one.
    group: u32,
    /// Which columns have no value, one bit for each.
    blank: u64,
    /// Of all cells of the row.
    hash: u64,
}

impl Reader {
    /// The cells of the lines, where several lines are of the same day and ids.
    pub(crate) fn cells<'a>(
        &self,
        header: &Header,
        sheet: &Sheet,
        rows: impl FnOnce() -> Option<Rows<'a>>,
    ) -> Vec<Cells> {
        let is_blank = |column: &Column| {
            self.kind(&column.name) == FieldKind::Id && column.texts().any(amount::is_none)
        };
        let is_amount = |column: &Column| self.kind(&column.name) == FieldKind::Amount;
        let keys = sheet.columns.iter().filter(|it| !is_amount(it) && !is_blank(it));
        let groups = groups(keys.map(|column| column.codes().into()), sheet.len());
        if !self.is_mapped() || sheet.place("hit").is_some() || are_single(&groups) {
            return Vec::new();
        }
        let Some(mut rows) = rows() else { return Vec::new() };
        let ids = header.columns.iter().filter(|(_, field)| self.kind(field) == FieldKind::Id);
        let columns: Vec<_> = header.free.iter().chain(ids).map(|it| it.0).take(64).collect();
        let mut lines = sheet.lines().map(Line::number).zip(groups.iter().copied()).peekable();
        let (mut all, hasher) = (Vec::new(), RandomState::new());
        while let Some(row) = rows.next() {
            if let Some((_, group)) = lines.next_if(|(line, _)| *line == row.line) {
                let bits = columns.iter().zip(0..).filter(|(at, _)| amount::is_none(row.get(**at)));
                let blank = bits.fold(0, |all, (_, bit)| all | 1 << bit);
                let hash = hasher.hash_one(row.cells.iter().collect::<Vec<_>>());
                all.push(Cells { group, blank, hash });
            }
        }
        all
    }

    /// Leaves out lines that are the totals of others, such as that of a campaign above its ads: they have no value in a
    /// column where the others do, and their amount is the sum. Refuses to add lines that are the same in every cell.
    pub(crate) fn leave_out_rollups(
        &self,
        part: &Part,
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        let is_amount = |column: &&Column| self.kind(&column.name) == FieldKind::Amount;
        let Some(amounts) = sheet.columns.iter().find(is_amount) else { return };
        let amount = |at| amount::amount(amounts.at(at), DecimalMark::Point).unwrap_or_default();
        let (mut groups, mut seen) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        for (at, cells) in part.cells.iter().enumerate() {
            groups.entry(cells.group).or_default().push((at, cells.blank, amount(at)));
            let first = *seen.entry((cells.group, cells.hash)).or_insert(at);
            if first != at && self.profile.is_some() && !self.adds_up && !amount(at).is_zero() {
                let first = sheet.place_of(first);
                let why = format!("the same as {first} in every cell; --sum adds them up");
                problems.add(sheet.place_of(at), why);
            }
        }
        let mut is_total = vec![false; sheet.len()];
        let several = groups.into_values().filter(|lines| lines.len() > 1);
        for lines in several {
            let mut mark = |lines: &[Entry], is: bool| {
                let all = lines.iter().map(|line| line.0);
                all.for_each(|at| is_total.get_mut(at).into_iter().for_each(|it| *it = is));
            };
            let kept = parts(&lines, DEPTH);
            mark(&lines, kept.len() < lines.len());
            mark(&kept, false);
        }
        let (totals, rest): (Vec<_>, Vec<_>) =
            (0..sheet.len()).partition(|at| is_total.get(*at) == Some(&true));
        if !totals.is_empty() {
            let totals = totals.into_iter().map(|at| sheet.place_of(at)).collect();
            let why = "a total of other lines, which have more columns filled, so left out";
            sheet.notes.extend(Note::of(totals, why));
            sheet.pick(&rest);
        }
    }
}

/// The position of a line, its blank columns, and its amount.
type Entry = (usize, u64, Decimal);

/// The lines without those that are totals of others.
fn parts(lines: &[Entry], depth: usize) -> Vec<Entry> {
    let sum = |lines: &[Entry]| Sum::of(lines.iter().map(|line| line.2));
    let some = lines.iter().fold(0, |all, line| all | line.1);
    let differ = some & !lines.iter().fold(u64::MAX, |all, line| all & line.1);
    let mut bits = (0..64).filter(|bit| depth > 0 && differ >> bit & 1 == 1);
    let found = bits.find_map(|bit| {
        let (totals, rest): (Vec<_>, Vec<_>) =
            lines.iter().copied().partition(|line| line.1 >> bit & 1 == 1);
        let rest = parts(&rest, depth - 1);
        let (total, sum) = sum(&parts(&totals, depth - 1)).zip(sum(&rest))?;
        (!total.sum.is_zero() && sum.is(total.sum)).then_some(rest)
    });
    found.unwrap_or_else(|| lines.to_vec())
}
