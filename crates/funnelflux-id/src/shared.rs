//! [`Generator`]: the generator that threads share.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

use crate::asset_id::AssetId;
use crate::generate_error::GenerateError;
use crate::sequence::{Sequence, Stretch};
use crate::source::{Clock, Random};
use crate::system::{SystemClock, SystemRandom};
use crate::typed::Id;

/// Makes ids through `&self`; threads can share it.
///
/// Most programs need none of their own: [`new_id`](crate::new_id) uses the process-wide one. Make
/// one to inject a clock or a source of randomness.
///
/// No two ids of one generator are equal, whatever the speed and whatever the clock does; see the
/// [crate's documentation](crate#how-an-id-is-made) for how. The clock is read outside the lock,
/// which is held for a few nanoseconds per id.
///
/// ```
/// use funnelflux_id::{Funnel, FunnelNode, Generator, Id};
///
/// let generator = Generator::system();
/// let funnel: Id<Funnel> = generator.generate_for()?;
/// let nodes: Vec<Id<FunnelNode>> =
///     generator.batch(3)?.into_iter().map(Id::from_untyped).collect();
/// assert_eq!(nodes.len(), 3);
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
pub struct Generator<C = SystemClock, R = SystemRandom> {
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
    #[must_use]
    pub const fn system() -> Self {
        Self::new(SystemClock::new(), SystemRandom::new())
    }
}

impl<C: Clock, R: Random> Generator<C, R> {
    /// A generator that has made no id yet. It reads neither clock nor randomness before the first.
    pub const fn new(clock: C, random: R) -> Self {
        Self { clock, state: Mutex::new(State { random, sequence: Sequence::new() }) }
    }

    /// One new id.
    ///
    /// # Errors
    ///
    /// If the clock is before 2019-07-23 or after 2131-02-25, or there is no randomness. No id is
    /// used up then.
    pub fn generate(&self) -> Result<AssetId, GenerateError> {
        let words = self.with_state(|state, now| state.sequence.next(now, &mut state.random))?;
        Ok(AssetId::from_words(words))
    }

    /// One new id of a kind: `generator.generate_for::<Funnel>()`.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn generate_for<T>(&self) -> Result<Id<T>, GenerateError> {
        self.generate().map(Id::from_untyped)
    }

    /// `count` new ids at one reading of the clock and under one lock.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn batch(&self, count: usize) -> Result<Vec<AssetId>, GenerateError> {
        let mut ids = Vec::with_capacity(count.min(RESERVE_LIMIT));
        self.with_state(|state, now| {
            for _ in 0..count {
                let words = state.sequence.next(now, &mut state.random)?;
                ids.push(AssetId::from_words(words));
            }
            Ok(())
        })?;
        Ok(ids)
    }

    /// Fills a slice with new ids at one reading of the clock and under one lock.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate). The slice may be partly filled then; what is in it is not
    /// to be used.
    pub fn fill(&self, ids: &mut [AssetId]) -> Result<(), GenerateError> {
        self.with_state(|state, now| {
            for id in ids {
                *id = AssetId::from_words(state.sequence.next(now, &mut state.random)?);
            }
            Ok(())
        })
    }

    /// Gives up to `count` ids away, to be made by `Stretch::next` without the lock.
    pub(crate) fn lease(&self, unix_millis: i64, count: u32) -> Result<Stretch, GenerateError> {
        self.locked(|state| state.sequence.lease(unix_millis, count, &mut state.random))
    }

    fn with_state<T>(&self, work: impl FnOnce(&mut State<R>, i64) -> T) -> T {
        // A reading that is old when the lock is ours is a clock that stepped back: harmless.
        let now = self.clock.unix_millis();
        self.locked(|state| work(state, now))
    }

    fn locked<T>(&self, work: impl FnOnce(&mut State<R>) -> T) -> T {
        // A caller's `Random` that panicked has changed nothing in the sequence.
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
