//! Recognises a query that ran into the server's 30-second limit.
//!
//! The limit is documented, its answer unknown: the guesses are here, phrases in the vocabulary.

use std::time::Duration;

use funnelflux_contract::VOCABULARY;
use funnelflux_transport::Error;
use funnelflux_transport::http::StatusCode;

/// The server's limit (documented).
const LIMIT: Duration = Duration::from_secs(30);

/// From this time on a gateway's timeout is taken for the limit's.
const NEAR_LIMIT: Duration = Duration::from_secs(25);

const LABEL: &str = "query_killed";

/// The server's limit on report queries, as a question to ask an error.
///
/// ```
/// use funnelflux_reporting::QueryLimit as _;
/// use funnelflux_transport::Error;
///
/// // As a mock would answer.
/// let error = Error::query_killed("too many rows");
/// assert!(error.is_query_killed() && error.is_timeout());
/// ```
pub trait QueryLimit: sealed::Sealed + Sized {
    /// Makes the error of a killed query, for mocks.
    fn query_killed(message: impl Into<String>) -> Self;

    /// Whether the server killed the query after 30 seconds: ask for fewer attributes, or split it.
    fn is_query_killed(&self) -> bool;
}

impl QueryLimit for Error {
    fn query_killed(message: impl Into<String>) -> Self {
        Self::timed_out(message.into()).with_label(LABEL)
    }

    fn is_query_killed(&self) -> bool {
        self.label() == LABEL
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for funnelflux_transport::Error {}
}

pub(crate) fn recognise(error: Error) -> Error {
    if !looks_killed(&error) {
        return error;
    }
    let message = format!("the query was stopped by the server's limit of {} s", LIMIT.as_secs());
    Error::query_killed(message).about_the_answer_of(error).with_advice(
        "Ask for fewer attributes or a shorter time range, or let the range be split \
         (`drilldown_split`, `ffx report drilldown --split`).",
    )
}

/// Whether the query was stopped: the server says so, or a gateway gave up on it near the limit. A
/// gateway that gives up earlier had another reason.
pub(crate) fn looks_killed(error: &Error) -> bool {
    let Some(status) = error.status() else { return false };
    let is_late = || error.attempt_time().is_some_and(|took| took >= NEAR_LIMIT);
    let is_told = || {
        let message = error.server_message().unwrap_or_default().to_ascii_lowercase();
        VOCABULARY.stopped_query.iter().any(|phrase| message.contains(phrase))
    };
    (status == StatusCode::GATEWAY_TIMEOUT && is_late())
        || ((status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT) && is_told())
}

/// The pause before a query that was stopped, or had no answer, is asked for again: once, and not at
/// once, since all accounts share one pool for reports (documented). The longer it ran, the longer.
pub(crate) fn pause(error: &Error) -> Option<Duration> {
    match error.attempt_time() {
        Some(took) if looks_killed(error) => Some(took / 3),
        None if error.is_timeout() => Some(LIMIT / 3),
        _ => None,
    }
}
