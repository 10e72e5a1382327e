//! What was read of a file: its lines by fields, and what there is to know of them.

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

/// A line of a file, by fields.
#[derive(Clone)]
pub struct Line {
    /// The number of the line in the file.
    pub number: u64,
    /// The negative amount for which a conversion is deleted, where the file does not have what it takes back: look
    /// whether it is the whole of it.
    pub correction: Option<Decimal>,
    pub(crate) names: Arc<[Box<str>]>,
    pub(crate) cells: Box<[Box<str>]>,
}

impl Line {
    /// The value of a field; empty where there is none. A day is spelled `2026-11-25`, an amount as a plain decimal.
    pub fn get(&self, field: &str) -> &str {
        let at = self.names.iter().position(|name| **name == *field);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell)
    }

    pub(crate) fn set(&mut self, field: usize, value: String) {
        if let Some(cell) = self.cells.get_mut(field) {
            *cell = value.into();
        }
    }

    pub(crate) fn at(&self, field: usize) -> &str {
        self.cells.get(field).map_or("", |cell| cell)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("number", &self.number)
            .field("fields", &self.names)
            .finish_non_exhaustive()
    }
}

/// Something of a file that was not sent as it is, to be told in a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The file was in another encoding than UTF-8.
    Encoding(&'static str),
    /// Columns that no field takes.
    Ignored(Vec<String>),
    /// Lines of totals, which were held against the sum of the others.
    Totals {
        /// The lines.
        lines: Vec<u64>,
        /// The sum.
        sum: Decimal,
    },
    /// Lines without an amount.
    NoAmount(Vec<u64>),
    /// Lines below the table, such as a copyright.
    Footer(Vec<u64>),
    /// Lines that were added to an earlier line of the same fields.
    Added(Vec<u64>),
    /// Lines whose status leaves them out.
    Skipped(Vec<u64>),
    /// Lines that a later line of the same hit replaces.
    Replaced(Vec<u64>),
    /// Lines with a negative amount, which delete.
    Negative(Vec<u64>),
    /// Damaged values that are sent all the same.
    Damaged(Vec<u64>),
    /// The currency of the amounts.
    Currency(String),
    /// The rate by which the amounts were multiplied.
    Rate(Decimal),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = |lines: &[u64]| {
            let s = if lines.len() == 1 { "line" } else { "lines" };
            let named = lines.iter().take(5).map(u64::to_string).collect::<Vec<_>>().join(", ");
            match lines.len().saturating_sub(5) {
                0 => format!("{s} {named}"),
                more => format!("{s} {named} and {more} more"),
            }
        };
        match self {
            Self::Encoding(name) => write!(f, "the file is {name}"),
            Self::Ignored(columns) => {
                write!(f, "columns that are not used: {}", columns.join(", "))
            }
            Self::Totals { lines: at, sum } => {
                write!(f, "{}: a total of {sum}, which the other lines add up to", lines(at))
            }
            Self::NoAmount(at) => write!(f, "{}: no amount, so left out", lines(at)),
            Self::Footer(at) => write!(f, "{}: no line of the table, so left out", lines(at)),
            Self::Added(at) => {
                write!(f, "{}: added to an earlier line of the same day and fields", lines(at))
            }
            Self::Skipped(at) => write!(f, "{}: left out because of the status", lines(at)),
            Self::Replaced(at) => {
                write!(f, "{}: replaced by a later state of the same hit", lines(at))
            }
            Self::Negative(at) => {
                write!(f, "{}: a negative amount, so the conversion is deleted", lines(at))
            }
            Self::Damaged(at) => write!(f, "{}: DAMAGED values, sent all the same", lines(at)),
            Self::Currency(currency) => write!(f, "amounts in {currency}"),
            Self::Rate(rate) => write!(f, "amounts multiplied by {rate}"),
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Sheet {
    /// The lines to send, in the order of the file.
    pub lines: Vec<Line>,
    /// What there is to tell.
    pub notes: Vec<Note>,
}
