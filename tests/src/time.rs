//! An emulator whose clock stands still, so that its traffic is the same at every run, and a client
//! that lives at the same time: by the clock of the machine, all of its tokens might have expired.

use std::time::{Duration, Instant, SystemTime};

use funnelflux::emulator::Clock;
use funnelflux::transport::{Sleep, Timer, TokioTimer};

/// 2026-01-01T00:00:00Z, until a test moves it.
#[must_use]
pub fn standing_clock() -> Clock {
    Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600))
}

/// The emulator's time of day, tokio's time for waits.
#[derive(Clone, Debug)]
pub struct TimeOf(pub Clock);

impl Timer for TimeOf {
    fn now(&self) -> Instant {
        TokioTimer.now()
    }

    fn wall(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        TokioTimer.sleep(duration)
    }
}
