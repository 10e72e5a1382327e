//! What was read of a file: its lines by fields, and what there is to know of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::texts::Texts;
use crate::{Note, Place, Problems};

/// The numbers of lines have the place of their file from this bit on.
const FILE: u32 = 40;

/// A file that was read.
///
/// It keeps each distinct value of a column once, because a file of a million lines has few days, campaigns and names.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Sheet {
    /// What there is to tell.
    pub notes: Vec<Note>,
    numbers: Vec<u64>,
    /// The names of the files, where there are several.
    files: Vec<Arc<str>>,
    pub(crate) columns: Vec<Column>,
    /// The days and zones that cells or the title of the column of days say, with the first cell and the lines.
    pub(crate) zones: BTreeMap<(String, String), (String, Vec<Place>)>,
    /// By the numbers of lines.
    pub(crate) corrections: BTreeMap<u64, Corrected>,
}

/// The negative amounts that a line stands for, and what was booked after those that are open.
#[derive(Clone, Default)]
pub(crate) struct Corrected {
    /// Each with a mark that tells it from others of its hit.
    pub(crate) parts: Vec<(Decimal, String)>,
    /// Whether the file does not have what they take back.
    pub(crate) is_open: bool,
    /// What says that the conversion does not count any more.
    pub(crate) reversal: Option<Reversal>,
}

impl Corrected {
    pub(crate) fn sum(&self) -> Option<Decimal> {
        let parts = self.parts.iter().map(|(amount, _)| *amount);
        let mut parts = parts.filter(Decimal::is_sign_negative);
        parts.try_fold(Decimal::ZERO, Decimal::checked_add)
    }
}

/// What says that a conversion does not count any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reversal {
    /// A status, beside the amount that the conversion had.
    Status,
    /// A status, beside a negative amount: what is taken back, which may be a part.
    Amount,
}

/// The cells of a field.
#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) name: Box<str>,
    texts: Texts,
    /// The place of each line's text.
    cells: Vec<u32>,
}

impl Sheet {
    pub(crate) fn new<'a>(
        names: impl IntoIterator<Item = &'a str>,
        file: Option<Arc<str>>,
    ) -> Self {
        let columns = names.into_iter().map(Column::new).collect();
        Self { columns, files: file.into_iter().collect(), ..Self::default() }
    }

    /// Adds the lines of another file. What it has no column for is empty, and the other way round.
    pub(crate) fn append(&mut self, other: Self) {
        let (before, file) = (self.len(), (self.files.len() as u64) << FILE);
        self.numbers.extend(other.numbers.iter().map(|number| number + file));
        self.files.extend(other.files);
        for column in other.columns {
            let known = self.place(&column.name).unwrap_or_else(|| {
                self.columns.push(Column::new(&column.name));
                self.columns.len() - 1
            });
            let Some(known) = self.columns.get_mut(known) else { continue };
            known.fill(before, "");
            let codes: Vec<u32> = column.texts().map(|text| known.texts.add(text)).collect();
            let cells = column.cells.iter().map(|code| codes.get(*code as usize).copied());
            known.cells.extend(cells.map(|code| code.unwrap_or(u32::MAX)));
        }
        let all = self.len();
        self.columns.iter_mut().for_each(|column| column.fill(all, ""));
        for note in other.notes {
            let same = self.notes.iter_mut().find_map(|known| match (known, &note) {
                (Note::OfFiles(files, known), Note::OfFiles(_, one)) if known == one => Some(files),
                _ => None,
            });
            match (same, note) {
                (Some(files), Note::OfFiles(more, _)) => files.extend(more),
                (_, note) => self.notes.push(note),
            }
        }
    }

    /// The lines to send, in the order of the file.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = Line<'_>> + Clone {
        (0..self.numbers.len()).map(|at| Line { sheet: self, at })
    }

    /// The line at a position.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line<'_>> {
        (at < self.numbers.len()).then_some(Line { sheet: self, at })
    }

    /// The distinct values of a field.
    #[must_use]
    pub fn values(&self, field: &str) -> Vec<&str> {
        let column = self.place(field).and_then(|at| self.columns.get(at));
        // Lines that were left out may leave texts without a line.
        let mut is_used = vec![false; column.map_or(0, |column| column.texts.len())];
        for code in column.into_iter().flat_map(Column::codes) {
            is_used.get_mut(*code as usize).into_iter().for_each(|used| *used = true);
        }
        let texts = column.into_iter().flat_map(Column::texts).zip(is_used);
        texts.filter_map(|(text, is_used)| is_used.then_some(text)).collect()
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Leaves out the lines for which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(Line<'_>) -> bool) {
        let kept: Vec<usize> =
            self.lines().filter(|line| keep(*line)).map(|line| line.at).collect();
        if kept.len() < self.len() {
            self.pick(&kept);
        }
    }

    /// Keeps the lines at these positions, in this order.
    pub(crate) fn pick(&mut self, places: &[usize]) {
        self.numbers = places.iter().filter_map(|at| self.numbers.get(*at).copied()).collect();
        for column in &mut self.columns {
            column.cells = places.iter().filter_map(|at| column.cells.get(*at).copied()).collect();
        }
    }

    pub(crate) fn push<'a>(&mut self, number: u64, cells: impl IntoIterator<Item = &'a str>) {
        self.numbers.push(number);
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }

    /// Gives every line the same text.
    pub(crate) fn fill(&mut self, name: &str, text: &str) {
        let lines = self.len();
        if let Some(column) = self.place(name).and_then(|at| self.columns.get_mut(at)) {
            column.fill(lines, text);
        }
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| *column.name == *name)
    }

    /// A number that no other line of any file has.
    pub(crate) fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn place_of(&self, at: usize) -> Place {
        self.place_of_number(self.number(at))
    }

    fn place_of_number(&self, number: u64) -> Place {
        let file = usize::try_from(number >> FILE).ok().and_then(|at| self.files.get(at));
        Place { file: file.cloned(), line: number & ((1 << FILE) - 1) }
    }

    /// Adds what is wrong with a column: `cause` says it of a code and its text.
    pub(crate) fn tell(
        &self,
        column: &Column,
        problems: &mut Problems,
        cause: impl Fn(usize, &str) -> Option<String>,
    ) {
        let mut found: Vec<(String, Vec<&str>, Vec<Place>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let groups = column.texts().enumerate().map(|(code, text)| {
            let cause = cause(code, text)?;
            let at = *places.entry(cause).or_insert_with_key(|cause| {
                found.push((cause.clone(), Vec::new(), Vec::new()));
                found.len() - 1
            });
            found.get_mut(at).into_iter().for_each(|(_, values, _)| values.push(text));
            Some(at)
        });
        let groups: Vec<Option<usize>> = groups.collect();
        if found.is_empty() {
            return;
        }
        for (code, number) in column.cells.iter().zip(&self.numbers) {
            let group = groups.get(*code as usize).copied().flatten();
            if let Some((_, _, lines)) = group.and_then(|at| found.get_mut(at)) {
                lines.push(self.place_of_number(*number));
            }
        }
        for (cause, values, lines) in found.into_iter().filter(|(_, _, lines)| !lines.is_empty()) {
            let mut values = values.into_iter();
            problems.add_all(lines, &column.name, values.next().unwrap_or_default(), cause.clone());
            values
                .for_each(|value| problems.add_all(Vec::new(), &column.name, value, cause.clone()));
        }
    }
}

impl Column {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.into(), texts: Texts::default(), cells: Vec::new() }
    }

    /// Adds cells of a text up to this line.
    fn fill(&mut self, lines: usize, text: &str) {
        if self.cells.len() < lines {
            let code = self.texts.add(text);
            self.cells.resize(lines, code);
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        // Mostly as in the line before, or what came after that the first time, as days of the next campaign do.
        let last = self.cells.last().into_iter();
        let mut near = last.flat_map(|last| [*last, last.saturating_add(1)]);
        let known = near.find(|code| self.texts.is(*code, text));
        self.cells.push(known.unwrap_or_else(|| self.texts.add(text)));
    }

    pub(crate) fn text(&self, code: u32) -> &str {
        self.texts.get(code)
    }

    /// The distinct texts, each in the place of its first line, until lines were left out.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.texts.iter()
    }

    /// The code of a line: lines with the same text have the same.
    pub(crate) fn code(&self, at: usize) -> u32 {
        self.cells.get(at).copied().unwrap_or(u32::MAX)
    }

    /// Which lines have no text: of a column that has one in each, without a look at the lines.
    #[cfg(feature = "costs")]
    pub(crate) fn empty(&self) -> impl Fn(usize) -> bool + '_ {
        let code = (0..).zip(self.texts()).find(|(_, text)| text.is_empty()).map(|(code, _)| code);
        move |at| code.is_some_and(|code| self.code(at) == code)
    }

    /// The codes of the lines.
    pub(crate) fn codes(&self) -> &[u32] {
        &self.cells
    }

    pub(crate) fn at(&self, at: usize) -> &str {
        self.text(self.code(at))
    }

    pub(crate) fn set(&mut self, at: usize, text: &str) {
        let code = self.texts.add(text);
        self.cells.get_mut(at).into_iter().for_each(|cell| *cell = code);
    }

    /// Replaces the text of each code, where there is another one.
    pub(crate) fn replace(&mut self, other: impl Fn(usize, &str) -> Option<String>) {
        let other = |(code, old): (usize, &str)| other(code, old).filter(|new| new != old);
        if !self.texts().enumerate().any(|text| other(text).is_some()) {
            return;
        }
        let old = std::mem::take(&mut self.texts);
        let codes = old.iter().enumerate();
        let codes = codes.map(|text| self.texts.add(other(text).as_deref().unwrap_or(text.1)));
        let codes: Vec<u32> = codes.collect();
        for cell in &mut self.cells {
            *cell = codes.get(*cell as usize).copied().unwrap_or(u32::MAX);
        }
    }
}

funnelflux_contract::shows! {
    /// Without the values, which may name visitors' hits.
    Sheet, |it| lines: it.len(), fields: it.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
    notes: it.notes
}

/// A line of a file, by fields.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    sheet: &'a Sheet,
    at: usize,
}

impl<'a> Line<'a> {
    /// The number of the line in its file.
    #[must_use]
    pub fn number(self) -> u64 {
        self.place().line
    }

    /// The number of the line, and its file where several were read.
    #[must_use]
    pub fn place(self) -> Place {
        self.sheet.place_of(self.at)
    }

    /// The negative amount for which a conversion is deleted, where the file does not have what it takes back: look
    /// whether it is the whole of it.
    #[must_use]
    pub fn correction(self) -> Option<Decimal> {
        let corrected = self.sheet.corrections.get(&self.sheet.number(self.at));
        corrected.filter(|it| it.is_open).and_then(Corrected::sum)
    }

    /// What says of the [correction](Self::correction) that the conversion does not count any more, if its status does.
    #[must_use]
    pub fn reversal(self) -> Option<Reversal> {
        self.sheet.corrections.get(&self.sheet.number(self.at))?.reversal
    }

    /// The corrections that the line stands for, those, too, that the file has the first part of: the amount of each, and
    /// a mark of its order and time by which a later file is known to have the same one. What was booked after a
    /// [correction](Self::correction) is positive.
    pub fn corrections(self) -> impl Iterator<Item = (Decimal, &'a str)> {
        let corrected = self.sheet.corrections.get(&self.sheet.number(self.at));
        let parts = corrected.into_iter().flat_map(|it| &it.parts);
        parts.map(|(amount, mark)| (*amount, mark.as_str()))
    }

    /// The value of a field; empty where there is none. A day is spelled `2026-11-25`, an amount as a plain decimal, and
    /// the time of a conversion `2026-11-25T14:03:22`, with a `Z` where it is an instant.
    #[must_use]
    pub fn get(self, field: &str) -> &'a str {
        self.sheet
            .place(field)
            .and_then(|at| self.sheet.columns.get(at))
            .map_or("", |it| it.at(self.at))
    }

    /// The time of a conversion, if it was understood: texts of the same length can be compared.
    #[must_use]
    pub fn moment(self) -> Option<&'a str> {
        Some(self.get("time")).filter(|time| time.get(4..5) == Some("-"))
    }

    /// The order of a sale; where the file says none, its transaction.
    #[must_use]
    pub fn order(self) -> &'a str {
        Some(self.get("order")).filter(|it| !it.is_empty()).unwrap_or(self.get("transaction"))
    }
}

funnelflux_contract::shows! { Line<'_>, |it| place: it.place() }
