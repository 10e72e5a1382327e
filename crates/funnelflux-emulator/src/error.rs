//! Errors of the start.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// The error of an emulator that could not start.
#[derive(Debug)]
pub struct StartError(Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    NotLoopback(SocketAddr),
    NoRuntime,
    Bind(SocketAddr, io::Error),
    Setting { name: &'static str, why: Cow<'static, str> },
}

impl StartError {
    pub(crate) fn setting(name: &'static str, why: impl Into<Cow<'static, str>>) -> Self {
        Kind::Setting { name, why: why.into() }.into()
    }

    /// The address is not a loopback address. What to check: bind to `127.0.0.1` or `::1`; an
    /// emulator that others can reach would answer them.
    #[must_use]
    pub fn is_not_loopback(&self) -> bool {
        matches!(self.0, Kind::NotLoopback(_))
    }

    /// The address could not be bound. What to check: whether another program has the port; port 0
    /// takes a free one.
    #[must_use]
    pub fn is_bind(&self) -> bool {
        matches!(self.0, Kind::Bind(..))
    }

    /// There is no tokio runtime. What to check: that `start` is awaited on one; without a runtime
    /// use [`build`](crate::EmulatorBuilder::build) and the router.
    #[must_use]
    pub fn is_no_runtime(&self) -> bool {
        matches!(self.0, Kind::NoRuntime)
    }

    /// A setting makes no sense. What to check: the setting that the message names.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        matches!(self.0, Kind::Setting { .. })
    }
}

impl From<Kind> for StartError {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotLoopback(address) => write!(
                f,
                "the emulator binds loopback addresses only, not {address}; use 127.0.0.1 or ::1"
            ),
            Kind::NoRuntime => f.write_str("the emulator needs a tokio runtime with I/O to start"),
            Kind::Bind(address, error) => write!(f, "cannot bind {address}: {error}"),
            Kind::Setting { name, why } => write!(f, "`{name}` {why}"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Bind(_, error) => Some(error),
            _ => None,
        }
    }
}
