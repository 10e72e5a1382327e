//! The clock and the timer of the emulator, which tests replace.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use funnelflux_transport::Lock;

/// The emulator's time, which token lifetimes, the rate ceiling, the `date` header and the end of the
/// traffic follow. Clones share one time.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    source: Box<dyn Fn() -> SystemTime + Send + Sync>,
    /// How far the clock was moved, forward and back.
    shift: Lock<(Duration, Duration)>,
}

fn shifted(time: SystemTime, (forward, back): (Duration, Duration)) -> Option<SystemTime> {
    time.checked_add(forward)?.checked_sub(back)
}

impl Clock {
    /// Makes a clock that runs with the operating system's.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the one place where the real clock is read")]
    pub fn system() -> Self {
        Self::from_fn(SystemTime::now)
    }

    /// Makes a clock that stays at `at` until it is moved.
    #[must_use]
    pub fn fixed(at: SystemTime) -> Self {
        Self::from_fn(move || at)
    }

    /// Makes a clock that reads another one, for example that of a paused runtime.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { source: Box::new(now), shift: Lock::default() }))
    }

    /// The present time.
    pub fn now(&self) -> SystemTime {
        let (shift, unshifted) = (*self.0.shift.lock(), (self.0.source)());
        shifted(unshifted, shift).unwrap_or(unshifted)
    }

    /// Moves the clock forward, unless the system cannot represent the new time.
    pub fn advance(&self, by: Duration) {
        let mut shift = self.0.shift.lock();
        let moved = (shift.0.saturating_add(by), shift.1);
        if shifted((self.0.source)(), moved).is_some() {
            *shift = moved;
        }
    }

    /// Sets the clock, forward or back. A running clock runs on from there.
    pub fn set(&self, to: SystemTime) {
        let mut shift = self.0.shift.lock();
        *shift = match to.duration_since((self.0.source)()) {
            Ok(forward) => (forward, Duration::ZERO),
            Err(behind) => (Duration::ZERO, behind.duration()),
        };
    }

    /// The time `seconds` from now, such as `Sun, 06 Nov 1994 08:49:37 GMT`. An HTTP date has four
    /// digits for the year and does not go back beyond 1970.
    pub(crate) fn http_date_in(&self, seconds: u32) -> String {
        const LAST: u64 = 253_402_300_799;
        let now = self.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let at = now.saturating_add(seconds.into()).min(LAST);
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at))
    }

    pub(crate) fn unix_millis(&self) -> i64 {
        unix_millis(self.now())
    }
}

/// Milliseconds since 1970; 0 before that, since no traffic is older.
pub(crate) fn unix_millis(at: SystemTime) -> i64 {
    millis(at.duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Whole milliseconds, as many as fit.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

funnelflux_contract::formats! { Debug for Clock, |it, f| f.debug_tuple("Clock").field(&it.now()).finish() }

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) struct Sleeper(pub(crate) Arc<dyn Fn(Duration) -> Wait + Send + Sync>);

impl Sleeper {
    /// Tokio's timer. On a runtime with paused time it costs no real time.
    #[allow(clippy::disallowed_methods, reason = "the one place where the emulator sleeps")]
    pub(crate) fn tokio() -> Self {
        Self(Arc::new(|duration| Box::pin(tokio::time::sleep(duration))))
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            (self.0)(duration).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_fixed_clock_moves_on_demand_only() {
        let clock = Clock::fixed(at(100));
        assert_eq!(clock.now(), at(100));
        clock.advance(Duration::from_secs(5));
        clock.clone().advance(Duration::from_secs(5));
        assert_eq!(clock.now(), at(110), "clones share one time");
    }

    #[test]
    fn a_clock_does_not_run_off_the_end_of_time() {
        let clock = Clock::fixed(at(100));
        for by in [Duration::MAX, Duration::from_secs(i64::MAX.unsigned_abs())] {
            clock.advance(by);
        }
        assert_eq!(clock.now(), at(100));
        clock.set(at(40));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), at(41));
    }

    #[test]
    fn a_clock_can_be_set_back_and_forth() {
        let clock = Clock::fixed(at(100));
        clock.set(at(40));
        assert_eq!(clock.unix_millis(), 40_000);
        clock.advance(Duration::from_secs(10));
        assert_eq!(clock.unix_millis(), 50_000);
        clock.set(at(4_000));
        assert_eq!(clock.unix_millis(), 4_000_000);
    }

    #[test]
    fn a_running_clock_runs_on_after_it_was_set() {
        let ticks = Arc::new(Mutex::new(1_000_u64));
        let source = Arc::clone(&ticks);
        let clock = Clock::from_fn(move || at(*source.lock().unwrap()));
        clock.set(at(5_000));
        *ticks.lock().unwrap() += 7;
        assert_eq!(clock.now(), at(5_007));
    }
}
