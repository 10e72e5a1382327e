//! Decimals between their text and a mantissa with a scale.

use rust_decimal::Decimal;

/// 18 digits always fit an `i64`, so the loop below need not check for overflow.
const MOST_CHARACTERS: usize = 18;

/// Mantissa and scale of a decimal that is spelled the one way it would be spelled again:
/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, at most 18 characters after the sign, no negative zero.
/// Anything else (`1e3`, `007`, 20 digits) is kept as text by the caller, so nothing is respelled.
#[inline]
pub(super) fn compact(text: &[u8]) -> Option<(i64, u8)> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let well_formed = match digits {
        [] | [b'.', ..] | [.., b'.'] | [b'0', b'0'..=b'9', ..] => false,
        _ => digits.len() <= MOST_CHARACTERS,
    };
    if !well_formed {
        return None;
    }
    let mut mantissa = 0_i64;
    // One above the place of the last digit, for as long as there is no point.
    let mut point = digits.len();
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if *byte == b'.' && point == digits.len() {
            point = at + 1;
        } else {
            return None;
        }
    }
    if negative && mantissa == 0 {
        return None;
    }
    let scale = u8::try_from(digits.len() - point).ok()?;
    Some((if negative { -mantissa } else { mantissa }, scale))
}

/// The exact value of a decimal in any spelling; `None` if it is none or does not fit 28 digits.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    // `Decimal` would also read underscores, and it rounds what follows an exponent.
    let plain = |byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.');
    if text.bytes().all(plain) {
        return Decimal::from_str_exact(text).ok();
    }
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    if mantissa.is_empty() || !mantissa.bytes().all(plain) {
        return None;
    }
    let mantissa = Decimal::from_str_exact(mantissa).ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    if mantissa.is_zero() {
        return Some(Decimal::ZERO);
    }
    let scale = i32::try_from(mantissa.scale()).ok()?.checked_sub(exponent)?;
    if let Ok(scale) = u32::try_from(scale) {
        return Decimal::try_from_i128_with_scale(mantissa.mantissa(), scale).ok();
    }
    let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
    Decimal::try_from_i128_with_scale(mantissa.mantissa().checked_mul(factor)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_one_spelling_is_compact() {
        for (text, expected) in [
            ("0", Some((0, 0))),
            ("12.50", Some((1250, 2))),
            ("-0.05", Some((-5, 2))),
            ("0.00", Some((0, 2))),
            ("999999999999999999", Some((999_999_999_999_999_999, 0))),
            ("9999999999999999999", None),
            ("0.000000000000000001", None),
            ("-0", None),
            ("-0.0", None),
            ("007", None),
            (".5", None),
            ("5.", None),
            ("1.2.3", None),
            ("1e3", None),
            ("+1", None),
            ("", None),
            ("-", None),
            (" 1", None),
        ] {
            assert_eq!(compact(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn other_spellings_have_an_exact_value_or_none() {
        for (text, expected) in [
            ("1e3", Some("1000")),
            ("1.5E-3", Some("0.0015")),
            ("1.5e+1", Some("15")),
            ("12345678901234567890", Some("12345678901234567890")),
            ("0e99999", Some("0")),
            ("1e40", None),
            ("1e-40", None),
            ("1e99999999999", None),
            ("1_000", None),
            ("e5", None),
            ("0.00000000000000000000000000001", None),
            ("", None),
            ("n/a", None),
        ] {
            assert_eq!(exact(text), expected.map(|text| text.parse().unwrap()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_compact_is_spelled_again_as_it_came(text in "-?[0-9]{1,20}(\\.[0-9]{1,6})?") {
            if let Some((mantissa, scale)) = compact(text.as_bytes()) {
                prop_assert_eq!(Decimal::new(mantissa, scale.into()).to_string(), text);
            }
        }
    }
}
