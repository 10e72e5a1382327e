//! Notes on a file: what was left out, changed or assumed.

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{DayOrder, Place, Problems, named_lines};

pub(crate) const NO_AMOUNT: &str = "no amount, so left out";
pub(crate) const SKIPPED: &str = "left out because of the status";

/// Something of a file that was not sent as it is, to be told in a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The file was in another encoding than UTF-8.
    Encoding(&'static str),
    /// Sheets of the workbook that hold data, too.
    Sheets(Vec<String>),
    /// Fields whose columns the workbook hides, and that are read.
    Hidden(Vec<String>),
    /// Columns that no field takes.
    Ignored(Vec<String>),
    /// Lines of totals, which were held against the sum of the others.
    Totals {
        /// The lines.
        lines: Vec<Place>,
        /// The sum of the others.
        sum: Decimal,
        /// What the file says, which may differ from the sum by rounding, or where totals are not checked.
        total: Decimal,
    },
    /// Lines that are left out or changed, and why.
    Lines(Vec<Place>, &'static str),
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

impl Note {
    /// The note of these lines, if there are any.
    pub(crate) fn of(lines: Vec<Place>, why: &'static str) -> Option<Self> {
        (!lines.is_empty()).then_some(Self::Lines(lines, why))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Self::Hidden(fields) => {
                let fields = fields.join(", ");
                write!(f, "hidden in the workbook, and READ all the same: the column of {fields}")
            }
            Self::Ignored(columns) => {
                write!(f, "columns that are not used: {}", columns.join(", "))
            }
            Self::Totals { lines: at, sum, total } => {
                let at = named_lines(at);
                match sum == total {
                    true => write!(f, "{at}: a total of {sum}, which the other lines add up to"),
                    false => {
                        write!(f, "{at}: a total of {total}, and the other lines add up to {sum}")
                    }
                }
            }
            Self::Lines(at, why) => write!(f, "{}: {why}", named_lines(at)),
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
