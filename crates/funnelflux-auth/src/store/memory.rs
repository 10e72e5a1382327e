//! Tokens for the life of the process.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use funnelflux_transport::Error;

use super::TokenStore;
use crate::tokens::Tokens;

/// Keeps tokens in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Option<Tokens>>);

impl MemoryStore {
    /// Starts with these tokens.
    pub fn new(tokens: Tokens) -> Self {
        Self(Mutex::new(Some(tokens)))
    }

    fn set(&self, tokens: Option<Tokens>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
    }
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
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
