//! What there is to tell of a file.

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{DayOrder, Place, Problems, named_lines};

/// Something of a file that was not sent as it is, to be told in a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The file was in another encoding than UTF-8.
    Encoding(&'static str),
    /// Sheets of the workbook that hold data, too.
    Sheets(Vec<String>),
    /// Lines that the spreadsheet hides, as a filter does.
    Hidden(Vec<Place>),
    /// Columns that no field takes.
    Ignored(Vec<String>),
    /// Lines of totals, which were held against the sum of the others.
    Totals {
        /// The lines.
        lines: Vec<Place>,
        /// The sum.
        sum: Decimal,
    },
    /// Lines without an amount.
    NoAmount(Vec<Place>),
    /// Lines below the table, such as a copyright.
    Footer(Vec<Place>),
    /// Lines that were added to an earlier line of the same fields.
    Added(Vec<Place>),
    /// Lines whose status leaves them out.
    Skipped(Vec<Place>),
    /// Lines that a later line of the same hit replaces.
    Replaced(Vec<Place>),
    /// Lines that another file has, too.
    Repeated(Vec<Place>),
    /// Lines with a negative amount, which delete.
    Negative(Vec<Place>),
    /// Lines that take back another order than the sale of their hit.
    OtherOrder(Vec<Place>),
    /// Sales without a hit.
    NoHit(Vec<Place>),
    /// Damaged values that are sent all the same.
    Damaged(Problems),
    /// Which number of dates comes first, by the shape of this network, where the cells do not say.
    Days(DayOrder, String),
    /// The currency of the amounts.
    Currency(String),
    /// The currency that was asked for, where the file names none.
    NoCurrency(String),
    /// The rate by which the amounts were multiplied.
    Rate(Decimal),
    /// What is true of some of several files.
    OfFiles(Vec<Arc<str>>, Box<Note>),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = named_lines;
        match self {
            Self::Encoding(name) => write!(f, "the file is {name}"),
            Self::Sheets(names) => {
                let names = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>();
                let (hold, names) =
                    (if names.len() == 1 { "holds" } else { "hold" }, names.join(", "));
                write!(
                    f,
                    "one sheet of the workbook is read; {names} {hold} data, too (--sheet NAME reads another)"
                )
            }
            Self::Hidden(at) => {
                write!(
                    f,
                    "{}: hidden in the workbook, such as by a filter, and READ all the same",
                    lines(at)
                )
            }
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
            Self::Repeated(at) => write!(f, "{}: in another file, too, so left out", lines(at)),
            Self::Negative(at) => {
                write!(f, "{}: a negative amount, which takes an earlier one back", lines(at))
            }
            Self::OtherOrder(at) => {
                let at = lines(at);
                write!(
                    f,
                    "{at}: of another order than the sale of the hit, which stays, so left out"
                )
            }
            Self::NoHit(at) => {
                write!(f, "{}: a sale without a hit, so of no visit, and left out", lines(at))
            }
            Self::Damaged(all) => write!(f, "DAMAGED values, sent all the same: {all}"),
            Self::Days(order, network) => {
                let way = if *order == DayOrder::MonthFirst { "month" } else { "day" };
                write!(
                    f,
                    "dates that fit both orders are read with the {way} first, as the shape of {network} says (built-in \
                     shapes are inferred); --dates says otherwise"
                )
            }
            Self::Currency(currency) => write!(f, "amounts in {currency}"),
            Self::NoCurrency(currency) => {
                write!(f, "nothing in the file says that its amounts are in {currency}")
            }
            Self::Rate(rate) => write!(f, "amounts multiplied by {rate}"),
            Self::OfFiles(files, note) => write!(f, "{}: {note}", files.join(", ")),
        }
    }
}
