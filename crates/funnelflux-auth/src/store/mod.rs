//! Where tokens are kept between calls and processes.

mod env;
#[cfg(feature = "file")]
mod file;

use std::any::Any;
use std::fmt::Debug;
use std::time::SystemTime;

use async_trait::async_trait;
use funnelflux_transport::{Error, Lock};

pub use env::EnvStore;
#[cfg(feature = "file")]
pub use file::FileStore;

use crate::tokens::Tokens;

/// A place for one account's tokens. Each method fails when the place cannot be read or written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of tokens",
    note = "for tokens in a file take `FileStore::new(path)`; tokens that are kept in memory go to `.tokens(…)`"
)]
#[async_trait]
pub trait TokenStore: Debug + Send + Sync + 'static {
    /// The tokens, if there are any. A place that holds something else is an error.
    async fn load(&self) -> Result<Option<Tokens>, Error>;

    /// Keeps the tokens, all or nothing.
    async fn save(&self, tokens: &Tokens) -> Result<(), Error>;

    /// Forgets the tokens.
    async fn clear(&self) -> Result<(), Error>;

    /// Keeps the other users of the place from refreshing, until the lock is dropped.
    ///
    /// # Errors
    /// When another user holds it for too long.
    async fn lock(&self) -> Result<StoreLock, Error> {
        Ok(Box::new(()))
    }

    /// Notes that the refresh token is about to be presented, and makes sure that the new tokens can be
    /// saved. Called under the lock; the note ends with [`save`](Self::save).
    ///
    /// # Errors
    /// When new tokens could not be saved. The refresh token is then not presented.
    async fn begin_refresh(&self, _at: SystemTime) -> Result<(), Error> {
        Ok(())
    }

    /// The time of a refresh whose answer was lost, here or in another process: the token may be used up.
    async fn unfinished_refresh(&self) -> Result<Option<SystemTime>, Error> {
        Ok(None)
    }

    /// Takes the note back: the refresh token was not used up.
    async fn abandon_refresh(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Whether tokens can only be read here; they are then refreshed for this process alone.
    fn is_read_only(&self) -> bool {
        false
    }
}

/// Held while tokens are refreshed; released when dropped. Anything can be the lock of a store.
pub type StoreLock = Box<dyn Any + Send>;

/// Keeps tokens in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Lock<Option<Tokens>>);

impl MemoryStore {
    /// Starts with these tokens.
    pub fn new(tokens: Tokens) -> Self {
        Self(Lock::new(Some(tokens)))
    }

    fn set(&self, tokens: Option<Tokens>) {
        *self.0.lock() = tokens;
    }
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        Ok(self.0.lock().clone())
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), Error> {
        self.set(Some(tokens.clone()));
        Ok(())
    }

    async fn clear(&self) -> Result<(), Error> {
        self.set(None);
        Ok(())
    }
}
