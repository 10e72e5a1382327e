//! [`LocalGenerator`]: the generator without a lock, for any target.

use core::fmt;

use crate::asset_id::AssetId;
use crate::generate_error::GenerateError;
use crate::sequence::Sequence;
use crate::source::{Clock, Random};
use crate::typed::Id;

/// Makes ids through `&mut self`, from a clock and a source of randomness of your own.
///
/// It needs neither `std` nor a heap. `Generator` (feature `std`) is the same behind a lock.
///
/// No two ids of one generator are equal, whatever the speed and whatever the clock does; see the
/// [crate's documentation](crate#how-an-id-is-made) for how.
///
/// ```
/// use funnelflux_id::{AssetId, LocalGenerator};
///
/// let mut seed = 1_u64;
/// let mut generator = LocalGenerator::new(
///     || 1_722_606_672_853,
///     move || { seed = seed.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1); seed },
/// );
/// let mut ids = [AssetId::MIN; 3];
/// generator.fill(&mut ids)?;
/// assert!(ids.iter().all(|id| id.as_str().starts_with("2nIemJx")));
/// # Ok::<(), funnelflux_id::GenerateError>(())
/// ```
pub struct LocalGenerator<C, R> {
    clock: C,
    random: R,
    sequence: Sequence,
}

impl<C: Clock, R: Random> LocalGenerator<C, R> {
    /// A generator that has made no id yet. It reads neither clock nor randomness before the first.
    pub const fn new(clock: C, random: R) -> Self {
        Self { clock, random, sequence: Sequence::new() }
    }

    /// One new id.
    ///
    /// # Errors
    ///
    /// If the clock is before 2019-07-23 or after 2131-02-25, or there is no randomness. No id is
    /// used up then.
    pub fn generate(&mut self) -> Result<AssetId, GenerateError> {
        let now = self.clock.unix_millis();
        let words = self.sequence.next(now, &mut self.random)?;
        Ok(AssetId::from_words(words))
    }

    /// One new id of a kind: `generator.generate_for::<Funnel>()`.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn generate_for<T>(&mut self) -> Result<Id<T>, GenerateError> {
        self.generate().map(Id::from_untyped)
    }

    /// Fills a slice with new ids at one reading of the clock.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate). The slice may be partly filled then; what is in it is not
    /// to be used.
    pub fn fill(&mut self, ids: &mut [AssetId]) -> Result<(), GenerateError> {
        let now = self.clock.unix_millis();
        for id in ids {
            *id = AssetId::from_words(self.sequence.next(now, &mut self.random)?);
        }
        Ok(())
    }
}

impl<C, R> fmt::Debug for LocalGenerator<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state would give away the ids to come.
        f.debug_struct("LocalGenerator").finish_non_exhaustive()
    }
}
