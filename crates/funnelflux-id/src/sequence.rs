//! [`Sequence`]: the state that turns a clock reading into an id never given before.

use crate::cycle::Cycle;
use crate::encode::{Words, encode_head};
use crate::format::{BASE_MS, LAST_MS};
use crate::generate_error::GenerateError;

/// The ids of one millisecond that are left, or a [part](Self::lease) of them. The millisecond only ever
/// moves on, so a clock that stands still or steps back yields ids of the last one, and no id comes twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sequence {
    unix_millis: i64,
    /// Its time digits: encoded once per millisecond.
    head: u64,
    cycle: Cycle,
}

impl Sequence {
    /// No ids, of a time before all others.
    pub(crate) const EMPTY: Self =
        Self { unix_millis: BASE_MS - 1, head: 0, cycle: Cycle::EXHAUSTED };

    /// The next id, if one is left and the clock is not past it. `open` reports a time before the base.
    #[inline]
    pub(crate) fn next(&mut self, unix_millis: i64) -> Option<Words> {
        if self.is_past(unix_millis) {
            return None;
        }
        let tail = self.cycle.next()?;
        Some(Words::encode(self.head, tail))
    }

    /// One id at the clock reading, of a new millisecond if need be. On an error nothing has changed.
    #[inline]
    pub(crate) fn next_or_open(
        &mut self,
        unix_millis: i64,
        random: &mut impl FnMut() -> Option<u64>,
    ) -> Result<Words, GenerateError> {
        loop {
            if let Some(id) = self.next(unix_millis) {
                return Ok(id);
            }
            self.open(unix_millis, random)?;
        }
    }

    /// Gives up to `count` ids away, to be made without a lock.
    pub(crate) fn lease(
        &mut self,
        unix_millis: i64,
        count: u32,
        random: &mut impl FnMut() -> Option<u64>,
    ) -> Result<Self, GenerateError> {
        if self.is_past(unix_millis) || self.cycle.is_exhausted() {
            self.open(unix_millis, random)?;
        }
        Ok(Self { cycle: self.cycle.split_off(count), ..*self })
    }

    #[inline]
    const fn is_past(&self, unix_millis: i64) -> bool {
        unix_millis > self.unix_millis || unix_millis < BASE_MS
    }

    /// Begins a millisecond that no id has used yet: the clock's, or a later one after that in use.
    #[cold]
    fn open(
        &mut self,
        unix_millis: i64,
        random: &mut impl FnMut() -> Option<u64>,
    ) -> Result<(), GenerateError> {
        let is_early = unix_millis < BASE_MS;
        let fresh = if is_early { unix_millis } else { unix_millis.max(self.unix_millis + 1) };
        if is_early || fresh > LAST_MS {
            return Err(GenerateError { unix_millis: Some(fresh) });
        }
        // Drawn before anything changes: it may fail, or panic in a caller's code.
        let cycle = Cycle::new(random().ok_or(GenerateError { unix_millis: None })?);
        let head = encode_head((fresh - BASE_MS).unsigned_abs());
        *self = Self { unix_millis: fresh, head, cycle };
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
        let (mut sequence, mut random) = (Sequence::EMPTY, seeded());
        let mut at =
            |sequence: &mut Sequence, now| id(sequence.next_or_open(now, &mut random).unwrap());

        let first = at(&mut sequence, NOW);
        sequence.cycle.leave(2);
        assert_eq!(at(&mut sequence, NOW).unix_millis(), NOW);
        let last = at(&mut sequence, NOW);
        assert_eq!(last.unix_millis(), NOW);
        assert_ne!(first, last);

        let ahead = at(&mut sequence, NOW);
        assert_eq!(ahead.unix_millis(), NOW + 1);

        // The clock reaches the millisecond already begun: its walk goes on, it does not restart.
        let mut left = sequence.cycle.clone();
        let level = at(&mut sequence, NOW + 1);
        assert_eq!(level.unix_millis(), NOW + 1);
        assert_ne!(level, ahead);
        left.next();
        assert_eq!(left, sequence.cycle);

        assert_eq!(at(&mut sequence, NOW + 2).unix_millis(), NOW + 2);
    }

    #[test]
    fn the_last_millisecond_of_all_ends_in_an_error_that_stays() {
        let (mut sequence, mut random) = (Sequence::EMPTY, seeded());
        sequence.next_or_open(LAST_MS, &mut random).unwrap();
        sequence.cycle.leave(1);
        assert_eq!(id(sequence.next_or_open(LAST_MS, &mut random).unwrap()).unix_millis(), LAST_MS);
        for _ in 0..3 {
            let error = sequence.next_or_open(LAST_MS, &mut random).unwrap_err();
            assert!(error.is_after_end(), "{error}");
        }
    }
}

#[cfg(test)]
mod lease_tests {
    use super::*;
    use crate::asset_id::AssetId;

    const NOW: i64 = 1_722_606_672_853;

    /// All the ids of a sequence, at one clock reading.
    fn all(mut sequence: Sequence, now: i64) -> Vec<AssetId> {
        std::iter::from_fn(|| sequence.next(now).map(|words| AssetId(words.bytes()))).collect()
    }

    #[test]
    fn leases_and_the_rest_are_parts_of_one_walk() {
        let (mut sequence, mut random) = (Sequence::EMPTY, || Some(0x0123_4567_89AB_CDEF));
        sequence.lease(NOW, 0, &mut random).unwrap();
        let mut expected =
            all(Sequence { cycle: sequence.cycle.clone().split_off(30), ..sequence.clone() }, NOW);
        let mut parts = Vec::new();
        for _ in 0..3 {
            let lease = sequence.lease(NOW, 7, &mut random).unwrap();
            for _ in 0..3 {
                let words = sequence.next_or_open(NOW, &mut random).unwrap();
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
        let (mut sequence, mut random) = (Sequence::EMPTY, || Some(0x0123_4567_89AB_CDEF));
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
        let (mut sequence, mut random) = (Sequence::EMPTY, || Some(0x0123_4567_89AB_CDEF));
        sequence.lease(NOW, 0, &mut random).unwrap();
        sequence.cycle.leave(4);
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
        let (mut sequence, mut random) = (Sequence::EMPTY, || Some(0x0123_4567_89AB_CDEF));
        let early = sequence.lease(BASE_MS - 1, 10, &mut random).unwrap_err();
        assert!(early.is_before_base());
        let late = sequence.lease(LAST_MS + 1, 10, &mut random).unwrap_err();
        assert!(late.is_after_end());
    }
}
