#![doc = include_str!("../README.md")]

mod decode;
mod document;
pub mod domains;
pub mod explorer;
mod extra;
mod generated;
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

/// Counts the characters to insert, drop or replace to turn one text into the other (Levenshtein):
/// to name what a mistyped word may have meant.
///
/// ```
/// use funnelflux_model::edit_distance;
///
/// for (one, other, expected) in
///     [("", "abc", 3), ("name", "Name", 1), ("kitten", "sitting", 3), ("abc", "acb", 2)]
/// {
///     assert_eq!(edit_distance(one, other), expected, "{one} {other}");
///     assert_eq!(edit_distance(other, one), expected, "{other} {one}");
/// }
/// ```
pub fn edit_distance(left: &str, right: &str) -> usize {
    strsim::levenshtein(left, right)
}
