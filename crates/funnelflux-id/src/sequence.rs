//! [`Sequence`]: the state that turns a clock reading into an id never given before.

use crate::cycle::Cycle;
use crate::encode::{Words, encode_head};
use crate::format::{BASE_MS, LAST_MS};
use crate::generate_error::{GenerateError, Kind};

/// Ids of one millisecond that no other stretch has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Stretch {
    /// The millisecond of the ids, since the Unix epoch.
    unix_millis: i64,
    /// Its time digits: encoded once per millisecond.
    head: u64,
    cycle: Cycle,
}

impl Stretch {
    /// No ids, of a time before all others.
    pub(crate) const EMPTY: Self =
        Self { unix_millis: BASE_MS - 1, head: 0, cycle: Cycle::EXHAUSTED };

    /// The next id, if there is one left and the clock has not moved past it.
    ///
    /// A clock reading before the base gets `None`, too: it is an error, which the sequence tells.
    #[inline]
    pub(crate) fn next(&mut self, unix_millis: i64) -> Option<Words> {
        if unix_millis > self.unix_millis || unix_millis < BASE_MS {
            return None;
        }
        let tail = self.cycle.next()?;
        Some(Words::encode(self.head, tail))
    }
}

/// The millisecond in use, and what is left of its ids.
///
/// The millisecond only ever moves on, so a clock that stands still or steps back yields ids of
/// the last millisecond, and no id comes twice.
pub(crate) struct Sequence(Stretch);

impl Sequence {
    pub(crate) const fn new() -> Self {
        Self(Stretch::EMPTY)
    }

    /// One id at the clock reading `unix_millis`.
    ///
    /// On an error nothing has changed.
    #[inline]
    pub(crate) fn next<R: FnMut() -> Option<u64>>(
        &mut self,
        unix_millis: i64,
        random: &mut R,
    ) -> Result<Words, GenerateError> {
        loop {
            if let Some(id) = self.0.next(unix_millis) {
                return Ok(id);
            }
            self.open(unix_millis, random)?;
        }
    }

    /// Gives up to `count` ids away, to be made elsewhere.
    pub(crate) fn lease<R: FnMut() -> Option<u64>>(
        &mut self,
        unix_millis: i64,
        count: u32,
        random: &mut R,
    ) -> Result<Stretch, GenerateError> {
        if unix_millis > self.0.unix_millis || unix_millis < BASE_MS || self.0.cycle.is_exhausted()
        {
            self.open(unix_millis, random)?;
        }
        Ok(Stretch { cycle: self.0.cycle.split_off(count), ..self.0.clone() })
    }

    /// Begins a millisecond that no id has used yet: the clock's, or, if the clock is not past the
    /// one in use, the one after that.
    #[cold]
    fn open<R: FnMut() -> Option<u64>>(
        &mut self,
        unix_millis: i64,
        random: &mut R,
    ) -> Result<(), GenerateError> {
        if unix_millis < BASE_MS {
            return Err(GenerateError(Kind::BeforeBase(unix_millis)));
        }
        let fresh = unix_millis.max(self.0.unix_millis + 1);
        if fresh > LAST_MS {
            return Err(GenerateError(Kind::AfterEnd(fresh)));
        }
        // Drawn before anything changes: it may fail, or panic in a caller's code.
        let cycle = Cycle::new(random().ok_or(GenerateError(Kind::NoRandomness))?);
        self.0 = Stretch {
            unix_millis: fresh,
            head: encode_head((fresh - BASE_MS).unsigned_abs()),
            cycle,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset_id::AssetId;

    fn id(words: Words) -> AssetId {
        AssetId(words.bytes())
    }

    const NOW: i64 = 1_722_606_672_853;

    fn seeded() -> impl FnMut() -> Option<u64> {
        let mut seed = 7_u64;
        move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            Some(seed)
        }
    }

    #[test]
    fn an_exhausted_millisecond_is_followed_by_the_next_one_and_the_clock_catches_up() {
        let (mut sequence, mut random) = (Sequence::new(), seeded());
        let mut at = |sequence: &mut Sequence, now| id(sequence.next(now, &mut random).unwrap());

        let first = at(&mut sequence, NOW);
        sequence.0.cycle.leave(2);
        assert_eq!(at(&mut sequence, NOW).unix_millis(), NOW);
        let last = at(&mut sequence, NOW);
        assert_eq!(last.unix_millis(), NOW);
        assert_ne!(first, last);

        let ahead = at(&mut sequence, NOW);
        assert_eq!(ahead.unix_millis(), NOW + 1);

        // The clock reaches the millisecond already begun: its walk goes on, it does not restart.
        let mut left = sequence.0.cycle.clone();
        let level = at(&mut sequence, NOW + 1);
        assert_eq!(level.unix_millis(), NOW + 1);
        assert_ne!(level, ahead);
        left.next();
        assert_eq!(left, sequence.0.cycle);

        assert_eq!(at(&mut sequence, NOW + 2).unix_millis(), NOW + 2);
    }

    #[test]
    fn the_last_millisecond_of_all_ends_in_an_error_that_stays() {
        let (mut sequence, mut random) = (Sequence::new(), seeded());
        sequence.next(LAST_MS, &mut random).unwrap();
        sequence.0.cycle.leave(1);
        assert_eq!(id(sequence.next(LAST_MS, &mut random).unwrap()).unix_millis(), LAST_MS);
        for _ in 0..3 {
            let error = sequence.next(LAST_MS, &mut random).unwrap_err();
            assert!(error.is_after_end(), "{error}");
        }
    }
}

#[cfg(test)]
mod lease_tests {
    use super::*;
    use crate::asset_id::AssetId;

    const NOW: i64 = 1_722_606_672_853;

    /// All the ids of a stretch, at one clock reading.
    fn all(mut stretch: Stretch, now: i64) -> Vec<AssetId> {
        std::iter::from_fn(|| stretch.next(now).map(|words| AssetId(words.bytes()))).collect()
    }

    #[test]
    fn leases_and_the_rest_are_parts_of_one_walk() {
        let (mut sequence, mut random) = (Sequence::new(), || Some(0x0123_4567_89AB_CDEF));
        sequence.lease(NOW, 0, &mut random).unwrap();
        let mut expected = all(
            Stretch { cycle: sequence.0.cycle.clone().split_off(30), ..sequence.0.clone() },
            NOW,
        );
        let mut parts = Vec::new();
        for _ in 0..3 {
            let lease = sequence.lease(NOW, 7, &mut random).unwrap();
            for _ in 0..3 {
                let words = sequence.next(NOW, &mut random).unwrap();
                parts.push(AssetId(words.bytes()));
            }
            parts.extend(all(lease, NOW));
        }
        expected.sort_unstable();
        parts.sort_unstable();
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_lease_ends_when_the_clock_moves_past_it_or_is_wrong() {
        let (mut sequence, mut random) = (Sequence::new(), || Some(0x0123_4567_89AB_CDEF));
        let lease = sequence.lease(NOW, 10, &mut random).unwrap();
        let ids = all(lease.clone(), NOW - 5);
        assert_eq!(ids.len(), 10);
        assert!(ids.iter().all(|id| id.unix_millis() == NOW));
        for moved in [NOW + 1, LAST_MS + 1, BASE_MS - 1, i64::MIN] {
            assert!(all(lease.clone(), moved).is_empty(), "at {moved}");
        }
    }

    #[test]
    fn a_lease_takes_the_end_of_a_cycle_and_the_one_after_it_a_new_millisecond() {
        let (mut sequence, mut random) = (Sequence::new(), || Some(0x0123_4567_89AB_CDEF));
        sequence.lease(NOW, 0, &mut random).unwrap();
        sequence.0.cycle.leave(4);
        let rest = sequence.lease(NOW, 10, &mut random).unwrap();
        assert_eq!(all(rest, NOW).len(), 4);

        let ahead = all(sequence.lease(NOW, 10, &mut random).unwrap(), NOW);
        assert_eq!(ahead.len(), 10);
        assert!(ahead.iter().all(|id| id.unix_millis() == NOW + 1));

        let later = all(sequence.lease(NOW + 9, 1, &mut random).unwrap(), NOW);
        assert_eq!(later.len(), 1);
        assert!(later.iter().all(|id| id.unix_millis() == NOW + 9));
    }

    #[test]
    fn a_wrong_clock_gets_no_lease() {
        let (mut sequence, mut random) = (Sequence::new(), || Some(0x0123_4567_89AB_CDEF));
        let early = sequence.lease(BASE_MS - 1, 10, &mut random).unwrap_err();
        assert!(early.is_before_base());
        let late = sequence.lease(LAST_MS + 1, 10, &mut random).unwrap_err();
        assert!(late.is_after_end());
    }
}
