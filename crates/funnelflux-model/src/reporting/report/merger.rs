use std::{borrow::Cow, collections::HashMap};

use rust_decimal::Decimal;

use super::{
    AttributeColumn, AttributeValue, Cell, Column, MergeError, MergeOptions, Report,
    attribute_column::NO_CODE, merge::Fault, totals::sum_exactly,
};
use crate::reporting::ReportCompleteness;

/// Merges reports of separate windows one after the other, see [`MergeOptions`].
///
/// Each report can be dropped once it is pushed. Rows stay in the order of first appearance.
/// Members of the reports besides `rows` are left out, since the meaning of a merged total is unknown.
/// Their statement about missing rows is kept: see [`Report::completeness`].
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::{MergeError, MergeOptions, Merger, Report};
///
/// fn whole(windows: Vec<Report>) -> Result<Report, MergeError> {
///     let mut merger = Merger::new(MergeOptions::new().drop_non_additive());
///     for window in windows {
///         merger = merger.push(&window)?;
///     }
///     Ok(merger.finish())
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Merger {
    options: MergeOptions,
    attributes: Option<Vec<Merged>>,
    /// Codes of a row's attributes → its number.
    rows: HashMap<Vec<u32>, usize>,
    keys: Vec<Vec<u32>>,
    sums: Vec<Sums>,
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
    cells: Vec<Sum>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Sum {
    #[default]
    Absent,
    Null,
    /// The second is true for a number that was written as a string, as money is.
    Number(Decimal, bool),
}

impl Merger {
    /// A merger with nothing in it.
    pub fn new(options: MergeOptions) -> Self {
        Self {
            options,
            attributes: None,
            rows: HashMap::new(),
            keys: Vec::new(),
            sums: Vec::new(),
            completeness: None,
        }
    }

    /// Adds a report.
    ///
    /// # Errors
    ///
    /// See [`Report::merge`].
    pub fn push(mut self, report: &Report) -> Result<Self, MergeError> {
        let names = report.columns().iter().map(|column| column.name());
        let kept = self.options.keep(names)?;
        let attributes = self
            .attributes
            .get_or_insert_with(|| report.attributes().iter().map(Merged::like).collect());
        let same = attributes.len() == report.attributes().len()
            && attributes.iter().zip(report.attributes()).all(|(a, b)| a.is_like(b));
        if !same {
            return Err(MergeError::new(Fault::Attributes, Vec::new()));
        }

        let codes: Vec<Vec<u32>> = attributes
            .iter_mut()
            .zip(report.attributes())
            .map(|(merged, column)| merged.translate(column))
            .collect::<Result<_, _>>()?;
        let places: Vec<usize> = (0..report.len())
            .map(|row| {
                let code = |(column, codes): (&AttributeColumn, &Vec<u32>)| {
                    let code = column.code(row).and_then(|code| usize::try_from(code).ok());
                    code.and_then(|code| codes.get(code).copied()).unwrap_or(NO_CODE)
                };
                let key: Vec<u32> = report.attributes().iter().zip(&codes).map(code).collect();
                self.row(key)
            })
            .collect();

        for column in kept.into_iter().filter_map(|name| report.column(name)) {
            let place = self.sums.iter().position(|sums| sums.name == column.name());
            let place = place.unwrap_or_else(|| {
                self.sums.push(Sums { name: column.name().to_owned(), cells: Vec::new() });
                self.sums.len() - 1
            });
            if let Some(sums) = self.sums.get_mut(place) {
                sums.add_column(column, &places)?;
            }
        }
        let own = report.completeness();
        self.completeness = Some(self.completeness.map_or(own, |before| before.and(own)));
        Ok(self)
    }

    /// The number of the row with that key, which is added if it is new.
    fn row(&mut self, key: Vec<u32>) -> usize {
        let next = self.keys.len();
        *self.rows.entry(key).or_insert_with_key(|key| {
            self.keys.push(key.clone());
            next
        })
    }

    /// The merged report.
    #[must_use]
    pub fn finish(self) -> Report {
        let attributes = self.attributes.unwrap_or_default();
        let mut report = Report::new(attributes.into_iter().map(|merged| merged.column).collect());
        for sums in &self.sums {
            report.place(&sums.name);
        }
        for (row, key) in self.keys.iter().enumerate() {
            for sums in &self.sums {
                if let Some(json) = sums.cells.get(row).copied().and_then(Sum::json) {
                    report.set(&sums.name, row, &json);
                }
            }
            report.end_row(key);
        }
        report.completeness = self.completeness;
        report.finish()
    }
}

impl Merged {
    fn like(column: &AttributeColumn) -> Self {
        Self { column: column.emptied(), codes: HashMap::new() }
    }

    fn is_like(&self, column: &AttributeColumn) -> bool {
        self.column.attribute() == column.attribute() && self.column.slot() == column.slot()
    }

    /// The merged code for each code of a report's column.
    fn translate(&mut self, column: &AttributeColumn) -> Result<Vec<u32>, MergeError> {
        (0_u32..)
            .map_while(|code| column.distinct_value(code))
            .map(|value| {
                self.code(value).ok_or_else(|| MergeError::new(Fault::TooMany, Vec::new()))
            })
            .collect()
    }

    /// Other members than id and value are those of the first such row.
    fn code(&mut self, value: AttributeValue<'_>) -> Option<u32> {
        let key = (value.id().map(Cow::into_owned), value.value().map(Cow::into_owned));
        if let Some(code) = self.codes.get(&key) {
            return Some(*code);
        }
        let code = self.column.encode(value.json(), |_| true)?;
        self.codes.insert(key, code);
        Some(code)
    }
}

impl Sums {
    fn add_column(&mut self, column: &Column, places: &[usize]) -> Result<(), MergeError> {
        column.cells().zip(places).try_for_each(|(cell, place)| self.add(*place, cell))
    }

    fn add(&mut self, row: usize, cell: Cell<'_>) -> Result<(), MergeError> {
        if cell.is_absent() {
            return Ok(());
        }
        if self.cells.len() <= row {
            self.cells.resize(row + 1, Sum::Absent);
        }
        let Some(sum) = self.cells.get_mut(row) else { return Ok(()) };
        if cell.is_null() {
            if matches!(sum, Sum::Absent) {
                *sum = Sum::Null;
            }
            return Ok(());
        }
        let number =
            cell.as_decimal().ok_or_else(|| MergeError::of(Fault::NotANumber, &self.name))?;
        *sum = match *sum {
            Sum::Absent | Sum::Null => Sum::Number(number, cell.is_quoted()),
            Sum::Number(so_far, quoted) => {
                let sum = sum_exactly(so_far, number);
                let sum = sum.ok_or_else(|| MergeError::of(Fault::Inexact, &self.name))?;
                Sum::Number(sum, quoted || cell.is_quoted())
            }
        };
        Ok(())
    }
}

impl Sum {
    fn json(self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Null => Some("null".to_owned()),
            Self::Number(number, false) => Some(number.to_string()),
            Self::Number(number, true) => Some(format!("\"{number}\"")),
        }
    }
}
