//! How long to wait: full jitter, so that many clients do not come back together.

use std::time::Duration;

/// The first step after an ordinary failure: a blip on the network is over by then.
const BASE: Duration = Duration::from_millis(50);
/// The first step after 429 or 425: the server is known to be busy.
const BASE_THROTTLED: Duration = Duration::from_secs(1);
/// No step grows past this; three attempts hardly reach it, a caller's own ten do.
const CAP: Duration = Duration::from_secs(20);

/// `rand(0, min(20 s, base · 2ⁿ))` for the wait after attempt `n + 1`; `unit` is the dice, in 0..1.
pub(super) fn full_jitter(retries_so_far: u32, throttled: bool, unit: f64) -> Duration {
    let base = if throttled { BASE_THROTTLED } else { BASE };
    let ceiling = base.saturating_mul(1 << retries_so_far.min(16)).min(CAP);
    ceiling.mul_f64(unit.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_and_stops_at_twenty_seconds() {
        let ceilings: Vec<u128> = (0..12).map(|n| full_jitter(n, false, 1.0).as_millis()).collect();
        assert_eq!(
            ceilings,
            [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000]
        );
        assert_eq!(full_jitter(0, true, 1.0), Duration::from_secs(1));
        assert_eq!(full_jitter(u32::MAX, true, 1.0), CAP);
        assert_eq!(full_jitter(3, false, 0.0), Duration::ZERO);
    }
}
