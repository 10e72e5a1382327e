//! Eight bytes at a time.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) mantissa: i64,
    pub(super) scale: u8,
    pub(super) end: usize,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// The value and the number of the digits at a position; at most 8 are read.
#[inline]
fn run(bytes: &[u8], at: usize) -> Option<(u64, u32)> {
    let digits = eight(bytes, at)? ^ (ONES * 0x30);
    // A byte above 9 gets its high bit set. The carry of a byte above 0x89 spoils those after it
    // only, and the first is all that counts.
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & HIGH;
    let count = others.trailing_zeros() / 8;
    // Digits move to the end; zeros come in front of them. No digits, no shift by 64.
    let digits = digits.checked_shl(64 - 8 * count).unwrap_or_default();
    // Pairs, then all four pairs at once.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let even = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let odd = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    Some((even.wrapping_add(odd) >> 32, count))
}

/// The number at a place, if it is compact (see `number::compact`), has at most 7 digits before
/// and after the point, and 8 bytes after the last of them. Others are left to slower readers.
#[inline]
pub(super) fn compact(bytes: &[u8], at: usize) -> Option<Number> {
    let negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (whole, count) = run(bytes, start)?;
    let leading_zero = count > 1 && bytes.get(start) == Some(&b'0');
    if count == 0 || count == 8 || leading_zero {
        return None;
    }
    let mut end = start + count as usize;
    let (mut mantissa, mut scale) = (whole, 0);
    if bytes.get(end) == Some(&b'.') {
        let (fraction, count) = run(bytes, end + 1)?;
        if count == 0 || count == 8 {
            return None;
        }
        mantissa = whole * 10_u64.pow(count) + fraction;
        end += 1 + count as usize;
        scale = count as u8;
    }
    if negative && mantissa == 0 {
        return None;
    }
    // At most 14 digits.
    let mantissa = mantissa as i64;
    Some(Number { mantissa: if negative { -mantissa } else { mantissa }, scale, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::report::number;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_the_slow_reader(
            text in "-?[0-9]{0,9}(\\.[0-9]{0,9})?",
            after in "[,} \"a.\\-e][ -~]{10}",
        ) {
            let whole = format!("{text}{after}");
            if let Some(fast) = compact(whole.as_bytes(), 0) {
                let read = &whole.as_bytes()[..fast.end];
                prop_assert_eq!(number::compact(read), Some((fast.mantissa, fast.scale)));
            }
        }

        #[test]
        fn usual_numbers_are_read_fast(number in -9_999_999..9_999_999_i64, scale in 0..7_u32) {
            let decimal = rust_decimal::Decimal::new(number, scale).to_string();
            let whole = format!("{decimal},\"next\":1");
            let read = compact(whole.as_bytes(), 0);
            let expected = Number { mantissa: number, scale: scale as u8, end: decimal.len() };
            prop_assert_eq!(read, Some(expected));
        }
    }
}
