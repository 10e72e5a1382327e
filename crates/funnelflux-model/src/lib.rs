//! Domain models of the FunnelFlux Pro API: lossless JSON, exact money, columnar reports.
//!
//! Nothing here does I/O over the network and nothing here knows an HTTP client. The crate holds
//! what is sent and what comes back:
//!
//! - [`time`]: time zones and time ranges that cannot be built without a zone or an offset,
//! - [`reporting`]: the requests and answers of the reporting section,
//! - [`auth`]: the answer of the token endpoint.
//!
//! # How sure is it?
//!
//! The API is documented only in part. So every name and shape carries a [`Grade`], in its
//! documentation and, where it is a value, from a `grade()` method. Whatever is not known is kept
//! as it came, never dropped and never given an invented meaning.

mod grade;
pub mod time;
mod validation;

pub use grade::Grade;
pub use validation::{ValidationError, Violation};
