#![doc = include_str!("../README.md")]

#[cfg(feature = "tables")]
#[rustfmt::skip]
mod generated;
mod grade;
mod kind;
mod macros;
mod near;
mod node;
mod operation;
mod schema;
mod vocabulary;

#[cfg(feature = "tables")]
pub use generated::{NODES, VOCABULARY, kinds, operations, schemas};
pub use grade::Grade;
pub use http;
pub use kind::{AssetKind, Verb};
pub use near::edit_distance;
#[doc(hidden)]
pub use near::{MOST_NAMED, near};
pub use node::NodeShape;
#[doc(hidden)]
pub use operation::Facts;
pub use operation::{Idempotency, Operation, Shape, Weight};
pub use schema::{Member, Schema, Value};
pub use vocabulary::{Vocabulary, Words};

/// The text that stands for a stored secret whenever an object is read (documented).
pub const PLACEHOLDER: &str = "********";
