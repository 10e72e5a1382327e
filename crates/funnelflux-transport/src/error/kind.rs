//! What went wrong, in the terms that decisions are made by.

/// Whether the request may have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    No,
    Maybe,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidRequest,
    Unauthorised,
    /// A repeat with another token was asked for, and there is only the one that was turned down.
    SameToken,
    Connection(Sent),
    Timeout(Sent),
    Status,
    Refused(Option<String>),
    Decode,
    NotFound,
    /// The limiter had no slot before the deadline.
    HeldBack,
    #[default]
    Local,
    /// An error of another type, from a transport or a layer of the user's: it does not say how far
    /// the request got.
    Foreign,
}

impl Kind {
    /// A stable word for logs and metrics (`error.type`).
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorised | Self::SameToken => "unauthorised",
            Self::Connection(Sent::No) => "not_sent",
            Self::Connection(Sent::Maybe) => "no_answer",
            Self::Timeout(_) => "timeout",
            Self::Status => "status",
            Self::Refused(_) => "refused",
            Self::Decode => "decode",
            Self::NotFound => "not_found",
            Self::HeldBack => "held_back",
            Self::Local => "local",
            Self::Foreign => "foreign",
        }
    }
}
