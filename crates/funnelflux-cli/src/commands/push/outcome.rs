//! The outcome of a row that was to be sent.

use funnelflux::Error;
use serde::Serialize;

/// The outcome of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Outcome {
    #[serde(rename = "not sent")]
    NotSent,
    /// Accepted and queued; the server processes it later.
    #[serde(rename = "accepted")]
    Accepted,
    #[serde(rename = "failed")]
    Failed,
    /// The request is ambiguous: it was sent and its answer was lost.
    #[serde(rename = "unknown")]
    Unknown,
    /// A reset found no hits.
    #[serde(rename = "nothing to delete")]
    NothingToDelete,
}

impl Outcome {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Accepted,
            Err(error) if error.is_ambiguous() => Self::Unknown,
            Err(_) => Self::Failed,
        }
    }
}
