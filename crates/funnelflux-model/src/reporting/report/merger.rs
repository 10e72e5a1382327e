use std::{borrow::Cow, collections::HashMap};

use rust_decimal::Decimal;

use super::{
    AttributeColumn, AttributeValue, Cell, MergeError, MergeOptions, Report,
    attribute_column::NO_CODE, merge::Fault, totals::sum_exactly,
};
use crate::reporting::{Attribute, Metric, ReportCompleteness};

/// Merges reports of separate windows one after the other, see [`MergeOptions`].
///
/// Each report can be dropped once it is pushed. Rows stay in the order of first appearance.
/// Members of the reports besides `rows` are left out, since the meaning of a merged total is unknown.
/// Their statement about missing rows is kept: see [`Report::completeness`].
#[derive(Debug, Default)]
#[must_use]
pub struct Merger {
    options: MergeOptions,
    attributes: Option<Vec<Merged>>,
    /// Codes of a row's attributes → its number.
    rows: HashMap<Vec<u32>, usize>,
    keys: Vec<Vec<u32>>,
    sums: Vec<Sums>,
    left_out: Vec<Metric>,
    completeness: Option<ReportCompleteness>,
}

/// An attribute column under construction; one code for each pair of id and value.
#[derive(Debug)]
struct Merged {
    column: AttributeColumn,
    codes: HashMap<(Option<String>, Option<String>), u32>,
}

#[derive(Debug)]
struct Sums {
    name: String,
    adds_up: bool,
    cells: Vec<Sum>,
}

#[derive(Clone, Debug, Default)]
enum Sum {
    #[default]
    Absent,
    Null,
    /// The second is true for a number that was written as a string, as money is.
    Number(Decimal, bool),
    /// The JSON of a value that does not add up.
    Single(Box<str>),
    /// Values that do not add up, of rows that became one.
    Open,
}

impl Merger {
    /// A merger with nothing in it.
    pub fn new(options: MergeOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Adds a report.
    ///
    /// # Errors
    /// See [`Report::merge`].
    pub fn push(self, report: &Report) -> Result<Self, MergeError> {
        let leaves_open = self.options.drops_non_additive;
        self.add(report, leaves_open)
    }

    /// Adds a report of the rest of a day, of which another part was added before. Where rows become
    /// one, metrics that do not add up are [left open](Self::open).
    ///
    /// # Errors
    /// See [`Report::merge`].
    pub fn push_rest(self, report: &Report) -> Result<Self, MergeError> {
        self.add(report, true)
    }

    fn add(mut self, report: &Report, leaves_open: bool) -> Result<Self, MergeError> {
        let rows_are_of_their_own = report.attributes().iter().any(|column| {
            [Attribute::TIME_DATE, Attribute::TIME_1_HOUR_BLOCKS].contains(&column.attribute)
        });
        let names = report.columns().iter().map(|column| column.name());
        let (kept, left_out) = self.options.keep(names, rows_are_of_their_own)?;
        for metric in left_out {
            if !self.left_out.contains(&metric) {
                self.left_out.push(metric);
            }
        }
        let like = |it: &AttributeColumn| Merged { column: it.emptied(), codes: HashMap::new() };
        let like = || report.attributes().iter().map(like).collect();
        let attributes = self.attributes.get_or_insert_with(like);
        let keys = keys(attributes, report, None)?;
        let places: Vec<usize> = keys.map(|key| self.row(key)).collect();

        for column in kept.into_iter().filter_map(|name| report.column(name)) {
            let place = self.sums.iter().position(|sums| sums.name == column.name());
            let place = place.unwrap_or_else(|| {
                let adds_up = self.options.adds_up(&column.metric());
                let name = column.name().to_owned();
                self.sums.push(Sums { name, adds_up, cells: Vec::new() });
                self.sums.len() - 1
            });
            let Some(sums) = self.sums.get_mut(place) else { continue };
            for (cell, row) in column.cells().zip(&places) {
                sums.add(*row, cell, leaves_open)?;
            }
        }
        let own = report.completeness();
        self.completeness = Some(self.completeness.map_or(own, |before| before.and(own)));
        Ok(self)
    }

    /// The metrics that are left out, in all rows or where they are [open](Self::open).
    pub fn left_out(&self) -> Vec<Metric> {
        self.left_out.iter().cloned().chain(self.open()).collect()
    }

    /// The metrics that are open in some row, since they have two values there.
    pub fn open(&self) -> Vec<Metric> {
        let open = self.sums.iter().filter(|sums| sums.first_open().is_some());
        open.map(|sums| Metric::new(sums.name.clone())).collect()
    }

    /// Takes what is [open](Self::open) from a report of the whole day, asked for without the date.
    /// A row whose sums differ from those of the day's parts stays open.
    ///
    /// # Errors
    /// When the report has other attributes.
    pub fn settle(mut self, day: &Report) -> Result<Self, MergeError> {
        let Some(attributes) = &mut self.attributes else { return Ok(self) };
        let Some(open) = self.sums.iter().find_map(Sums::first_open) else { return Ok(self) };
        let mut key = self.keys.get(open).into_iter().flatten().zip(&*attributes);
        let Some((date, _)) = key.find(|(_, it)| it.is_date()) else { return Ok(self) };
        let places: Vec<Option<usize>> = match attributes.len() {
            // Without a sum to compare, nothing shows that the one row is the whole day.
            1 if day.len() > 1 || !self.sums.iter().any(|sums| sums.adds_up) => return Ok(self),
            1 => vec![Some(open)],
            _ => {
                let keys = keys(attributes, day, Some(*date))?;
                keys.map(|key| self.rows.get(&key).copied()).collect()
            }
        };
        for (row, place) in places.into_iter().enumerate() {
            let Some(place) = place else { continue };
            let values = |sums: &Sums| day.column(&sums.name).map(|column| column.get(row));
            let agree = |sums: &Sums| match (sums.cells.get(place), values(sums)) {
                (Some(Sum::Number(sum, _)), Some(cell)) => cell.as_decimal() == Some(*sum),
                _ => true,
            };
            if !self.sums.iter().filter(|sums| sums.adds_up).all(agree) {
                continue;
            }
            for sums in &mut self.sums {
                let cell = values(sums);
                if let (Some(sum @ Sum::Open), Some(cell)) = (sums.cells.get_mut(place), cell) {
                    *sum = Sum::single(cell);
                }
            }
        }
        Ok(self)
    }

    fn row(&mut self, key: Vec<u32>) -> usize {
        let next = self.keys.len();
        *self.rows.entry(key).or_insert_with_key(|key| {
            self.keys.push(key.clone());
            next
        })
    }

    /// The merged report.
    pub fn finish(self) -> Report {
        let attributes = self.attributes.unwrap_or_default();
        let mut report = Report::new(attributes.into_iter().map(|merged| merged.column).collect());
        for sums in &self.sums {
            report.place(&sums.name);
        }
        for (row, key) in self.keys.iter().enumerate() {
            for sums in &self.sums {
                if let Some(json) = sums.cells.get(row).and_then(Sum::json) {
                    report.set(&sums.name, row, &json);
                }
            }
            report.end_row(key);
        }
        report.completeness = self.completeness;
        report.finish()
    }
}

/// The merged codes of each row of a report; rows without a date get the code `date`.
fn keys<'r>(
    attributes: &mut [Merged],
    report: &'r Report,
    date: Option<u32>,
) -> Result<impl Iterator<Item = Vec<u32>> + use<'r>, MergeError> {
    let mismatch = || MergeError::new(Fault::Attributes, Vec::new());
    let mut columns = report.attributes().iter().peekable();
    let mut translated = Vec::new();
    for merged in attributes {
        translated.push(match (columns.next_if(|column| merged.is_like(column)), date) {
            (Some(column), _) => Ok((column, merged.translate(column)?)),
            (None, Some(date)) if merged.is_date() => Err(date),
            (None, _) => return Err(mismatch()),
        });
    }
    columns.next().map_or(Ok(()), |_| Err(mismatch()))?;
    let key = move |row| {
        let code = |column: &Result<(&AttributeColumn, Vec<u32>), u32>| {
            let (column, codes) = match column {
                Ok(column) => column,
                Err(date) => return *date,
            };
            let code = column.code(row).and_then(|code| usize::try_from(code).ok());
            code.and_then(|code| codes.get(code).copied()).unwrap_or(NO_CODE)
        };
        translated.iter().map(code).collect()
    };
    Ok((0..report.len()).map(key))
}

impl Merged {
    fn is_like(&self, column: &AttributeColumn) -> bool {
        self.column.attribute == column.attribute && self.column.slot == column.slot
    }

    fn is_date(&self) -> bool {
        self.column.attribute == Attribute::TIME_DATE
    }

    fn translate(&mut self, column: &AttributeColumn) -> Result<Vec<u32>, MergeError> {
        let too_many = || MergeError::new(Fault::TooMany, Vec::new());
        (0_u32..)
            .map_while(|code| column.distinct_value(code))
            .map(|value| self.code(value).ok_or_else(too_many))
            .collect()
    }

    /// Other members than id and value are those of the first such row. The parts of a day whose clocks
    /// change have the same date under ids of two offsets.
    fn code(&mut self, value: AttributeValue<'_>) -> Option<u32> {
        let date = value.value().filter(|_| self.is_date());
        let id = if date.is_some() { None } else { value.id() };
        let key = (id.map(Cow::into_owned), value.value().map(Cow::into_owned));
        if let Some(code) = self.codes.get(&key) {
            return Some(*code);
        }
        let code = self.column.encode(value.json(), |_| true)?;
        self.codes.insert(key, code);
        Some(code)
    }
}

impl Sums {
    fn first_open(&self) -> Option<usize> {
        let is_open = |sum: &Sum| matches!(sum, Sum::Open);
        self.cells.iter().position(is_open).filter(|_| !self.adds_up)
    }

    fn add(&mut self, row: usize, cell: Cell<'_>, leaves_open: bool) -> Result<(), MergeError> {
        if cell.is_absent() {
            return Ok(());
        }
        if self.cells.len() <= row {
            self.cells.resize(row + 1, Sum::Absent);
        }
        let Some(sum) = self.cells.get_mut(row) else { return Ok(()) };
        let is_first = matches!(sum, Sum::Absent | Sum::Null);
        let fault = |fault| MergeError::new(fault, vec![Metric::new(self.name.clone())]);
        let number = || cell.as_decimal().ok_or_else(|| fault(Fault::NotANumber));
        *sum = match sum {
            _ if cell.is_null() && is_first => Sum::Null,
            _ if cell.is_null() => return Ok(()),
            _ if !self.adds_up && is_first => Sum::single(cell),
            _ if !self.adds_up && leaves_open => Sum::Open,
            _ if !self.adds_up => return Err(fault(Fault::NonAdditive)),
            Sum::Number(so_far, quoted) => {
                let sum = sum_exactly(*so_far, number()?).ok_or_else(|| fault(Fault::Inexact))?;
                Sum::Number(sum, *quoted || cell.is_quoted())
            }
            _ => Sum::Number(number()?, cell.is_quoted()),
        };
        Ok(())
    }
}

impl Sum {
    fn single(cell: Cell<'_>) -> Self {
        cell.json().map_or(Self::Absent, |json| Self::Single(json.into()))
    }

    fn json(&self) -> Option<String> {
        match self {
            Self::Absent | Self::Open => None,
            Self::Null => Some("null".to_owned()),
            Self::Number(number, false) => Some(number.to_string()),
            Self::Number(number, true) => Some(format!("\"{number}\"")),
            Self::Single(json) => Some(json.to_string()),
        }
    }
}
