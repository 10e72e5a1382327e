//! Why a verb failed: one message, ready to print.

use std::fmt;
use std::path::Path;

/// A message for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(String);

/// What every verb returns.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// An I/O error with the path that std leaves out.
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<funnelflux_learn::Error> for Failure {
    fn from(error: funnelflux_learn::Error) -> Self {
        Self(error.to_string())
    }
}
