//! The one classification of failures: what a request that failed did.

use http::StatusCode;

use super::{Error, ErrorKind};

/// What a failed request did, as far as is known.
///
/// Retries, waiting, splitting, bulk runs and exit codes all decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing: it was not sent, or the server turned it away before it looked at it, or it only
    /// reads.
    #[non_exhaustive]
    NotDone {
        /// The same call may well succeed later.
        transient: bool,
    },
    /// It may have taken effect: the write was sent, or may have been, and no answer settles it.
    Unknown,
    /// Nothing: the server understood the request and said no.
    Refused,
    /// It took effect, and only the answer could not be read.
    Done,
}

impl Error {
    /// What the call did.
    ///
    /// For a call through a [`Client`](crate::Client), [`Outcome::Unknown`] and
    /// [`is_ambiguous`](Self::is_ambiguous) mean the same. An error straight from a transport or a
    /// mock has no operation, so its lost answer is unknown even for a read.
    pub fn outcome(&self) -> Outcome {
        if self.0.ambiguous {
            return Outcome::Unknown;
        }
        match self.attempt_outcome() {
            // The stack found the call to be a read, or knows that it never left.
            Outcome::Unknown if self.0.call.is_some() => {
                Outcome::NotDone { transient: self.is_transient() }
            }
            outcome => outcome,
        }
    }

    /// What the attempt did that failed with this error, whatever the operation is.
    pub(crate) fn attempt_outcome(&self) -> Outcome {
        let outcome = match self.0.kind {
            ErrorKind::NotSent | ErrorKind::HeldBack => Outcome::NotDone { transient: true },
            // The reset of a foreign transport looks like its failure to connect.
            ErrorKind::NoAnswer | ErrorKind::Timeout | ErrorKind::Foreign => Outcome::Unknown,
            ErrorKind::InvalidRequest
            | ErrorKind::Unauthorised
            | ErrorKind::Local
            | ErrorKind::Rejected => Outcome::NotDone { transient: false },
            ErrorKind::Status => self.status().map_or(Outcome::Unknown, |status| {
                of_status(status, || self.retry_after().is_some())
            }),
            ErrorKind::Refused | ErrorKind::NotFound => Outcome::Refused,
            ErrorKind::Decode => Outcome::Done,
        };
        match outcome {
            Outcome::Unknown if self.0.before_sending => {
                Outcome::NotDone { transient: self.0.kind != ErrorKind::Foreign }
            }
            Outcome::Done if self.0.before_sending => Outcome::NotDone { transient: false },
            outcome => outcome,
        }
    }
}

/// What an error answer of this status says of its request.
pub(crate) fn of_status(status: StatusCode, asks_to_wait: impl FnOnce() -> bool) -> Outcome {
    match status.as_u16() {
        // Turned away at the door.
        425 | 429 => Outcome::NotDone { transient: true },
        503 if asks_to_wait() => Outcome::NotDone { transient: true },
        // The server, or a proxy before it, gave up on a request that it may have acted on. So do
        // the proxies' own codes, such as 520 to 524.
        408 | 500 | 502.. => Outcome::Unknown,
        // Another protocol from here on, or the answer is elsewhere.
        ..200 | 303 => Outcome::Unknown,
        _ => Outcome::Refused,
    }
}
