//! The retry budget: a failing server must not be hit three times as hard.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tokens in a full budget, shared by all clones of a client: about 35 failed retries in a row.
const CAPACITY: u32 = 500;
const COST: u32 = 14;
/// Less where the server asked for the retry (429, 425, 503 with `Retry-After`): the limiter slows down too.
const COST_THROTTLED: u32 = 5;
/// What a success without a retry gives back.
const REFILL: u32 = 1;

/// A token bucket without a clock: only successes refill it.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Budget {
    /// Takes the price of a retry, if it is there.
    pub(crate) fn take(&self, throttled: bool) -> Option<u32> {
        let price = if throttled { COST_THROTTLED } else { COST };
        let pay = |left: u32| left.checked_sub(price);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay).ok().map(|_| price)
    }

    /// The retry worked: its price comes back. Or the call worked at once, and no price was paid.
    pub(crate) fn refill(&self, price: Option<u32>) {
        // A full bucket is the ordinary case: one read, no write, no cache line to fight for.
        if self.0.load(Ordering::Relaxed) < CAPACITY {
            let tokens = price.unwrap_or(REFILL);
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < CAPACITY).then(|| left.saturating_add(tokens).min(CAPACITY))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_five_failed_retries_empty_it_and_successes_fill_it_again() {
        let budget = Budget::default();
        let granted = std::iter::from_fn(|| budget.take(false)).count();
        assert_eq!(granted, 35);
        assert!(budget.take(true).is_some(), "10 tokens are left: two throttled retries");
        for _ in 0..9 {
            budget.refill(None);
        }
        assert_eq!(budget.take(false), Some(14));
        budget.refill(Some(14));
        for _ in 0..2000 {
            budget.refill(None);
        }
        assert_eq!(budget.0.load(Ordering::Relaxed), CAPACITY);
    }
}
