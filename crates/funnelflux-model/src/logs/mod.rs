//! Logs: the results of postbacks, webhooks and middleware calls.
//!
//! Nearly all of it is *unknown*: the answer is kept, and its rows are read by names of members.
//!
//! ```
//! use funnelflux_model::logs::LogRequest;
//! use funnelflux_model::time::{TimeRange, Zone};
//!
//! let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
//! let request = LogRequest::builder(day).extra("pagingLength", 100).build()?;
//! assert_eq!(
//!     serde_json::to_string(&request)?,
//!     r#"{"timeStart":"2026-03-01T00:00:00+00:00","timeEnd":"2026-03-01T23:59:59+00:00","pagingLength":100}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[rustfmt::skip]
mod requests;

pub use requests::*;

/// The answer of a log: *unknown*, but for `averageLatencyMs` of middleware configs (*documented*).
pub type LogAnswer = crate::OpenAnswer;
