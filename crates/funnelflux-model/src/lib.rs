#![doc = include_str!("../README.md")]

mod decode;
mod document;
pub mod domains;
pub mod explorer;
mod extra;
mod generated;
pub mod hooks;
pub mod json;
pub mod ledger;
pub mod links;
pub mod logs;
mod macros;
mod open;
pub mod reporting;
pub mod time;
pub mod updates;
mod validation;
mod wire;

pub use decode::DecodeError;
pub use document::{Document, EditError};
pub use funnelflux_contract::Grade;
pub use open::{OpenAnswer, OpenRow};
pub use rust_decimal::Decimal;
pub use validation::{ValidationError, Violation};
pub(crate) use validation::{Violations, quoted};

/// Counts the characters to insert, drop or replace to turn one text into the other (Levenshtein).
///
/// ```
/// use funnelflux_model::edit_distance;
///
/// assert_eq!(edit_distance("kitten", "sitting"), 3);
/// assert_eq!(edit_distance("abc", "acb"), 2, "a swap is two changes");
/// ```
pub fn edit_distance(left: &str, right: &str) -> usize {
    strsim::levenshtein(left, right)
}
