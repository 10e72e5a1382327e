//! The clocks: the system's, and that of the timers, which tests pause.

use std::time::Instant;

pub(crate) type Clock = fn() -> Instant;

/// The system's clock.
#[allow(clippy::disallowed_methods, reason = "this is the clock that is injected")]
pub(crate) fn system() -> Instant {
    Instant::now()
}

/// The clock that tokio's timers follow.
#[cfg(any(test, feature = "service"))]
#[allow(clippy::disallowed_methods, reason = "this is the clock that is injected")]
pub(crate) fn of_timers() -> Instant {
    tokio::time::Instant::now().into_std()
}
