//! The current speed: cut on 429, regained along a cubic curve (the one of TCP CUBIC and of the
//! AWS SDKs' adaptive mode): quickly back to just below where it hurt, then slowly beyond.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::rate::{RateLimit, SLOWEST};
use crate::timer::Timer;

/// What a 429 leaves of the speed.
const CUT: f64 = 0.7;
/// How steep the way back is, in requests/s per s³.
const STEEPNESS: f64 = 0.4;
/// The longest that one `Retry-After` holds all calls back. A number that was meant as an instant
/// (1767225600 s are 56 years) must not stop a client until its process restarts; a server that does
/// mean more is asked again four times an hour.
const LONGEST_BLOCK: Duration = Duration::from_secs(15 * 60);
/// A change of less than this share is not worth telling.
const WORTHWHILE: f64 = 0.05;

/// The limiter at its current speed: GCRA, the leaky bucket as a meter.
#[derive(Debug)]
pub(super) struct Pace {
    timer: Arc<dyn Timer>,
    burst: u32,
    ceiling: Option<f64>,
    current: f64,
    /// When the bucket has run empty: each slot adds the time of one request.
    empty_at: Instant,
    /// The speed at the last cut and when that was; `None` while nothing was cut.
    cut: Option<(f64, Instant)>,
    /// How often the speed was cut so far.
    cuts: u32,
    blocked_until: Option<Instant>,
}

impl Pace {
    pub(super) fn new(limit: &RateLimit, timer: Arc<dyn Timer>) -> Self {
        Self {
            burst: limit.burst,
            ceiling: limit.per_second,
            current: limit.per_second.unwrap_or(f64::INFINITY),
            empty_at: timer.now(),
            cut: None,
            cuts: 0,
            blocked_until: None,
            timer,
        }
    }

    /// The time of one request, and how many may go out at once: one at a reduced speed, so that a
    /// change of speed never sends a burst. The configured burst comes back with the configured speed.
    fn quota(&self) -> (Duration, u32) {
        let is_reduced = self.ceiling.is_some_and(|ceiling| self.current < ceiling);
        let period = Duration::try_from_secs_f64(1.0 / self.current).unwrap_or_default();
        (period, if is_reduced { 1 } else { self.burst })
    }

    /// Takes a slot now, or says how long to wait before asking again.
    ///
    /// A slot is stamped with the number of cuts so far.
    pub(super) fn take(&mut self) -> Result<u32, Duration> {
        let now = self.timer.now();
        if let Some(until) = self.blocked_until.take_if(|until| *until > now) {
            self.blocked_until = Some(until);
            return Err(until - now);
        }
        let (period, burst) = self.quota();
        let room = period.saturating_mul(burst.saturating_sub(1));
        let level = self.empty_at.saturating_duration_since(now);
        if let Some(wait) = level.checked_sub(room).filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        self.empty_at = now + level + period;
        Ok(self.cuts)
    }

    /// The server asked to slow down in answer to a request with this stamp. Gives the new speed if
    /// it changed: the many answers to one burst count once.
    pub(super) fn throttled(&mut self, stamp: u32, wait: Option<Duration>) -> Option<f64> {
        let now = self.timer.now();
        if let Some(until) = wait.and_then(|w| now.checked_add(w.min(LONGEST_BLOCK))) {
            self.blocked_until = Some(self.blocked_until.map_or(until, |u| u.max(until)));
        }
        let ceiling = self.ceiling?;
        if stamp != self.cuts {
            return None;
        }
        self.cuts = self.cuts.wrapping_add(1);
        self.cut = Some((self.current, now));
        self.set(self.current * CUT, ceiling)
    }

    /// A request went through. Gives the new speed if it changed.
    pub(super) fn passed(&mut self) -> Option<f64> {
        let (ceiling, (before, at)) = (self.ceiling?, self.cut?);
        let since = self.timer.now().saturating_duration_since(at).as_secs_f64();
        let turn = (before * (1.0 - CUT) / STEEPNESS).cbrt();
        let regained = before + STEEPNESS * (since - turn).powi(3);
        if regained >= ceiling {
            self.cut = None;
            return self.set(ceiling, ceiling);
        }
        if regained < self.current * (1.0 + WORTHWHILE) {
            return None;
        }
        self.set(regained, ceiling)
    }

    fn set(&mut self, rate: f64, ceiling: f64) -> Option<f64> {
        let rate = rate.clamp(SLOWEST.min(ceiling), ceiling);
        if (rate - self.current).abs() < f64::EPSILON {
            return None;
        }
        self.current = rate;
        // The bucket is full now, so the next slot is one request's time away.
        let (period, burst) = self.quota();
        self.empty_at = self.timer.now() + period.saturating_mul(burst);
        Some(rate)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::SystemTime;

    use super::*;
    use crate::timer::Sleep;

    #[derive(Debug)]
    struct Still(Mutex<Instant>);

    impl Timer for Still {
        fn now(&self) -> Instant {
            *self.0.lock().unwrap()
        }
        fn wall(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }
        fn sleep(&self, _: Duration) -> Sleep {
            Box::pin(std::future::pending())
        }
    }

    impl Still {
        fn advance(&self, by: Duration) {
            *self.0.lock().unwrap() += by;
        }
    }

    fn pace(rate: f64, burst: u32) -> (Arc<Still>, Pace) {
        #[expect(clippy::disallowed_methods, reason = "an arbitrary origin")]
        let clock = Arc::new(Still(Mutex::new(Instant::now())));
        let limit = RateLimit::per_second(rate).with_burst(burst);
        (clock.clone(), Pace::new(&limit, clock))
    }

    /// How many slots there are in the next `seconds`.
    fn slots(clock: &Still, pace: &mut Pace, seconds: u64) -> u64 {
        let end = clock.now() + Duration::from_secs(seconds);
        let mut taken = 0;
        loop {
            match pace.take() {
                Ok(_) => taken += 1,
                Err(wait) if clock.now() + wait >= end => {
                    clock.advance(end - clock.now());
                    return taken;
                }
                Err(wait) => clock.advance(wait),
            }
        }
    }

    #[test]
    fn a_burst_and_then_the_rate() {
        let (clock, mut pace) = pace(10.0, 5);
        assert_eq!(slots(&clock, &mut pace, 10), 5 + 99);
    }

    #[test]
    fn a_429_cuts_the_speed_once_per_burst_and_time_brings_it_back() {
        let (clock, mut pace) = pace(20.0, 1);
        let stamp = pace.take().unwrap();
        assert_eq!(pace.throttled(stamp, None), Some(14.0));
        assert_eq!(pace.throttled(stamp, None), None, "an answer to the same burst");
        let slow = slots(&clock, &mut pace, 1);
        assert!((13..=14).contains(&slow), "{slow}");
        clock.advance(Duration::from_secs(10));
        assert_eq!(pace.passed(), Some(20.0));
        assert!((19..=21).contains(&slots(&clock, &mut pace, 1)));
    }

    #[test]
    fn a_retry_after_holds_everything_back() {
        let (clock, mut pace) = pace(20.0, 10);
        pace.throttled(0, Some(Duration::from_secs(3)));
        assert_eq!(pace.take(), Err(Duration::from_secs(3)));
        clock.advance(Duration::from_secs(3));
        assert!(pace.take().is_ok());
    }

    #[test]
    fn an_absurd_retry_after_holds_everything_back_for_a_quarter_of_an_hour() {
        let (clock, mut pace) = pace(20.0, 10);
        pace.throttled(0, Some(Duration::from_secs(1_767_225_600)));
        assert_eq!(pace.take(), Err(Duration::from_secs(900)));
        clock.advance(Duration::from_secs(900));
        assert!(pace.take().is_ok());
    }

    #[test]
    fn it_never_comes_to_a_stop() {
        let (clock, mut pace) = pace(1.0, 1);
        for stamp in 0..100 {
            pace.throttled(stamp, None);
        }
        clock.advance(Duration::from_secs(11));
        assert!(pace.take().is_ok());
    }
}
