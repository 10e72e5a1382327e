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
pub use funnelflux_contract::{Grade, edit_distance};
pub use open::{OpenAnswer, OpenRow};
pub use rust_decimal::Decimal;
pub use validation::{ValidationError, Violation};
pub(crate) use validation::{Violations, quoted};
