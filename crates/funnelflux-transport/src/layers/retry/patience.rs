//! How long the server has let nothing pass. Clones of a client share it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The first 429 after the last success, if there was one.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Option<Instant>>);

impl Refusals {
    /// The time since the first 429, which may be this one.
    pub(super) fn last_for(&self, now: Instant) -> Duration {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.saturating_duration_since(*first.get_or_insert(now))
    }

    /// A request passed.
    pub(super) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
