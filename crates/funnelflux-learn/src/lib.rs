//! Comparison of evidence with the contract of the FunnelFlux Pro API.
//!
//! Much of the contract is a guess, each with a grade. This crate reads evidence and reports what it
//! confirms, what differs and what is new. Each kind of evidence has one module with one function:
//!
//! | evidence | feature | function | findings |
//! |---|---|---|---|
//! | the lists of an account, asked for with GET only | `account` | [`account::examine`] | [`account::Diagnosis`] |
//! | the vendor's schema files, Swagger 2.0 or OpenAPI 3 | `schemas` | [`schemas::compare`] | [`schemas::Findings`] |
//!
//! Findings hold operations, paths, counts and names of members. They hold no tokens, ids or values of
//! an account.

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "schemas")]
#[doc(hidden)]
pub mod contract;
#[cfg(feature = "schemas")]
mod error;
#[cfg(feature = "schemas")]
pub mod schemas;

#[cfg(feature = "schemas")]
pub use error::Error;
