//! The built-in steps from the outermost to the innermost, each a public tower layer:
//!
//! | | layer | runs |
//! |---|---|---|
//! | 1 | [`CallLayer`]: span, events, the error's particulars | once per call |
//! | 2 | [`DeadlineLayer`]: the whole call's time | once per call |
//! | 3 | *your `.layer(…)`* | once per call |
//! | 4 | [`RetryLayer`] | once per call |
//! | 5 | [`AttemptLayer`]: span, events | once per attempt |
//! | 6 | [`LimitLayer`]: rate and concurrency | once per attempt |
//! | 7 | [`AttemptTimeoutLayer`] | once per attempt |
//! | 8 | [`ClassifyLayer`]: reads the answer, makes error answers errors | once per attempt |
//! | 9 | *your `.attempt_layer(…)`* | once per attempt |
//! | 10 | [`BaseLayer`]: base URL, host check, default headers | once per attempt |
//! | 11 | [`AuthLayer`]: the access token; hands the request over | once per attempt |
//! | 12 | decompression | once per attempt |
//! | 13 | the transport | once per attempt |

mod attempt;
mod auth;
mod base;
mod boundary;
mod call;
mod classify;
mod deadline;
#[cfg(feature = "gzip")]
mod decompress;
pub(crate) mod leaf;
pub(crate) mod limit;
pub(crate) mod retry;
mod step;

pub use attempt::AttemptLayer;
pub use auth::AuthLayer;
pub use base::BaseLayer;
pub(crate) use boundary::Boundary;
pub use call::CallLayer;
pub use classify::ClassifyLayer;
pub(crate) use classify::EXCERPT;
pub use deadline::{AttemptTimeoutLayer, DeadlineLayer};
#[cfg(feature = "gzip")]
pub(crate) use decompress::DecompressLayer;
pub(crate) use leaf::{Leaf, default_leaf};
pub use limit::LimitLayer;
pub(crate) use retry::retry_after;
pub use retry::{Retry, RetryLayer};
pub(crate) use step::Exchange;
#[cfg(feature = "reqwest")]
pub(crate) use step::{FastOrSlow, refused};
