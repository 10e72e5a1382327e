//! The documented format: 7 base-62 digits of milliseconds, then 5 base-62 characters of chance.

/// Milliseconds since the Unix epoch at which the ids begin: 2019-07-23T00:00:00.000Z.
pub(crate) const BASE_MS: i64 = 1_563_840_000_000;
/// Milliseconds since the Unix epoch at which the 7 digits end: 2131-02-25T10:16:46.207Z.
pub(crate) const LAST_MS: i64 = BASE_MS + TIME_VALUES - 1;
/// 62⁷: how many milliseconds the 7 time digits can tell apart.
const TIME_VALUES: i64 = 3_521_614_606_208;
pub(crate) const LENGTH: usize = 12;

pub(crate) const fn value(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'A'..=b'Z' => Some(letter - b'A' + 10),
        b'a'..=b'z' => Some(letter - b'a' + 36),
        _ => None,
    }
}

/// Characters outside the alphabet count as 0; an `AssetId` has none.
pub(crate) fn decode(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &digit| number * 62 + u64::from(value(digit).unwrap_or(0)))
}
