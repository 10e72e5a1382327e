//! A clock that stands still, so that the emulator's traffic is the same at every run.

use std::time::{Duration, SystemTime};

use funnelflux::emulator::Clock;

/// 2026-01-01T00:00:00Z, until a test moves it.
#[must_use]
pub fn standing_clock() -> Clock {
    Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600))
}
