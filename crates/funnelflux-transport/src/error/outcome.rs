//! The kinds of errors, and the one classification of failures: what a request that failed did.

use http::StatusCode;

use super::Error;

funnelflux_contract::words! {
    /// What went wrong, for the labels of logs and metrics: few, fixed words. Decide by the
    /// [outcome](Error::outcome) and the predicates.
    #[derive(Default)]
    pub enum ErrorKind, "The stable word of the kind, such as `no_answer`." {
        /// Something in the request is wrong.
        InvalidRequest = "invalid_request",
        /// There is no usable token.
        Unauthorised = "unauthorised",
        /// No connection to the server.
        NotSent = "not_sent",
        /// The answer was lost or cut.
        NoAnswer = "no_answer",
        /// An attempt's time or the call's ran out.
        Timeout = "timeout",
        /// The server answered with a status of an error.
        Status = "status",
        /// The server said no inside a normal answer.
        Refused = "refused",
        /// The answer cannot be read.
        Decode = "decode",
        /// The server said inside a normal answer that the thing does not exist.
        NotFound = "not_found",
        /// The limiter had no slot before the deadline.
        HeldBack = "held_back",
        /// Something on this side failed.
        #[default]
        Local = "local",
        /// A layer turned the request away before the transport got it.
        Rejected = "rejected",
        /// A transport or a layer failed with an error of a foreign type: how far the request got is unknown.
        Foreign = "foreign",
    }
}

/// What a failed request did, as far as is known. Retries, waiting, splitting, bulk runs and exit codes all
/// decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing: it was not sent, it only reads, or the server turned it away before it looked at it.
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
    /// What the call did. For a call through a [`Client`](crate::Client), [`Outcome::Unknown`] and
    /// [`is_ambiguous`](Self::is_ambiguous) mean the same. An error straight from a transport or a mock has
    /// no operation, so its lost answer is unknown even for a read.
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
        // The server or a proxy (520 to 524) gave up on a request that it may have acted on.
        408 | 500 | 502.. => Outcome::Unknown,
        // Another protocol from here on, or the answer is elsewhere.
        ..200 | 303 => Outcome::Unknown,
        _ => Outcome::Refused,
    }
}
