use std::time::{Duration, Instant};

use crate::clock::Clock;

/// The instant at which the fallback goes out in place of a decision.
///
/// Give calls of your own less than what is [`left`](Self::left).
#[derive(Clone, Copy)]
pub struct Deadline {
    at: Instant,
    clock: Clock,
}

impl Deadline {
    /// The deadline of a request that arrived then, may take so long, and has so much of it held back.
    pub(crate) fn new(arrived: Instant, time: Duration, buffer: Duration, clock: Clock) -> Self {
        let at = arrived.checked_add(time.saturating_sub(buffer)).unwrap_or(arrived);
        Self { at, clock }
    }

    /// The instant.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The time until then; zero from then on.
    pub fn left(&self) -> Duration {
        self.at.saturating_duration_since((self.clock)())
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }
}

funnelflux_contract::formats! {
    Debug for Deadline, |it, f| write!(f, "Deadline(in {:?})", it.left())
}
