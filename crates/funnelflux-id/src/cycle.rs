//! [`Cycle`]: all the ids of one millisecond, each once, in an order that chance decides.

use crate::encode::TAILS;

/// A walk over the numbers below 62⁵ that meets each of them once: it adds a step that is coprime with 62⁵,
/// modulo 62⁵. Numbers drawn anew would repeat after some 38 000 in a millisecond (the birthday paradox).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cycle {
    next: u32,
    step: u32,
    left: u32,
}

impl Cycle {
    pub(crate) const EXHAUSTED: Self = Self { next: 0, step: 1, left: 0 };

    /// The start is as even as 64 bits allow (to one part in 2³⁴); the step takes what is left.
    pub(crate) fn new(random: u64) -> Self {
        let start = u128::from(random) * u128::from(TAILS);
        // The low half is the fraction that the start left over: about 34 fresh bits.
        let step = u128::from(start as u64) * u128::from(TAILS);
        Self { next: (start >> 64) as u32, step: coprime((step >> 64) as u32), left: TAILS }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let tail = self.next;
        // Both are below 62⁵ < 2³⁰: no overflow, and one subtraction at most.
        let sum = tail + self.step;
        self.next = if sum < TAILS { sum } else { sum - TAILS };
        Some(tail)
    }

    pub(crate) const fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The next `count` numbers, or all that are left, as a walk of their own; this one goes on after them.
    pub(crate) fn split_off(&mut self, count: u32) -> Self {
        let taken = count.min(self.left);
        let first = Self { left: taken, ..*self };
        // Below 2³⁰ + 2³⁰ · 2³⁰: no overflow.
        let next = u64::from(self.next) + u64::from(taken) * u64::from(self.step);
        self.next = (next % u64::from(TAILS)) as u32;
        self.left -= taken;
        first
    }

    /// Walks on until only `left` numbers are left, without the walk.
    #[cfg(test)]
    pub(crate) fn leave(&mut self, left: u32) {
        self.split_off(self.left - left);
    }
}

/// The number itself (below 62⁵), or one close by that shares no factor with 62⁵ = 2⁵ · 31⁵.
const fn coprime(number: u32) -> u32 {
    let odd = number | 1;
    // Plus 2 it is odd and no multiple of 31. It stays below 62⁵: 62⁵ - 1 is no multiple of 31.
    if odd.is_multiple_of(31) { odd + 2 } else { odd }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn greatest_common_divisor(a: u32, b: u32) -> u32 {
        if b == 0 { a } else { greatest_common_divisor(b, a % b) }
    }

    fn assert_walks_all(cycle: &Cycle) {
        assert!(cycle.next < TAILS, "{cycle:?}");
        assert!(cycle.step < TAILS, "{cycle:?}");
        assert_eq!(greatest_common_divisor(TAILS, cycle.step), 1, "{cycle:?}");
        assert_eq!(cycle.left, TAILS, "{cycle:?}");
    }

    #[test]
    fn the_ends_of_chance_make_whole_cycles() {
        for random in [0, 1, u64::MAX, u64::MAX - 1, 1 << 63, 1 << 32] {
            assert_walks_all(&Cycle::new(random));
        }
        for number in [0, 30, 31, 62, 93, TAILS - 31, TAILS - 2, TAILS - 1] {
            let step = coprime(number);
            assert!(step < TAILS, "{number} became {step}");
            assert_eq!(greatest_common_divisor(TAILS, step), 1, "{number} became {step}");
        }
    }

    proptest! {
        #[test]
        fn any_chance_makes_a_whole_cycle(random: u64) {
            assert_walks_all(&Cycle::new(random));
        }

        #[test]
        fn a_split_walk_goes_the_same_way_in_two_parts(random: u64, count in 0_u32..2_000) {
            let mut walked = Cycle::new(random);
            let mut rest = walked.clone();
            let mut first = rest.split_off(count);
            for _ in 0..count {
                prop_assert_eq!(first.next(), walked.next());
            }
            prop_assert_eq!(first.next(), None);
            prop_assert_eq!(rest, walked);
        }

        #[test]
        fn a_whole_cycle_ends_where_it_began_and_then_gives_nothing(random: u64) {
            let mut cycle = Cycle::new(random);
            let first = cycle.clone().next();
            cycle.leave(1);
            let last = cycle.next();
            prop_assert_ne!(first, last);
            prop_assert_eq!(Some(cycle.next), first);
            prop_assert_eq!(cycle.next(), None);
        }
    }

    #[test]
    #[ignore = "walks all 916 132 832 numbers (115 MB of marks); use `--release -- --ignored`"]
    fn a_whole_cycle_meets_each_number_once() {
        let mut met = vec![0_u64; TAILS.div_ceil(64) as usize];
        let mut cycle = Cycle::new(0x5eed_5eed_5eed_5eed);
        while let Some(tail) = cycle.next() {
            let (word, bit) = ((tail / 64) as usize, 1 << (tail % 64));
            assert_eq!(met[word] & bit, 0, "{tail} came twice");
            met[word] |= bit;
        }
        let count: u32 = met.iter().map(|word| word.count_ones()).sum();
        assert_eq!(count, TAILS);
    }
}
