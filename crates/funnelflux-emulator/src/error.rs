//! Errors of the start.

use std::error::Error;
use std::fmt;
use std::io;

/// The error of an emulator that could not start.
#[derive(Debug)]
pub struct StartError {
    kind: Kind,
    message: String,
    source: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NotLoopback,
    NoRuntime,
    Bind,
    Setting,
}

impl StartError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn setting(name: &str, why: impl fmt::Display) -> Self {
        Self::new(Kind::Setting, format!("`{name}` {why}"))
    }

    pub(crate) fn with_source(self, source: io::Error) -> Self {
        Self { source: Some(source), ..self }
    }

    /// The address is not a loopback address. What to check: bind to `127.0.0.1` or `::1`; an
    /// emulator that others can reach would answer them.
    #[must_use]
    pub fn is_not_loopback(&self) -> bool {
        self.kind == Kind::NotLoopback
    }

    /// The address could not be bound. What to check: whether another program has the port; port 0
    /// takes a free one.
    #[must_use]
    pub fn is_bind(&self) -> bool {
        self.kind == Kind::Bind
    }

    /// There is no tokio runtime. What to check: that `start` is awaited on one; without a runtime
    /// use [`build`](crate::EmulatorBuilder::build) and the router.
    #[must_use]
    pub fn is_no_runtime(&self) -> bool {
        self.kind == Kind::NoRuntime
    }

    /// A setting makes no sense. What to check: the setting that the message names.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        self.kind == Kind::Setting
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
