//! What the cells of the lines mean: days, amounts, currencies, ids. Each distinct text of a column is read once.

use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::amount::{Sum, Unclear};
use crate::damage::{Tails, of_hit};
use crate::files::Part;
use crate::groups::{are_single, groups};
use crate::problem::quoted;
use crate::reader::{FieldKind, Reader};
use crate::sheet::Column;
use crate::{
    Damage, DayOrder, DecimalMark, Note, Place, Problems, Sheet, State, amount, damage, day, states,
};

/// The fields that a profile may have beside those of the lines.
pub(crate) const HELPERS: [&str; 10] =
    ["status", "status2", "status3", "order", "item", "time", "hour", "currency", "end", IGNORED];
/// The field of columns that say nothing of the lines.
pub(crate) const IGNORED: &str = "ignored";

pub(crate) fn which_first(name: &str, cell: &str) -> Problems {
    Problems::of(format!(
        "{name} {}: is the month or the day first? --dates month-first or day-first says it",
        quoted(cell)
    ))
}

impl Reader {
    /// The columns of a kind, taken out of the sheet while they change.
    fn change(
        &self,
        sheet: &mut Sheet,
        kind: FieldKind,
        mut change: impl FnMut(&mut Column, &mut Sheet),
    ) {
        let mut columns = std::mem::take(&mut sheet.columns);
        for column in columns.iter_mut().filter(|column| self.kind(&column.name) == kind) {
            change(column, sheet);
        }
        sheet.columns = columns;
    }

    /// Spells every day alike.
    pub(crate) fn read_days(&self, parts: &[Part], sheet: &mut Sheet, problems: &mut Problems) {
        self.change(sheet, FieldKind::Day, |column, sheet| {
            let name = &column.name;
            let days = column.texts().filter(|text| day::is_day(text));
            let order = match self.day_order(days, &mut sheet.notes) {
                Ok(order) => order,
                Err(None) => {
                    problems.extend(which_first(name, column.at(0)));
                    return;
                }
                // Each cell that does not fit is told below.
                Err(Some(_)) => self.days.unwrap_or(DayOrder::DayFirst),
            };
            let days = column.texts().map(|text| day::day(text, order)).collect::<Vec<_>>();
            // In a file of one's own the caller names it, with the rest of its line.
            let may_be_empty =
                self.fields.iter().any(|field| *field.name == **name && !field.is_required);
            sheet.tell(column, problems, |code, text| {
                let is_wrong = self.is_mapped()
                    && days.get(code).is_some_and(Option::is_none)
                    && !(may_be_empty && text.is_empty());
                is_wrong.then(|| {
                    day::oddity(text).unwrap_or("expected a day such as 2026-11-25").to_owned()
                })
            });
            sheet.tell(column, problems, |code, text| {
                days.get(code).copied().flatten()?;
                let what = day::zone(day::readings(text).1).err()?;
                Some(format!(
                    "expected a day such as 2026-11-25, and what {what:?} means is unknown"
                ))
            });
            let said = |text| day::zone(day::readings(text).1).ok().flatten();
            let zones: Vec<_> = column.texts().map(said).collect();
            let has_title = parts.iter().any(|part| part.header.zone.is_some());
            if has_title || zones.iter().any(Option::is_some) {
                let titles = parts.iter().flat_map(|part| part.lines.clone().map(move |_| part));
                for ((at, &code), part) in column.codes().iter().enumerate().zip(titles) {
                    let zone = zones.get(code as usize).copied().flatten();
                    let zone = zone.or(part.header.zone.as_deref());
                    let day = days.get(code as usize).copied().flatten();
                    if let Some((zone, day)) = zone.zip(day) {
                        let key = (day.to_string(), zone.to_owned());
                        let new = || (column.text(code).to_owned(), Vec::new());
                        let line = sheet.place_of(at);
                        sheet.zones.entry(key).or_insert_with(new).1.push(line);
                    }
                }
            }
            column.replace(|code, _| Some(days.get(code)?.as_ref()?.to_string()));
        });
    }

    /// Which number of a date comes first: as it was said, else as the cells say, else as files of the network have it.
    pub(crate) fn day_order<'a>(
        &self,
        cells: impl Iterator<Item = &'a str> + Clone,
        notes: &mut Vec<Note>,
    ) -> Result<DayOrder, Option<usize>> {
        let decided = day::decide(cells, self.days);
        let profile = self.profile.as_ref().filter(|_| decided == Err(None));
        let Some((order, profile)) = profile.and_then(|it| Some((it.dates?, it))) else {
            return decided;
        };
        notes.push(Note::Days(order, profile.title.clone()));
        Ok(order)
    }

    /// Gives the amounts of a file decimal points: what a comma means is decided for each file by itself.
    pub(crate) fn read_marks(&self, sheet: &mut Sheet, part: &mut Part, problems: &mut Problems) {
        self.change(sheet, FieldKind::Amount, |column, sheet| {
            let name = &column.name;
            let cells = || column.texts().chain(part.totals.iter().map(|(_, cell)| cell.as_str()));
            match amount::decide(cells(), self.mark) {
                Ok(DecimalMark::Point) => {}
                Ok(DecimalMark::Comma) => {
                    column.replace(|_, text| amount::pointed(text));
                    for (_, total) in &mut part.totals {
                        *total = amount::pointed(total).unwrap_or_default();
                    }
                }
                Err(Unclear::Ambiguous) => {
                    let is_unclear =
                        |cell: &&str| amount::decide([*cell].into_iter(), None).is_err();
                    let unclear = cells().find(is_unclear).unwrap_or_default();
                    let why = "thousands or decimals? --decimal point or comma says it";
                    let one = Problems::of(format!("{name} {}: {why}", quoted(unclear)));
                    problems.extend(one.of_file(part.file.as_deref()));
                }
                Err(Unclear::Mixed(at)) => {
                    let cell = cells().nth(at).unwrap_or_default();
                    let line = column.codes().iter().position(|code| *code as usize == at);
                    let line = line.map(|at| sheet.place_of(at));
                    let total = at.checked_sub(column.texts().count());
                    let total =
                        total.and_then(|at| part.totals.get(at)).map(|(line, _)| line.clone());
                    let why = "its decimal mark is not that of the lines before";
                    let why = format!("{name} {}: {why}", quoted(cell));
                    problems.add(line.or(total).unwrap_or_default(), why);
                }
            }
        });
        for column in &sheet.columns {
            let is_days = self.kind(&column.name) == FieldKind::Day || *column.name == *"time";
            let days = || column.texts().filter(|_| is_days && self.days.is_none());
            let fixed = days().find(|cell| cell.get(4..5) == Some("-"));
            let is_open =
                |cell: &&str| matches!(day::readings(cell).0, [one, other] if one != other);
            if let Some((one, other)) = fixed.zip(days().find(is_open)) {
                let why = "a spreadsheet may have taken the day for the month in some of them; download the file anew as CSV, or \
                           --dates month-first or day-first takes them as they are";
                let one = Problems::of(format!("{} {other:?} beside {one:?}: {why}", column.name));
                problems.extend(one.of_file(part.file.as_deref()));
            }
        }
    }

    /// Spells every amount as a plain decimal, and holds the totals against their sum.
    pub(crate) fn read_amounts(&self, parts: &[Part], sheet: &mut Sheet, problems: &mut Problems) {
        // A network may total what it approved alone.
        let states = match parts.iter().all(|part| part.totals.is_empty()) {
            true => Vec::new(),
            false => states::of_lines(sheet, &self.all_states()),
        };
        self.change(sheet, FieldKind::Amount, |column, sheet| {
            let is_amount = |text: &str| !text.is_empty() && !text.eq_ignore_ascii_case("delete");
            let read = |text| amount::amount(text, DecimalMark::Point);
            let amounts: Vec<_> = column.texts().map(read).collect();
            let is_wrong =
                |code: usize, text: &str| amounts.get(code) == Some(&None) && is_amount(text);
            sheet.tell(column, problems, |code, text| {
                (self.is_mapped() && is_wrong(code, text)).then(|| amount::wrong(text, "12.50"))
            });
            let is_whole = !column.texts().enumerate().any(|(code, text)| is_wrong(code, text));
            column.replace(|code, text| {
                let amount = (*amounts.get(code)?).filter(|_| !amount::is_plain(text));
                amount.map(|amount| amount.to_string())
            });
            for part in parts.iter().filter(|part| is_whole && !part.totals.is_empty()) {
                self.check_totals(column, part, &states, sheet, problems);
            }
        });
    }

    fn check_totals(
        &self,
        column: &Column,
        part: &Part,
        states: &[Result<State, String>],
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        let read =
            part.totals.iter().map(|(line, cell)| (line, amount::amount(cell, DecimalMark::Point)));
        // A file may total parts, too: one of its totals must be that of all.
        let of = |sum: Sum| {
            let total = read.clone().find_map(|(_, total)| total.filter(|it| sum.is(*it)))?;
            Some((sum.sum, total))
        };
        let lines = || part.lines.clone();
        let amount = |at: usize| column.at(at).parse::<Decimal>().ok();
        let Some(sum) = Sum::of(lines().filter_map(amount)) else { return };
        let is_approved = |at: &usize| states.get(*at) == Some(&Ok(State::Set));
        let approved = || Sum::of(lines().filter(is_approved).filter_map(amount));
        let mut rest = lines().peekable();
        let of_part = |(line, total): (&Place, Option<Decimal>)| {
            let part = std::iter::from_fn(|| rest.next_if(|at| sheet.place_of(*at) < *line));
            let part = Sum::of(part.filter_map(amount));
            part.zip(total).is_some_and(|(part, total)| part.is(total))
        };
        let is_whole = read.clone().all(of_part) && rest.next().is_none();
        let first = read.clone().find_map(|(_, total)| total).filter(|_| self.ignores_totals);
        let found = of(sum)
            .or(first.map(|total| (sum.sum, total)))
            .or(is_whole.then_some((sum.sum, sum.sum)))
            .or_else(|| of(approved()?));
        if let Some((sum, total)) = found {
            let lines = part.totals.iter().map(|(line, _)| line.clone()).collect();
            sheet.notes.push(Note::Totals { lines, sum, total });
            return;
        }
        for (line, total) in read {
            let total = total.map_or("no amount".to_owned(), |total| total.to_string());
            let name = &column.name;
            problems.add(line.clone(), format!("{name}: the file says {total} in total, its lines add up to {}; --any-total sends them all the same", sum.sum));
        }
    }

    pub(crate) fn check_ids(&self, sheet: &mut Sheet, problems: &mut Problems) {
        let mut damaged = Problems::default();
        self.change(sheet, FieldKind::Id, |column, sheet| {
            let tails = Tails::of(column.texts());
            let found = |value: &str| {
                let is_hit = *column.name == *"hit";
                let one = damage(value).or_else(|| of_hit(value).filter(|_| is_hit));
                // A transaction may be any word.
                let is_word = matches!(one, Some(Damage::Patterns | Damage::Missing));
                let one = one.filter(|_| !is_word || *column.name != *"transaction");
                let one = one.map(|what| (what, what.to_string()));
                one.or_else(|| tails.say(value))
            };
            let mut wrong = Problems::default();
            sheet.tell(column, &mut wrong, |_, value| {
                let (what, why) = found(value).filter(|(what, _)| !self.accepts(what, value))?;
                let name = what.name();
                let so = match what {
                    Damage::Patterns => ", and how to quote it is unknown",
                    _ => "; no visit can have it",
                };
                Some(format!("{why}{so} (--accept-damaged={name} sends it all the same)"))
            });
            problems.extend(wrong);
            if self.accepted.is_empty() {
                return;
            }
            sheet.tell(column, &mut damaged, |_, value| {
                Some(found(value).filter(|(what, _)| self.accepts(what, value))?.1)
            });
        });
        sheet.notes.extend((!damaged.all().is_empty()).then_some(Note::Damaged(damaged)));
    }

    /// Adds the amounts of lines whose other fields are the same.
    pub(crate) fn add_up(&self, sheet: &mut Sheet) -> Result<(), Problems> {
        let is_amount = |column: &Column| self.kind(&column.name) == FieldKind::Amount;
        let Some(amount) = sheet.columns.iter().position(is_amount) else { return Ok(()) };
        if sheet.place("hit").is_some() {
            return Ok(());
        }
        // A helper that is a field of the lines tells two of them apart.
        let is_helper = |name: &str| {
            HELPERS.contains(&name) && !self.fields.iter().any(|field| field.name == name)
        };
        let is_key = |column: &&Column| !is_helper(&column.name) && !is_amount(column);
        let keys = sheet.columns.iter().filter(is_key).map(|column| column.codes().into());
        let groups = groups(keys, sheet.len());
        let Some(column) = sheet.columns.get(amount).filter(|_| !are_single(&groups)) else {
            return Ok(());
        };
        let (mut problems, mut added, mut kept) = (Problems::default(), Vec::new(), Vec::new());
        let mut first: Vec<usize> = Vec::new();
        let mut sums: HashMap<usize, Option<Decimal>> = HashMap::new();
        for (at, group) in groups.iter().enumerate() {
            let Some(known) = first.get(*group as usize).copied() else {
                first.push(at);
                kept.push(at);
                continue;
            };
            let line = sheet.place_of(at);
            let first = sheet.place_of(known);
            // Exports may overlap, so what two files say is not added up unasked.
            if !(self.adds_up || (self.profile.is_some() && first.file == line.file)) {
                let why = format!("the same day and fields as {first}; --sum adds them up");
                problems.add(line, why);
                continue;
            }
            let value = |at| column.at(at).parse::<Decimal>().ok();
            let Some(more) = value(at).filter(|_| value(known).is_some()) else {
                // The caller reports a cell that holds no amount.
                kept.push(at);
                continue;
            };
            let sum = sums.entry(known).or_insert_with(|| value(known));
            *sum = sum.and_then(|sum| sum.checked_add(more));
            if sum.is_none() {
                problems.add(line.clone(), "the amounts are too large to add up");
            }
            added.push(line);
        }
        if let Some(column) = sheet.columns.get_mut(amount) {
            sums.iter().for_each(|(at, sum)| column.set(*at, &sum.unwrap_or_default().to_string()));
        }
        if !added.is_empty() {
            sheet.pick(&kept);
            let why = "added to an earlier line of the same day and fields";
            sheet.notes.extend(Note::of(added, why));
        }
        problems.result(())
    }

    pub(crate) fn convert(&self, sheet: &mut Sheet) -> Result<(), Problems> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut problems = Problems::default();
        self.change(sheet, FieldKind::Amount, |column, sheet| {
            // `checked_mul` rounds where 28 digits do not suffice.
            let times = |value: Decimal| {
                let product = value.checked_mul(rate);
                // Zero keeps no decimals.
                let is_exact =
                    |it: &Decimal| it.is_zero() || it.scale() == value.scale() + rate.scale();
                product.filter(|it| is_exact(it) && (value.is_zero() || !it.is_zero()))
            };
            let amounts = column.texts().map(|text| text.parse::<Decimal>().ok());
            let products: Vec<_> = amounts.map(|amount| amount.map(times)).collect();
            sheet.tell(column, &mut problems, |code, _| {
                (*products.get(code)? == Some(None))
                    .then(|| format!("times {rate} it has more than 28 digits"))
            });
            column.replace(|code, _| Some((*products.get(code)?)??.to_string()));
        });
        for corrected in sheet.corrections.values_mut() {
            let parts = corrected.parts.iter_mut();
            parts.for_each(|(amount, _)| *amount = amount.saturating_mul(rate));
        }
        sheet.notes.push(Note::Rate(rate));
        problems.result(())
    }
}
