//! How a query that ran into the 30-second limit looks.
//!
//! That there is a limit is documented; what its answer looks like is unknown. This is the one
//! place that guesses.

use std::time::Duration;

use funnelflux_transport::Error;
use funnelflux_transport::http::StatusCode;

/// The server's limit (documented).
const LIMIT: Duration = Duration::from_secs(30);

/// Words of databases and gateways that stopped a query (inferred).
const WORDS: &[&str] = &[
    "30 seconds",
    "execution was interrupted",
    "query timeout",
    "timed out",
    "maximum execution time",
];

/// The error as it is, or as the more specific one if it looks like a killed query.
pub(crate) fn recognise(error: Error) -> Error {
    if !looks_killed(&error) {
        return error;
    }
    Error::query_killed(format!(
        "the query was stopped by the server's limit of {} s",
        LIMIT.as_secs()
    ))
    .about_the_answer_of(error)
    .with_advice(
        "Ask for fewer attributes or a shorter time range, or let the range be split \
         (`drilldown_split`, `ffx report drilldown --split`).",
    )
}

fn looks_killed(error: &Error) -> bool {
    match error.status() {
        // A gateway's own timeout is at least as likely the query's as anything else.
        Some(StatusCode::GATEWAY_TIMEOUT) => true,
        Some(status) if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            error.server_message().is_some_and(|message| {
                let message = message.to_ascii_lowercase();
                WORDS.iter().any(|word| message.contains(word))
            })
        }
        _ => false,
    }
}
