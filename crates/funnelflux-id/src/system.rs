//! The system's clock and randomness, and the process-wide generator on them.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::asset_id::AssetId;
use crate::format::Words;
use crate::generate_error::GenerateError;
use crate::sequence::Stretch;
use crate::shared::Generator;
use crate::source::{Clock, NoRandomness, Random};

/// The system's wall clock.
///
/// ```
/// use funnelflux_id::{AssetId, Clock, SystemClock};
///
/// assert!(SystemClock::new().unix_millis() > AssetId::EARLIEST_UNIX_MILLIS);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The clock.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn unix_millis(&self) -> i64 {
        #[allow(clippy::disallowed_methods, reason = "this is the clock that a test replaces")]
        let now = SystemTime::now();
        match now.duration_since(UNIX_EPOCH) {
            Ok(since) => whole_millis(since),
            // Before 1970 is an error for the generator, whatever the fraction.
            Err(before) => -whole_millis(before.duration()),
        }
    }
}

/// `Duration::as_millis`, which works in 128 bits, in 64.
#[inline]
fn whole_millis(duration: Duration) -> i64 {
    // The limit is 292 million years away: no wrong time, and an error for the generator.
    let seconds = duration.as_secs().min(i64::MAX.unsigned_abs() / 1_000 - 1);
    (seconds * 1_000 + u64::from(duration.subsec_millis())) as i64
}

/// The operating system's randomness, asked anew for each millisecond.
///
/// There is no state of its own that a fork, or a snapshot of a virtual machine, could double. One
/// call per millisecond is too rare to cost anything: at most 1000 a second.
///
/// ```
/// use funnelflux_id::{Random, SystemRandom};
///
/// let mut random = SystemRandom::new();
/// assert_ne!(random.next_u64()?, random.next_u64()?);
/// # Ok::<(), funnelflux_id::NoRandomness>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemRandom;

impl SystemRandom {
    /// The source.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Random for SystemRandom {
    fn next_u64(&mut self) -> Result<u64, NoRandomness> {
        use rand::TryRng;
        rand::rngs::SysRng.try_next_u64().map_err(|_| NoRandomness::new())
    }
}

static PROCESS_WIDE: Generator = Generator::system();

/// How many ids a thread takes from the process-wide generator at a time.
///
/// A lock per id costs 9 ns of 38; a lock per 1024 costs nothing, and threads do not wait for each
/// other. What a thread leaves unused of them is a millionth of its millisecond's ids.
const LEASE: u32 = 1_024;

std::thread_local! {
    static LEASED: RefCell<Stretch> = const { RefCell::new(Stretch::EMPTY) };
}

/// A new id from the process-wide generator. Never the same twice in a process.
///
/// ```
/// let id = funnelflux_id::new_id()?;
/// println!("{id}");
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
///
/// # Errors
///
/// If the system's clock is before 2019-07-23 or after 2131-02-25, or the operating system gives
/// no randomness.
pub fn new_id() -> Result<AssetId, GenerateError> {
    let now = SystemClock.unix_millis();
    let words = LEASED.with_borrow_mut(|leased| match leased.next(now) {
        Some(words) => Ok(words),
        None => renew(leased, now),
    })?;
    Ok(AssetId::from_words(words))
}

/// The first id of a new lease.
#[cold]
fn renew(leased: &mut Stretch, now: i64) -> Result<Words, GenerateError> {
    loop {
        *leased = PROCESS_WIDE.lease(now, LEASE)?;
        if let Some(words) = leased.next(now) {
            return Ok(words);
        }
    }
}

/// `count` new ids from the process-wide generator, at one reading of the clock and under one
/// lock: in a fraction of the time of `count` calls of [`new_id`].
///
/// ```
/// let ids = funnelflux_id::new_ids(1000)?;
/// assert_eq!(ids.len(), 1000);
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
///
/// # Errors
///
/// As [`new_id`].
pub fn new_ids(count: usize) -> Result<std::vec::Vec<AssetId>, GenerateError> {
    PROCESS_WIDE.batch(count)
}
