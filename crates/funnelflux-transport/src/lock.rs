//! A mutex that a panic of its holder does not poison: no holder leaves a half-made change behind.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The mutex of this workspace's crates.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Waits for the value.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
