//! What became of a line, in one word.

use funnelflux::Error;
use serde::Serialize;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Fate {
    #[serde(rename = "not sent")]
    NotSent,
    /// Taken in and queued: done later, if at all.
    #[serde(rename = "accepted")]
    Accepted,
    #[serde(rename = "failed")]
    Failed,
    /// Sent, and no answer came.
    #[serde(rename = "unknown")]
    Unknown,
    /// Nothing of this kind is there.
    #[serde(rename = "nothing to delete")]
    NothingToDelete,
}

impl Fate {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Accepted,
            Err(error) if error.is_ambiguous() => Self::Unknown,
            Err(_) => Self::Failed,
        }
    }
}
