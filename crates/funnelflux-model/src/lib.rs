#![doc = include_str!("../README.md")]

mod decode;
mod document;
pub mod domains;
mod edit_distance;
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
pub use edit_distance::edit_distance;
pub use funnelflux_contract::Grade;
pub use open::{OpenAnswer, OpenRow};
pub use validation::{ValidationError, Violation};
