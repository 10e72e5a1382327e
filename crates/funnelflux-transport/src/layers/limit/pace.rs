//! The current speed: a schedule of slots at the rate that [`Search`] says.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::rate::RateLimit;
use super::search::Search;
use crate::timer::Timer;

/// The longest that one `Retry-After` holds all calls back. A number that was meant as an instant
/// (1767225600 s are 56 years) must not stop a client for good; a server that means more is asked again.
const LONGEST_BLOCK: Duration = Duration::from_secs(15 * 60);

/// The limiter at its current speed: GCRA, the leaky bucket as a meter.
#[derive(Debug)]
pub(super) struct Pace {
    timer: Arc<dyn Timer>,
    burst: u32,
    search: Option<Search>,
    /// When the bucket has run empty: each slot adds the time of one request.
    empty_at: Instant,
    cuts: u32,
    blocked_until: Option<Instant>,
}

impl Pace {
    pub(super) fn new(limit: &RateLimit, timer: Arc<dyn Timer>) -> Self {
        let now = timer.now();
        let search = limit.per_second.map(|ceiling| Search::new(ceiling, limit.start, now));
        Self { timer, burst: limit.burst, search, empty_at: now, cuts: 0, blocked_until: None }
    }

    /// The time of one request, and how many may go out at once: at a reduced speed one, without a burst.
    fn quota(&self) -> (Duration, u32) {
        let Some(search) = &self.search else { return (Duration::ZERO, self.burst) };
        let period = Duration::try_from_secs_f64(1.0 / search.rate()).unwrap_or_default();
        (period, if search.is_free() { self.burst } else { 1 })
    }

    /// Takes a slot, stamped with the number of cuts so far, or says how long to wait before asking again.
    pub(super) fn take(&mut self) -> Result<u32, Duration> {
        let now = self.timer.now();
        if let Some(until) = self.blocked_until.filter(|until| *until > now) {
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

    /// Gives the new speed if it changed. The many refusals of one burst, which have one stamp, count once.
    pub(super) fn throttled(&mut self, stamp: u32, pause: Option<Duration>) -> Option<f64> {
        let now = self.timer.now();
        let pause = pause.map(|pause| pause.min(LONGEST_BLOCK));
        let search = self.search.as_mut().filter(|_| stamp == self.cuts);
        let rest = search.map(|search| search.cut(now, pause));
        let wait = rest.or(pause).unwrap_or_default();
        self.blocked_until = self.blocked_until.max(now.checked_add(wait));
        rest?;
        self.cuts = self.cuts.wrapping_add(1);
        self.changed(now)
    }

    pub(super) fn passed(&mut self, stamp: u32) -> Option<f64> {
        let search = self.search.as_mut()?;
        let (now, before) = (self.timer.now(), search.rate());
        search.pass(now, stamp == self.cuts);
        if search.rate() == before { None } else { self.changed(now) }
    }

    fn changed(&mut self, now: Instant) -> Option<f64> {
        // The bucket is full now, so the next slot is one request's time away.
        let (period, burst) = self.quota();
        self.empty_at = now + period.saturating_mul(burst);
        self.search.as_ref().map(Search::rate)
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
    fn a_429_cuts_the_speed_once_per_burst_and_successes_bring_it_back() {
        let (clock, mut pace) = pace(20.0, 1);
        let stamp = pace.take().unwrap();
        assert_eq!(pace.throttled(stamp, None), Some(9.9), "half, as nothing passed yet");
        assert_eq!(pace.throttled(stamp, None), None, "an answer to the same burst");
        assert_eq!(slots(&clock, &mut pace, 1), 0, "a second's rest");
        let slow = slots(&clock, &mut pace, 1);
        assert!((9..=10).contains(&slow), "{slow}");
        let mut told = Vec::new();
        for _ in 0..600 {
            clock.advance(Duration::from_millis(100));
            told.extend(pace.passed(stamp + 1));
        }
        assert!(told.is_sorted(), "{told:?}");
        assert_eq!(told.last(), Some(&20.0));
        assert!((19..=21).contains(&slots(&clock, &mut pace, 1)));
    }

    #[test]
    fn a_rate_that_was_learned_before_is_where_it_begins() {
        for (start, within) in [(3.0, 28..=30), (2.97, 28..=30), (0.5, 4..=5), (50.0, 199..=210)] {
            #[expect(clippy::disallowed_methods, reason = "an arbitrary origin")]
            let clock = Arc::new(Still(Mutex::new(Instant::now())));
            let limit = RateLimit::per_second(20.0).with_start(start);
            let taken = slots(&clock, &mut Pace::new(&limit, clock.clone()), 10);
            assert!(within.contains(&taken), "{start}: {taken}");
        }
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
