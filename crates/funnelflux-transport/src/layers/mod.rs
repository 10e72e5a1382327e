//! The built-in steps, each a public tower layer, from the outermost to the innermost:
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
//! | 11 | [`AuthLayer`]: the access token | once per attempt |
//! | 12 | decompression | once per attempt |
//! | 13 | the transport | once per attempt |

mod attempt;
mod auth;
mod base;
mod call;
mod classify;
mod deadline;
mod limit;
mod retry;

pub use attempt::{Attempt, AttemptLayer};
pub use auth::{Auth, AuthLayer};
pub use base::{Base, BaseLayer};
pub use call::{CallLayer, CallSpan};
pub(crate) use classify::EXCERPT;
pub use classify::{Classify, ClassifyLayer};
pub use deadline::{AttemptTimeout, AttemptTimeoutLayer, Deadline, DeadlineLayer, Timed};
pub use limit::{Limit, LimitLayer, RateLimit};
pub use retry::{Retry, RetryLayer};

/// The response futures of the layers, for those who name them.
pub mod future {
    pub use super::attempt::AttemptFuture;
    pub use super::auth::AuthFuture;
    pub use super::base::BaseFuture;
    pub use super::call::CallFuture;
    pub use super::classify::ClassifyFuture;
    pub use super::deadline::TimeoutFuture;
    pub use super::limit::LimitFuture;
    pub use super::retry::RetryFuture;
    #[cfg(feature = "reqwest")]
    pub use crate::leaf::SendFuture;
}
