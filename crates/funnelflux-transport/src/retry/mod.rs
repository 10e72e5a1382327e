//! When to send again, and after how long.

mod after;
mod backoff;
mod budget;
mod policy;

pub(crate) use after::retry_after;
pub(crate) use budget::Budget;
pub use policy::RetryPolicy;
pub(crate) use policy::{Verdict, verdict};
