//! The writing half of the format: a millisecond and a number below 62⁵ become 12 characters.

use crate::format::LENGTH;

/// 62⁵: how many ids there are per millisecond.
pub(crate) const TAILS: u32 = 916_132_832;
const HEAD_LENGTH: usize = 7;

/// Eight digits of value 0–61 become letters at once, a byte each. An array written digit by digit and then
/// read in words would make the processor wait for the writes: some 8 ns per id.
const fn letters(digits: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // A digit of 10 or more, plus 118, reaches the byte's top bit; one of 36 or more, plus 92.
    let above_9 = ((digits + 118 * EACH) >> 7) & EACH;
    let above_35 = ((digits + 92 * EACH) >> 7) & EACH;
    // '0' + 10 + 7 = 'A'; '0' + 36 + 7 + 6 = 'a'. No byte overflows into the next.
    digits + b'0' as u64 * EACH + 7 * above_9 + 6 * above_35
}

/// The 7 digits of the milliseconds since the base (`< 62⁷`), the first in the lowest byte, 0 in the
/// highest. It runs once per millisecond, so its 64-bit divisions do not matter.
pub(crate) const fn encode_head(mut since_base: u64) -> u64 {
    let mut digits = 0;
    let mut place = 0;
    while place < HEAD_LENGTH {
        digits = (digits << 8) | (since_base % 62);
        since_base /= 62;
        place += 1;
    }
    letters(digits) & (u64::MAX >> 8)
}

/// The 12 characters as two numbers, which travel in registers; the first character is in the lowest byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    first_8: u64,
    /// In 64 bits, not 32, which would be written as 4 bytes and read back as 8: 4 ns.
    last_4: u64,
}

impl Words {
    /// From an encoded head and a tail below 62⁵. Each quotient is taken from `tail` itself, so the five
    /// run side by side instead of each waiting for the one before it.
    #[inline]
    pub(crate) const fn encode(head: u64, tail: u32) -> Self {
        let by_1 = tail as u64;
        let by_2 = by_1 / 62;
        let by_3 = by_1 / 3_844;
        let by_4 = by_1 / 238_328;
        let by_5 = by_1 / 14_776_336;
        let tail = letters(
            by_5 | ((by_4 - 62 * by_5) << 8)
                | ((by_3 - 62 * by_4) << 16)
                | ((by_2 - 62 * by_3) << 24)
                | ((by_1 - 62 * by_2) << 32),
        );
        Self { first_8: head | (tail << 56), last_4: tail >> 8 }
    }

    #[inline]
    pub(crate) fn bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        if let Some((first_8, last_4)) = bytes.split_first_chunk_mut() {
            *first_8 = self.first_8.to_le_bytes();
            last_4.copy_from_slice(&(self.last_4 as u32).to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{BASE_MS, LAST_MS, decode, value};

    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    #[test]
    fn every_digit_has_the_documented_letter_and_nothing_else_has_a_value() {
        for (digit, &expected) in (0..).zip(ALPHABET) {
            // Amid the smallest and amid the greatest neighbours.
            for others in [0, 0x3D3D_3D3D_3D3D_3D3D_u64] {
                let digits = others & !0xFF_0000 | digit << 16;
                assert_eq!(letters(digits).to_le_bytes()[2], expected);
            }
        }
        for byte in 0..=u8::MAX {
            let place = ALPHABET.iter().position(|&letter| letter == byte);
            assert_eq!(value(byte).map(usize::from), place, "byte {byte}");
        }
    }

    #[test]
    fn the_counts_are_powers_of_the_alphabet_s_size() {
        assert_eq!(LAST_MS + 1 - BASE_MS, 62_i64.pow(7));
        assert_eq!(TAILS, 62_u32.pow(5));
    }

    #[test]
    fn every_place_counts_at_each_carry_and_at_both_ends() {
        let last = u64::try_from(LAST_MS - BASE_MS).unwrap();
        assert_eq!(&Words::encode(encode_head(0), 0).bytes(), b"000000000000");
        assert_eq!(&Words::encode(encode_head(last), TAILS - 1).bytes(), b"zzzzzzzzzzzz");
        for power in (0..7).map(|exponent| 62_u64.pow(exponent)) {
            for number in power - 1..=power + 1 {
                let tail = u32::try_from(number % u64::from(TAILS)).unwrap();
                let id = Words::encode(encode_head(number), tail).bytes();
                assert_eq!(decode(&id[..7]), number);
                assert_eq!(decode(&id[7..]), u64::from(tail));
            }
        }
    }
}
