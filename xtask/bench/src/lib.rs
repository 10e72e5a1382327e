//! What the SDK costs, side by side with what it could be replaced by: an HTTP call, the decoding
//! of a report, an id.
//!
//! `cargo xtask bench` runs it; `docs/benchmarks.md` says what is measured, how, and what the
//! numbers mean.

pub mod arguments;
pub mod client;
mod clock;
mod core;
pub mod footprint;
pub mod ids;
pub mod report;
pub mod sample;
pub mod section;
mod table;

/// Whatever went wrong; a benchmark that cannot be trusted does not go on.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
