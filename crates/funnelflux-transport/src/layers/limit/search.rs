//! The search for the account's limit, which no answer states.
//!
//! Servers count whole requests a second, by a bucket, a window or a schedule, and let a burst of one
//! second pass. So the search is among whole numbers: hold one, try the next ones, fall back at a 429.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::rate::SLOWEST;

/// The share of a whole number that is sent: requests late by some ms stay within the server's second.
const MARGIN: f64 = 0.99;
/// What a stray 429 takes from the margin, and the least that is left of it.
const MARGIN_STEP: f64 = 0.02;
const LEAST_MARGIN: f64 = 0.88;
/// Answers between two tries of a higher rate, each of which ends in a 429: 2 % of the requests.
const BETWEEN_TRIES: f64 = 56.0;
/// Seconds between two tries at rates below one, which only a crowded account has.
const BETWEEN_SLOW_TRIES: f64 = 24.0;
/// The same in seconds at high rates, where answers come quickly.
const SECONDS_BETWEEN_TRIES: f64 = 6.0;
/// The same where the server's `Retry-After` makes each 429 cost time: a share of 2.5 %.
const PAUSES_BETWEEN_TRIES: u32 = 40;
/// The first try comes sooner, and each one that finds nothing doubles the wait.
const FIRST_TRY: f64 = 6.0;
const FIRST_PAUSES: u32 = 2;
/// After a fall, and after a guess that was wrong, it is as if so many tries had found nothing.
const QUIET: u32 = 3;
/// The time that a guess must pass; a rate that is proved must pass a second.
const PROOF_OF_A_GUESS: Duration = Duration::from_millis(2500);
/// The time on the first higher rate: a bucket is nearly empty after it, and a window long before.
const FIRST_RUNG: Duration = Duration::from_secs(3);
/// A try goes from whole number to whole number; above 24 a second the steps are 4 % longer.
const GROWTH: f64 = 1.04;
/// The time at the ceiling after which the limit counts as gone.
const TOP_RUNG: Duration = Duration::from_secs(30);
/// The rest after which a server is as before the first request. Also the time on the later higher rates.
const SECOND: Duration = Duration::from_secs(1);
/// The rest after a successful try: a fixed window may be full until it ends.
const SHORT_REST: Duration = Duration::from_millis(300);
/// The successes that a proof looks at.
const HISTORY: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// No limit was felt: the ceiling with its burst.
    Free,
    Hold,
    Climb,
}

/// The rates are in requests per second.
#[derive(Debug)]
pub(super) struct Search {
    ceiling: f64,
    stage: Stage,
    /// The present rate, before the margin.
    rung: f64,
    /// The rate to come back to.
    held: f64,
    /// The highest rate that is right however the server counts; `held` may be a guess above it.
    proved: f64,
    /// The rung before the present one.
    before: f64,
    margin: f64,
    passes: VecDeque<Instant>,
    /// Successes since `since`, the last cut.
    passed: u32,
    since: Instant,
    /// The cut was followed by a rest.
    rested: bool,
    /// Tries in a row that found nothing.
    quiet: u32,
    /// Stray refusals at the held rate.
    strikes: u32,
    /// The last `Retry-After`.
    pause: Duration,
    rung_ends: Instant,
}

impl Search {
    pub(super) fn new(ceiling: f64, start: Option<f64>, now: Instant) -> Self {
        let start = start.filter(|start| *start < ceiling);
        let held = start.map_or(ceiling, |start| whole(start / MARGIN));
        Self {
            ceiling,
            stage: if start.is_some() { Stage::Hold } else { Stage::Free },
            rung: held,
            held,
            proved: held,
            before: 0.0,
            margin: MARGIN,
            passes: VecDeque::new(),
            passed: 0,
            since: now,
            rested: true,
            quiet: 0,
            strikes: 0,
            pause: Duration::ZERO,
            rung_ends: now,
        }
    }

    pub(super) fn is_free(&self) -> bool {
        self.stage == Stage::Free
    }

    pub(super) fn rate(&self) -> f64 {
        match self.stage {
            Stage::Free => self.ceiling,
            _ => (self.rung * self.margin).clamp(SLOWEST.min(self.ceiling), self.ceiling),
        }
    }

    /// A request passed; `is_current` if it was sent at the present rate.
    pub(super) fn pass(&mut self, now: Instant, is_current: bool) {
        if self.passes.len() == HISTORY {
            self.passes.pop_front();
        }
        self.passes.push_back(now);
        if !is_current {
            return;
        }
        self.passed = self.passed.saturating_add(1);
        match self.stage {
            Stage::Hold if self.is_proof(now) => {
                (self.stage, self.strikes, self.proved) = (Stage::Climb, 0, self.held);
            }
            Stage::Climb if now < self.rung_ends => return,
            Stage::Climb if self.rate() < self.ceiling => {}
            Stage::Climb => return self.stage = Stage::Free,
            _ => return,
        }
        self.before = self.rung;
        self.rung = (self.rung * GROWTH + 1.0).floor();
        let time = match self.rate() < self.ceiling {
            true if self.before > self.held => SECOND,
            true => FIRST_RUNG,
            false => TOP_RUNG,
        };
        self.rung_ends = now + time;
    }

    /// The held rate passed long enough for the next try.
    fn is_proof(&self, now: Instant) -> bool {
        let full = match self.rung {
            ..1.0 => BETWEEN_SLOW_TRIES * self.rung,
            rung => BETWEEN_TRIES.max(SECONDS_BETWEEN_TRIES * rung),
        };
        let answers = full.min(FIRST_TRY * 2_f64.powi(self.quiet.min(16).cast_signed()));
        let pauses = if self.quiet > 0 { PAUSES_BETWEEN_TRIES } else { FIRST_PAUSES };
        let proof = if self.held > self.proved { PROOF_OF_A_GUESS } else { SECOND };
        f64::from(self.passed) >= answers
            && now.saturating_duration_since(self.since)
                >= proof.max(self.pause.saturating_mul(pauses))
    }

    /// A request of the present rate was refused. Gives the rest that is due.
    pub(super) fn cut(&mut self, now: Instant, pause: Option<Duration>) -> Duration {
        self.pause = pause.unwrap_or(self.pause).min(SECOND);
        let since = now.saturating_duration_since(self.since);
        let passed = f64::from(self.passed);
        let (mut rest, mut strikes) = (Duration::ZERO, 0);
        let proof = self.proof(now);
        match self.stage {
            Stage::Free => {
                self.proved = proof.unwrap_or(self.ceiling / 2.0);
                // All of the first second is of one second; later on the last rung passed.
                let guess = if since < SECOND { passed } else { self.before };
                self.held = self.proved.max(guess.min(self.ceiling));
                (self.quiet, rest) = (0, SECOND);
            }
            Stage::Climb => {
                self.proved = self.held.max(proof.unwrap_or_default().min(below(self.rung)));
                let found = self.before.max(self.proved);
                self.quiet = self.quiet.saturating_add(1);
                if found > self.held {
                    (self.quiet, rest) = (0, SHORT_REST);
                }
                self.held = found;
            }
            // The guess was wrong. Where a try costs time, half of it is tried next.
            Stage::Hold if self.held > self.proved => {
                let half = ((self.held + self.proved) / 2.0).floor();
                self.held = if self.pause.is_zero() { self.proved } else { half.max(self.proved) };
                if self.held == self.proved {
                    self.quiet = QUIET;
                }
            }
            // Late requests, or another client of the account.
            Stage::Hold if self.strikes == 0 || passed >= self.rung => {
                strikes = self.strikes + 1;
                self.margin = (self.margin - MARGIN_STEP).max(LEAST_MARGIN);
                if strikes > 2 {
                    (self.held, self.margin, strikes) = (below(self.held), MARGIN, 0);
                    self.proved = self.held;
                }
            }
            // The limit fell.
            Stage::Hold => {
                let counted = match passed {
                    // After a rest the server had a second's burst.
                    1.0.. if self.rested => whole(passed / (1.0 + since.as_secs_f64()) + 0.3),
                    _ => proof.unwrap_or_default().max(self.held / 2.0),
                };
                self.held = counted.min(below(self.held));
                (self.proved, self.margin) = (self.held, MARGIN);
                self.quiet = if self.pause.is_zero() { QUIET } else { 0 };
                (rest, strikes) = (SECOND, 1);
            }
        }
        if rest == SECOND {
            self.passes.clear();
        }
        let rest = rest.max(pause.unwrap_or_default());
        (self.stage, self.strikes, self.rung) = (Stage::Hold, strikes, self.held);
        (self.passed, self.since, self.rested) = (0, now + rest, rest >= SECOND);
        rest
    }

    /// The highest rate that the successes prove: in any time a server lets no more pass than its limit in
    /// that time and one second.
    fn proof(&self, now: Instant) -> Option<f64> {
        let ages = self.passes.iter().rev().map(|at| now.saturating_duration_since(*at));
        let rates = (1_u32..).zip(ages).map(|(n, age)| f64::from(n) / (1.0 + age.as_secs_f64()));
        rates.max_by(f64::total_cmp).map(whole)
    }
}

/// The whole number that a measured rate stands for; rates below one are as they are.
fn whole(rate: f64) -> f64 {
    if rate < 0.75 { rate.max(SLOWEST) } else { (rate + 0.6).floor().max(1.0) }
}

/// The next lower rate.
fn below(rate: f64) -> f64 {
    if rate > 1.0 { (rate - 1.0).max(1.0) } else { (rate / 2.0).max(SLOWEST) }
}
