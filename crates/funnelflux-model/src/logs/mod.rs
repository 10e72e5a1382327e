//! Logs: the results of postbacks, webhooks and middleware calls.
//!
//! Nearly everything about request and answer is *unknown*: the answer is kept unchanged, and its
//! rows are read by the names of their members.

mod request;

pub use request::{LogRequest, LogRequestBuilder};

/// The answer of a log operation. Its shape is *unknown*, except that a summary of middleware configs
/// has rows with `averageLatencyMs` (*documented*).
pub type LogAnswer = crate::OpenAnswer;
