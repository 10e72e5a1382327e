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

/// `500 accepted, 500 unknown, 200 not sent`: of what did not happen nothing is said.
pub(super) fn tally<T>(rows: &[T], fate_of: impl Fn(&T) -> Fate) -> String {
    let each = [
        (Fate::Accepted, "accepted"),
        (Fate::Unknown, "unknown"),
        (Fate::Failed, "failed"),
        (Fate::NotSent, "not sent"),
    ];
    let counted = each.iter().filter_map(|(fate, word)| {
        let count = rows.iter().filter(|row| fate_of(row) == *fate).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    counted.collect::<Vec<_>>().join(", ")
}
