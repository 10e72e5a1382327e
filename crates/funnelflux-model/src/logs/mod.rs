//! Logs: what postbacks, webhooks and middleware calls came to.
//!
//! [`LogRequest`] asks, [`LogAnswer`] is what comes back. Nearly everything about either is
//! *unknown*: the answer is kept as it came, and its rows are looked at, not decoded.

mod answer;
mod request;
mod row;

pub use answer::LogAnswer;
pub use request::{LogRequest, LogRequestBuilder};
pub use row::LogRow;

pub(crate) use row::open_row;
