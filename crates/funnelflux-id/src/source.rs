//! [`Clock`] and [`Random`]: what a generator needs from the world.

use core::fmt;

/// Where a generator reads the time.
///
/// Any `Fn() -> i64` is one, so a test can stand the clock still or set it back:
///
/// ```
/// use funnelflux_id::Clock;
///
/// let standing_still = || 1_722_606_672_853;
/// assert_eq!(standing_still.unix_millis(), 1_722_606_672_853);
/// ```
pub trait Clock {
    /// Milliseconds since the Unix epoch; negative before it.
    fn unix_millis(&self) -> i64;
}

impl<F: Fn() -> i64> Clock for F {
    fn unix_millis(&self) -> i64 {
        self()
    }
}

/// Where a generator gets its chance from: one number per millisecond in which ids are made.
///
/// Any `FnMut() -> u64` is one. All 64 bits should be even; the ids of one generator are distinct
/// whatever it returns, but two generators (two processes, two machines) are kept apart by chance
/// alone.
///
/// ```
/// use funnelflux_id::{AssetId, LocalGenerator};
///
/// let clock = || AssetId::EARLIEST_UNIX_MILLIS;
/// let mut one = LocalGenerator::new(clock, || 42);
/// let mut same_again = LocalGenerator::new(clock, || 42);
/// assert_eq!(one.generate()?, same_again.generate()?);
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
pub trait Random {
    /// The next number.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] if there is none to be had.
    fn next_u64(&mut self) -> Result<u64, NoRandomness>;
}

impl<F: FnMut() -> u64> Random for F {
    fn next_u64(&mut self) -> Result<u64, NoRandomness> {
        Ok(self())
    }
}

/// The source of randomness failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct NoRandomness;

impl NoRandomness {
    /// For a [`Random`] of one's own.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness gave none")
    }
}

impl core::error::Error for NoRandomness {}
