//! The contract as one OpenAPI 3.1 document.
//!
//! The schemas come from the contract's own data, not from the Rust types: the data says how surely
//! each member is known and where from, which a type cannot.

mod document;
mod json;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

pub(crate) use document::text;

/// Where the document goes, below the root.
pub(crate) const PATH: &str = "docs/openapi.json";
