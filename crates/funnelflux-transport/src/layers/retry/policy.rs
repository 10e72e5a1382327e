//! The retry table.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Outcome};
use crate::operation::Idempotency;

/// A blip is over after one more try or two; an outage is an error that the caller should see.
const MAX_ATTEMPTS: u32 = 3;
/// The first step after an ordinary failure: a blip on the network is over by then.
const BASE: Duration = Duration::from_millis(50);
/// The first step after 429 or 425: the server is known to be busy.
const BASE_THROTTLED: Duration = Duration::from_secs(1);
/// No step grows past this; three attempts hardly reach it, a caller's own ten do.
const CAP: Duration = Duration::from_secs(20);

/// The number of attempts and the source of randomness. The failures that are retried are no setting: they
/// follow from what is known of the request's outcome. See the table in the architecture guide.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "it has an effect only where it is passed"]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    /// The share of the longest wait; random if there is none.
    fixed_jitter: Option<f64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: MAX_ATTEMPTS, fixed_jitter: None }
    }
}

impl RetryPolicy {
    /// Three attempts, full jitter.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every request is sent once (but for one repeat with a fresh token after a 401).
    pub fn never() -> Self {
        Self::default().with_max_attempts(1)
    }

    funnelflux_contract::setters! {
        /// How often a request is sent at most.
        fn with_max_attempts(attempts: u32) => max_attempts = attempts.max(1);
        /// Always the same share (0 to 1) of the longest wait, so that tests see exact numbers. NaN counts as 0.
        fn with_fixed_jitter(share: f64)
            => fixed_jitter = Some(if share.is_nan() { 0.0 } else { share });
    }

    /// Full jitter, so that many clients do not come back together: `rand(0, min(20 s, base · 2ⁿ))`.
    pub(crate) fn delay(
        &self,
        retries_so_far: u32,
        throttled: bool,
        floor: Option<Duration>,
    ) -> Duration {
        let share = self.fixed_jitter.unwrap_or_else(random_share).clamp(0.0, 1.0);
        let base = if throttled { BASE_THROTTLED } else { BASE };
        let ceiling = base.saturating_mul(1 << retries_so_far.min(16)).min(CAP);
        ceiling.mul_f64(share).max(floor.unwrap_or_default())
    }
}

/// A random number from 0 to 1; 1, the longest wait, where the operating system has no randomness.
fn random_share() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send again after a wait.
    Retry {
        /// The server asked for it.
        throttled: bool,
    },
    /// Send again at once with another token; costs neither an attempt nor budget.
    Reauthorise,
    /// Report the failure.
    Fail,
}

pub(crate) fn verdict(error: &Error, idempotency: Idempotency) -> Verdict {
    let inner = &error.0;
    if inner.answer.as_ref().is_some_and(|answer| answer.rejected_token.is_some()) {
        return Verdict::Reauthorise;
    }
    match error.attempt_outcome() {
        _ if inner.last => Verdict::Fail,
        // The server itself asked for a pause if it answered at all.
        Outcome::NotDone { transient: true } => {
            Verdict::Retry { throttled: inner.kind == ErrorKind::Status }
        }
        Outcome::Unknown if idempotency.is_repeatable() => Verdict::Retry { throttled: false },
        _ => Verdict::Fail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AnswerFacts;

    const EVERY: [Idempotency; 5] = [
        Idempotency::Safe,
        Idempotency::Idempotent,
        Idempotency::CallerKeyed,
        Idempotency::QueuedSideEffect,
        Idempotency::NotIdempotent,
    ];

    #[test]
    fn the_ceiling_doubles_and_stops_at_twenty_seconds() {
        let delay = |n, throttled, share| {
            RetryPolicy::new().with_fixed_jitter(share).delay(n, throttled, None)
        };
        let ceilings: Vec<u128> = (0..12).map(|n| delay(n, false, 1.0).as_millis()).collect();
        assert_eq!(
            ceilings,
            [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000]
        );
        assert_eq!(delay(0, true, 1.0), Duration::from_secs(1));
        assert_eq!(delay(u32::MAX, true, 1.0), CAP);
        for share in [0.0, -1.0, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(delay(3, false, share), Duration::ZERO, "{share}");
        }
        assert_eq!(delay(3, false, f64::INFINITY), delay(3, false, 1.0));
    }

    fn status(code: u16) -> Error {
        let status = http::StatusCode::from_u16(code).unwrap();
        let answer = AnswerFacts::new(status, http::HeaderMap::new(), &bytes::Bytes::new());
        Error::of_kind(ErrorKind::Status, "").with_answer(answer)
    }

    fn retried(error: &Error) -> Vec<Idempotency> {
        EVERY.into_iter().filter(|i| verdict(error, *i) != Verdict::Fail).collect()
    }

    #[test]
    fn what_never_left_or_was_turned_away_may_always_be_sent_again() {
        let mut busy = status(503);
        busy.0.retry_after = Some(Duration::from_secs(1));
        for error in [Error::not_sent(""), status(429), status(425), busy] {
            assert_eq!(retried(&error), EVERY, "{error}");
            assert!(error.attempt_outcome() != Outcome::Unknown, "{error}");
        }
    }

    #[test]
    fn what_may_have_arrived_is_repeated_only_where_that_does_no_harm() {
        for error in
            [Error::no_answer(""), status(408), status(500), status(502), status(503), status(504)]
        {
            assert_eq!(retried(&error), [Idempotency::Safe, Idempotency::Idempotent], "{error}");
            assert!(error.attempt_outcome() == Outcome::Unknown, "{error}");
        }
    }

    #[test]
    fn a_clear_no_is_never_asked_again() {
        for code in [400, 401, 403, 404, 409, 422, 501] {
            assert_eq!(retried(&status(code)), [], "{code}");
            assert_eq!(status(code).attempt_outcome(), Outcome::Refused, "{code}");
        }
        assert_eq!(retried(&Error::unexpected_answer("")), []);
        assert_eq!(retried(&Error::invalid_request("")), []);
    }

    #[test]
    fn nobody_knows_how_far_a_foreign_failure_got() {
        let foreign = Error::from_boxed("reset".into());
        assert_eq!(retried(&foreign), []);
        assert!(foreign.attempt_outcome() == Outcome::Unknown && foreign.is_local());
        let local = Error::local("no key to sign with");
        assert_eq!(local.attempt_outcome(), Outcome::NotDone { transient: false });
    }
}
