//! The contract of the FunnelFlux Pro API as data: every operation, every kind of asset and every
//! schema, each with its grade and its source.
//!
//! The types are written by hand. The tables are generated from `docs/contract` by
//! `cargo xtask wire`, so that each fact stands in one place:
//!
//! ```
//! use funnelflux_contract::{Grade, Verb, kinds, operations};
//!
//! let sources = &kinds::OFFER_SOURCES;
//! assert_eq!((sources.name(), sources.id_query()), ("offer-sources", "idOfferSource"));
//! assert_eq!(sources.operation(Verb::List), Some(&operations::ledger::OFFERSOURCE_LIST));
//! assert_eq!(sources.schema().member("offerSourceName").unwrap().grade(), Grade::Documented);
//! ```

#[cfg(feature = "tables")]
#[rustfmt::skip]
mod generated;
mod grade;
mod kind;
mod operation;
mod schema;
mod vocabulary;

#[cfg(feature = "tables")]
pub use generated::{VOCABULARY, kinds, operations, schemas};
pub use grade::Grade;
pub use http;
pub use kind::{AssetKind, Verb};
pub use operation::{Idempotency, Operation, Shape, Weight};
pub use schema::{Member, Schema, Value};
pub use vocabulary::Vocabulary;

/// The text that stands for a stored secret whenever an object is read (documented).
pub const PLACEHOLDER: &str = "********";
