#[cfg(feature = "schemas")]
use std::path::Path;

/// A file that cannot be read, or that breaks a rule of its format.
#[derive(Debug)]
pub struct Error(String);

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    #[cfg(feature = "schemas")]
    /// An I/O error with the path that std leaves out.
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

funnelflux_contract::formats! { Error for Error, |it, f| f.write_str(&it.0) }
