//! The kinds of errors.

/// What went wrong, for the labels of logs and metrics: few, fixed words. Decide by the
/// [outcome](crate::Error::outcome) and the predicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something in the request is wrong.
    InvalidRequest,
    /// There is no usable token.
    Unauthorised,
    /// No connection to the server.
    NotSent,
    /// The answer was lost or cut.
    NoAnswer,
    /// An attempt's time or the call's ran out.
    Timeout,
    /// The server answered with a status of an error.
    Status,
    /// The server said no inside a normal answer.
    Refused,
    /// The answer cannot be read.
    Decode,
    /// The server said inside a normal answer that the thing does not exist.
    NotFound,
    /// The limiter had no slot before the deadline.
    HeldBack,
    /// Something on this side failed.
    #[default]
    Local,
    /// A layer turned the request away before the transport got it.
    Rejected,
    /// A transport or a layer failed with an error of a foreign type, which does not say how far the
    /// request got.
    Foreign,
}

impl ErrorKind {
    /// The stable word of the kind, such as `no_answer`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorised => "unauthorised",
            Self::NotSent => "not_sent",
            Self::NoAnswer => "no_answer",
            Self::Timeout => "timeout",
            Self::Status => "status",
            Self::Refused => "refused",
            Self::Decode => "decode",
            Self::NotFound => "not_found",
            Self::HeldBack => "held_back",
            Self::Local => "local",
            Self::Rejected => "rejected",
            Self::Foreign => "foreign",
        }
    }
}

impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
