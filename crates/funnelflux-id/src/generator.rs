//! [`Generator`], which threads share, and the process-wide one on the system's clock and randomness.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::asset_id::AssetId;
use crate::encode::Words;
use crate::generate_error::GenerateError;
use crate::sequence::Sequence;

/// Makes ids through `&self`; threads can share it. [`new_id`](crate::new_id) uses a process-wide one. Make
/// your own to inject a clock or a source of randomness:
///
/// - the clock returns the milliseconds since the Unix epoch, negative before it;
/// - the source of randomness returns 64 even bits, or `None` if it has none. It is asked once per
///   millisecond in which ids are made. The ids of two generators are kept apart by chance alone.
///
/// No two ids of one generator are equal, whatever the speed, the clock and the randomness; see the
/// [crate's documentation](crate#how-an-id-is-made) for how. The clock is read outside the lock, which is
/// held for a few nanoseconds per id.
///
/// ```
/// use funnelflux_id::{FunnelNode, Generator, Id};
///
/// let generator = Generator::new(|| 1_722_606_672_853, || Some(0x0123_4567_89ab_cdef));
/// let node: Id<FunnelNode> = Id::from_untyped(generator.generate()?);
/// assert_eq!(node.untyped().created_at_rfc3339(), "2024-08-02T13:51:12.853Z");
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
pub struct Generator<C = fn() -> i64, R = fn() -> Option<u64>> {
    clock: C,
    state: Mutex<State<R>>,
}

struct State<R> {
    random: R,
    sequence: Sequence,
}

/// How much a batch reserves beforehand at most (12 MB): a mistaken count should not abort.
const RESERVE_LIMIT: usize = 1 << 20;

impl Generator {
    /// A generator on the system's clock and the operating system's randomness.
    pub const fn system() -> Self {
        Self::new(unix_millis, random)
    }
}

impl<C: Fn() -> i64, R: FnMut() -> Option<u64>> Generator<C, R> {
    /// A generator that has made no id yet. It reads neither clock nor randomness before the first.
    pub const fn new(clock: C, random: R) -> Self {
        Self { clock, state: Mutex::new(State { random, sequence: Sequence::EMPTY }) }
    }

    /// One new id.
    ///
    /// # Errors
    /// If the clock is before 2019-07-23 or after 2131-02-25, or there is no randomness. It uses up no id.
    pub fn generate(&self) -> Result<AssetId, GenerateError> {
        // A reading that is old when the lock is ours is a clock that stepped back: harmless.
        let now = (self.clock)();
        let words = self.locked(|state| state.sequence.next_or_open(now, &mut state.random))?;
        Ok(AssetId(words.bytes()))
    }

    /// `count` new ids at one reading of the clock and under one lock.
    ///
    /// # Errors
    /// As [`generate`](Self::generate).
    pub fn batch(&self, count: usize) -> Result<Vec<AssetId>, GenerateError> {
        let mut ids = Vec::with_capacity(count.min(RESERVE_LIMIT));
        let now = (self.clock)();
        self.locked(|state| {
            for _ in 0..count {
                let words = state.sequence.next_or_open(now, &mut state.random)?;
                ids.push(AssetId(words.bytes()));
            }
            Ok(())
        })?;
        Ok(ids)
    }

    fn locked<T>(&self, work: impl FnOnce(&mut State<R>) -> T) -> T {
        // A source of randomness that panicked has changed nothing in the sequence.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut state)
    }
}

impl<C, R> fmt::Debug for Generator<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state would give away the ids to come.
        f.debug_struct("Generator").finish_non_exhaustive()
    }
}

fn unix_millis() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that a test replaces")]
    let now = SystemTime::now();
    match now.duration_since(UNIX_EPOCH) {
        Ok(since) => whole_millis(since),
        // Before 1970 is an error for the generator, whatever the fraction.
        Err(before) => -whole_millis(before.duration()),
    }
}

/// `Duration::as_millis`, which works in 128 bits, in 64.
#[inline]
fn whole_millis(duration: Duration) -> i64 {
    // The limit is 292 million years away: no wrong time, and an error for the generator.
    let seconds = duration.as_secs().min(i64::MAX.unsigned_abs() / 1_000 - 1);
    (seconds * 1_000 + u64::from(duration.subsec_millis())) as i64
}

/// Asked anew for each millisecond, at most 1000 times a second: there is no state that a fork, or a
/// snapshot of a virtual machine, could double.
fn random() -> Option<u64> {
    getrandom::u64().ok()
}

static PROCESS_WIDE: Generator = Generator::system();

/// How many ids a thread takes from the process-wide generator at a time. A lock per id costs 9 ns of 38; a
/// lock per 1024 costs nothing. What a thread leaves unused is a millionth of its millisecond's ids.
const LEASE: u32 = 1_024;

thread_local! {
    static LEASED: RefCell<Sequence> = const { RefCell::new(Sequence::EMPTY) };
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
/// If the system's clock is before 2019-07-23 or after 2131-02-25, or the system gives no randomness.
pub fn new_id() -> Result<AssetId, GenerateError> {
    let now = unix_millis();
    let words = LEASED.with_borrow_mut(|leased| match leased.next(now) {
        Some(words) => Ok(words),
        None => renew(leased, now),
    })?;
    Ok(AssetId(words.bytes()))
}

#[cold]
fn renew(leased: &mut Sequence, now: i64) -> Result<Words, GenerateError> {
    loop {
        *leased = PROCESS_WIDE.locked(|it| it.sequence.lease(now, LEASE, &mut it.random))?;
        if let Some(words) = leased.next(now) {
            return Ok(words);
        }
    }
}

/// `count` new ids from the process-wide generator, at one reading of the clock and under one lock: in a
/// fraction of the time of `count` calls of [`new_id`].
///
/// # Errors
/// As [`new_id`].
pub fn new_ids(count: usize) -> Result<Vec<AssetId>, GenerateError> {
    PROCESS_WIDE.batch(count)
}
