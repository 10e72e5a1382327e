//! Replacements: the same shape, other characters; the same text always becomes the same.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What replacements depend on: random, and thrown away.
#[derive(Clone, Debug, Default)]
pub(super) struct Key(RandomState);

/// Up to so many characters, texts are turned and not drawn.
const SHORT: usize = 3;

/// How often a replacement is drawn again that is what it should replace or does not fit its type.
/// One in eleven fits in the worst case (20 digits below 2⁶⁴): all of them miss once in 10¹⁰.
const DRAWS: u64 = 256;

impl Key {
    /// A number below `count` that depends on the key and on `of` alone.
    pub(super) fn below(&self, count: u64, of: &str) -> u64 {
        self.0.hash_one(of) % count
    }

    /// A text in place of this one, of its shape: a letter becomes a letter, a digit a digit; ids,
    /// addresses and numbers stay what they are.
    pub(super) fn text(&self, text: &str) -> String {
        if is_number(text) {
            return self.number(text);
        }
        if let Ok(ip) = text.parse() {
            return self.address(ip).to_string();
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            let port = self.below(60_000, text) + 1_024;
            let port = u16::try_from(port).unwrap_or(1_024);
            return SocketAddr::new(self.address(socket.ip()), port).to_string();
        }
        if text.is_ascii() && text.len() <= SHORT {
            return self.turned(text);
        }
        let drawn = (0..DRAWS).map(|draw| self.characters(text, draw));
        first_of(drawn, |other| other != text).unwrap_or_else(|| text.to_owned())
    }

    /// A number in place of this one: its sign, its point, its exponent and its length stay, and it
    /// fits the integers that it fitted.
    pub(super) fn number(&self, number: &str) -> String {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let (mantissa, exponent) = number.split_at(number.find(['e', 'E']).unwrap_or(number.len()));
        let is_zero = !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if digits <= 1 || is_zero {
            return number.to_owned();
        }
        if number.len() <= SHORT {
            return self.turned(number);
        }
        let limit = limit_of(mantissa);
        let fits = |other: &str| limit.is_none_or(|limit| magnitude(other) <= Some(limit));
        let drawn = (0..DRAWS).map(|draw| {
            let mut next = self.stream(mantissa, draw);
            let mut is_first = true;
            let digit = |c: char| {
                let first = std::mem::take(&mut is_first);
                match c {
                    '0' if first => c,
                    '0'..='9' if first => pick(NO_ZERO, next(9)),
                    '0'..='9' => pick(DIGITS, next(10)),
                    _ => {
                        is_first = first;
                        c
                    }
                }
            };
            mantissa.chars().map(digit).collect::<String>()
        });
        let other = first_of(drawn, |other| other != mantissa && fits(other));
        let ones = || mantissa.replace(|c: char| c.is_ascii_digit(), "1");
        other.unwrap_or_else(ones) + exponent
    }

    /// In place of a script: one that is valid, of the largest power of two that is no longer.
    pub(super) fn source(&self, code: &str) -> String {
        const SCRIPT: &str = "return \"default\" // scrubbed ";
        let length = 1_usize << code.len().max(64).ilog2();
        let mut next = self.stream(code, 0);
        let filler = length.saturating_sub(SCRIPT.len());
        SCRIPT.chars().chain((0..filler).map(|_| pick(LOWER, next(26)))).collect()
    }

    /// An address that belongs to nobody: of those for benchmarks (RFC 2544), or for documentation.
    fn address(&self, ip: IpAddr) -> IpAddr {
        let drawn = self.below(1 << 32, &ip.to_string());
        let drawn = u32::try_from(drawn).unwrap_or_default();
        match ip {
            IpAddr::V4(_) => Ipv4Addr::from_bits(0xc612_0000 | (drawn & 0x1_ffff)).into(),
            IpAddr::V6(_) => Ipv6Addr::from_bits((0x2001_0db8 << 96) | u128::from(drawn)).into(),
        }
    }

    /// The same for short texts, of which there are few: different ones stay different, so that a
    /// map by country keeps its members. Each place has a turn of its own.
    fn turned(&self, text: &str) -> String {
        let mut is_first = is_number(text);
        text.char_indices()
            .map(|(at, c)| {
                let turn = |of: &[u8]| {
                    let count = u64::try_from(of.len()).unwrap_or(1);
                    let place = of.iter().position(|b| char::from(*b) == c).unwrap_or_default();
                    let by = 1 + self.below(count.saturating_sub(1).max(1), &at.to_string());
                    pick(of, (u64::try_from(place).unwrap_or_default() + by) % count)
                };
                let first = is_first && c.is_ascii_digit();
                is_first &= !first;
                match c {
                    '0' if first => c,
                    '0'..='9' if first => turn(NO_ZERO),
                    '0'..='9' => turn(DIGITS),
                    'a'..='z' => turn(LOWER),
                    'A'..='Z' => turn(UPPER),
                    _ => c,
                }
            })
            .collect()
    }

    fn characters(&self, text: &str, draw: u64) -> String {
        let mut next = self.stream(text, draw);
        if is_asset_id(text) {
            // An asset id begins with its time. A first digit of 0 to 2 is a time from 2019 to 2024.
            let first = pick(b"012", next(3));
            let others = text.chars().skip(1).map(|_| pick(BASE_62, next(62)));
            return std::iter::once(first).chain(others).collect();
        }
        // Other ids may begin with their time, too, and which places hold digits would tell a part
        // of it: so any character of theirs becomes any. The last tells what kind of hit it is.
        let id = is_tracking_id(text).then(|| text.len() - 1);
        let is_hex = is_hex(text);
        text.char_indices()
            .map(|(at, c)| match c {
                c if id == Some(at) => c,
                'a'..='z' | '0'..='9' if id.is_some() => pick(LOWER_36, next(36)),
                'a'..='f' | '0'..='9' if is_hex => pick(HEX, next(16)),
                'a'..='z' => pick(LOWER, next(26)),
                'A'..='Z' => pick(UPPER, next(26)),
                '0'..='9' => pick(DIGITS, next(10)),
                c if c.is_ascii() => c,
                _ => pick(LOWER, next(26)),
            })
            .collect()
    }

    /// Numbers below what is asked for, one after the other.
    fn stream(&self, text: &str, draw: u64) -> impl FnMut(u64) -> u64 {
        let mut state = self.0.hash_one((text, draw));
        move |count| {
            state = self.0.hash_one(state);
            state % count
        }
    }
}

const BASE_62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER_36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";
const NO_ZERO: &[u8] = b"123456789";

fn pick(from: &[u8], number: u64) -> char {
    let at = usize::try_from(number).unwrap_or_default();
    from.get(at).copied().map_or('x', char::from)
}

fn first_of(
    mut drawn: impl Iterator<Item = String>,
    is_good: impl Fn(&str) -> bool,
) -> Option<String> {
    drawn.find(|other| is_good(other))
}

/// The greatest value of the smallest integer type that holds the number, if one does.
fn limit_of(number: &str) -> Option<u128> {
    let limits = [
        u128::from(u16::MAX),
        u128::from(i32::MAX.unsigned_abs()),
        u128::from(u32::MAX),
        u128::from(i64::MAX.unsigned_abs()),
        u128::from(u64::MAX),
    ];
    let magnitude = magnitude(number)?;
    limits.into_iter().find(|limit| magnitude <= *limit)
}

fn magnitude(number: &str) -> Option<u128> {
    number.trim_start_matches('-').parse().ok()
}

/// A number as JSON spells it.
pub(super) fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// 12 letters and digits, at least one of each: words have no digits, telephone numbers no letters.
pub(super) fn is_asset_id(text: &str) -> bool {
    text.len() == 12
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The samples of hit ids have 24 or 26 lower-case characters (help).
pub(super) fn is_tracking_id(text: &str) -> bool {
    matches!(text.len(), 24 | 26)
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// A UUID or a hash.
pub(super) fn is_hex(text: &str) -> bool {
    text.len() >= 32
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
        && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_number_stays_a_number_of_its_sign_length_and_type() {
        for number in [
            "491701234567",
            "-13.404954",
            "52.520008",
            "0.75",
            "10",
            "255",
            "65535",
            "4294967295",
            "9223372036854775807",
            "18446744073709551615",
            "123456789012345678901234567890",
            "6.02e23",
        ] {
            let key = Key::default();
            let other = key.number(number);
            assert_ne!(other, number);
            assert_eq!(other, key.text(number), "the same as a text");
            assert_eq!(other.len(), number.len());
            assert!(is_number(&other), "{other}");
            for (at, c) in number.char_indices() {
                let same = other.as_bytes()[at] == number.as_bytes()[at];
                assert!(c.is_ascii_digit() || same, "{other}");
            }
            assert!(number.parse::<u16>().is_err() || other.parse::<u16>().is_ok());
            assert!(number.parse::<u32>().is_err() || other.parse::<u32>().is_ok());
            assert!(number.parse::<i64>().is_err() || other.parse::<i64>().is_ok());
            assert!(number.parse::<u64>().is_err() || other.parse::<u64>().is_ok());
        }
        for kept in ["0", "7", "-1", "0.00", "-0.0"] {
            assert_eq!(Key::default().number(kept), kept);
        }
    }

    #[test]
    fn addresses_become_those_of_nobody_with_and_without_a_port() {
        let key = Key::default();
        let ip = key.text("203.0.113.7");
        assert!(ip.starts_with("198.18.") || ip.starts_with("198.19."), "{ip}");
        let socket = key.text("203.0.113.7:51234");
        assert!(socket.starts_with(&format!("{ip}:")) && !socket.ends_with(":51234"), "{socket}");
        assert!(key.text("2a02:8109::1").starts_with("2001:db8::"));
    }

    #[test]
    fn short_texts_that_differ_stay_different() {
        let key = Key::default();
        let letters = || (b'A'..=b'Z').map(char::from);
        let countries = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        let numbers = (10..1000).map(|number| number.to_string());
        let texts: Vec<String> = countries.chain(numbers).collect();
        let others: BTreeSet<String> = texts.iter().map(|text| key.text(text)).collect();
        assert_eq!(others.len(), texts.len());
        assert!(texts.iter().all(|text| key.text(text) != *text));
        assert!(others.iter().all(|other| !other.starts_with('0')), "they stay numbers");
    }

    #[test]
    fn replaced_ids_say_nothing_of_when_they_were_made() {
        let (mut firsts, mut seconds) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..400 {
            let id = Key::default().text("2nIemJxCKbFX");
            assert!(id.len() == 12 && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
            firsts.insert(id.as_bytes()[0]);
            seconds.insert(id.as_bytes()[1]);
        }
        assert_eq!(firsts.into_iter().collect::<Vec<_>>(), b"012");
        // A letter there may have been a digit or a capital, too.
        let of = |kind: fn(&u8) -> bool| seconds.iter().any(kind);
        assert!(of(u8::is_ascii_digit) && of(u8::is_ascii_uppercase) && of(u8::is_ascii_lowercase));

        let hit = Key::default().text("01dkezmsf3bat8xdbz8rt039rh");
        assert!(hit.len() == 26 && hit.ends_with('h') && !hit.contains("dkezmsf3"), "{hit}");
        let uuid = Key::default().text("01234567-89ab-cdef-0123-456789abcdef");
        assert!(is_hex(&uuid) && uuid.split('-').map(str::len).eq([8, 4, 4, 4, 12]), "{uuid}");
    }

    #[test]
    fn a_script_becomes_one_of_the_same_class_of_length() {
        let key = Key::default();
        for (length, expected) in [(1, 64), (64, 64), (127, 64), (1_000, 512), (10_240, 8_192)] {
            let code = "k".repeat(length);
            let other = key.source(&code);
            assert_eq!(other.len(), expected);
            assert!(other.starts_with("return \"default\" //") && !other.contains("kkkk"));
            assert_eq!(other, key.source(&code));
        }
        assert_ne!(key.source("a"), key.source("b"));
    }
}
