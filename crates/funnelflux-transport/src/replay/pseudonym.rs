//! Pseudonyms: the same text always gets the same other text, of the same shape.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use funnelflux_id::{AssetId, HitId};

/// The random key that pseudonyms depend on; it is thrown away with the scrub.
#[derive(Clone, Debug, Default)]
pub(super) struct Key(RandomState);

/// Texts of up to so many characters are turned, not drawn.
const SHORT: usize = 3;
/// Longer texts, and those of several lines, are scripts, whose shape would say too much.
const LONG: usize = 200;

impl Key {
    pub(super) fn below(&self, count: u64, of: &str) -> u64 {
        self.0.hash_one(of) % count
    }

    /// A letter becomes a letter and a digit a digit; ids, addresses and numbers stay what they are.
    pub(super) fn text(&self, text: &str) -> String {
        if is_number(text) {
            return self.number(text);
        }
        if let Ok(ip) = text.parse() {
            return self.address(ip).to_string();
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            let port = u16::try_from(self.below(60_000, text) + 1_024).unwrap_or(1_024);
            return SocketAddr::new(self.address(socket.ip()), port).to_string();
        }
        if text.len() > LONG || text.contains('\n') {
            return self.script(text);
        }
        if text.is_ascii() && text.len() <= SHORT {
            return self.turned(text);
        }
        self.drawn(text, |next| characters(text, next))
    }

    /// Its sign, its point, its exponent and its length stay, and it fits the integers that it fitted.
    pub(super) fn number(&self, number: &str) -> String {
        let (mantissa, exponent) = number.split_at(number.find(['e', 'E']).unwrap_or(number.len()));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
        let is_zero = !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if digits <= 1 || is_zero {
            return number.to_owned();
        }
        if number.len() <= SHORT {
            return self.turned(number);
        }
        let drawn = self.drawn(mantissa, |next| {
            // The greatest number of any integer type begins with 18 or more.
            let mut leading = ["1", "01234567"].into_iter();
            let digit = |c: char| match c {
                '0' if leading.len() == 2 => c,
                '0'..='9' => pick(leading.next().unwrap_or(DIGITS), next),
                _ => c,
            };
            mantissa.chars().map(digit).collect()
        });
        drawn + exponent
    }

    /// A valid script in place of a text, of the largest power of two that is no longer.
    fn script(&self, text: &str) -> String {
        const SCRIPT: &str = "return \"default\" // scrubbed ";
        let length = 1_usize << text.len().max(64).ilog2();
        let mut next = self.stream(text, 0);
        let filler = length.saturating_sub(SCRIPT.len());
        SCRIPT.chars().chain((0..filler).map(|_| pick(LOWER, &mut next))).collect()
    }

    /// A reserved address: one for benchmarks (RFC 2544) or for documentation.
    fn address(&self, ip: IpAddr) -> IpAddr {
        let drawn = u32::try_from(self.below(1 << 32, &ip.to_string())).unwrap_or_default();
        match ip {
            IpAddr::V4(_) => Ipv4Addr::from_bits(0xc612_0000 | (drawn & 0x1_ffff)).into(),
            IpAddr::V6(_) => Ipv6Addr::from_bits((0x2001_0db8 << 96) | u128::from(drawn)).into(),
        }
    }

    /// There are few short texts, so each place has a shift of its own, and different texts stay different:
    /// a map by country keeps its members.
    fn turned(&self, text: &str) -> String {
        let mut is_first = is_number(text);
        text.char_indices()
            .map(|(at, c)| {
                let is_leading = c.is_ascii_digit() && std::mem::take(&mut is_first);
                let of = match c {
                    '0' if is_leading => return c,
                    '1'..='9' if is_leading => "123456789",
                    '0'..='9' => DIGITS,
                    'a'..='z' => LOWER,
                    'A'..='Z' => UPPER,
                    _ => {
                        is_first &= !c.is_ascii_digit();
                        return c;
                    }
                };
                let place = of.find(c).unwrap_or_default();
                let by = 1 + self.below(of.len() as u64 - 1, &at.to_string()) as usize;
                pick(of, &mut |count| (place + by) % count)
            })
            .collect()
    }

    /// What `draw` makes of random numbers that depend on the text: not the text itself.
    fn drawn(&self, text: &str, draw: impl Fn(&mut dyn FnMut(usize) -> usize) -> String) -> String {
        let mut other = String::new();
        for attempt in 0..32 {
            other = draw(&mut self.stream(text, attempt));
            if other != text {
                break;
            }
        }
        other
    }

    /// Numbers below what is asked for, one after the other.
    fn stream(&self, text: &str, attempt: u64) -> impl FnMut(usize) -> usize {
        let mut state = self.0.hash_one((text, attempt));
        move |count| {
            state = self.0.hash_one(state);
            (state % count as u64) as usize
        }
    }
}

const BASE_62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER_36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &str = "0123456789abcdef";
const DIGITS: &str = "0123456789";

fn pick(from: &str, next: &mut (impl FnMut(usize) -> usize + ?Sized)) -> char {
    from.as_bytes().get(next(from.len())).copied().map_or('x', char::from)
}

fn characters(text: &str, next: &mut dyn FnMut(usize) -> usize) -> String {
    if is_asset_id(text) {
        // An asset id begins with its time. A first digit of 0 to 2 is a time from 2019 to 2024.
        let first = pick("012", next);
        let others = text.chars().skip(1).map(|_| pick(BASE_62, next));
        return std::iter::once(first).chain(others).collect();
    }
    // Other ids may hold their time, too, and the places of digits would tell a part of it: so each
    // character becomes any. The last one of a hit tells its kind.
    if is_visitor_id(text) {
        return text.chars().map(|_| pick(BASE_62, next)).collect();
    }
    let last = is_hit_id(text).then(|| text.len() - 1);
    let is_hex = is_hex(text);
    text.char_indices()
        .map(|(at, c)| match c {
            c if last == Some(at) => c,
            'a'..='z' | '0'..='9' if last.is_some() => pick(LOWER_36, next),
            'a'..='f' | '0'..='9' if is_hex => pick(HEX, next),
            'A'..='Z' => pick(UPPER, next),
            '0'..='9' => pick(DIGITS, next),
            c if c.is_ascii() && !c.is_ascii_lowercase() => c,
            _ => pick(LOWER, next),
        })
        .collect()
}

/// A number as JSON spells it.
pub(super) fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

pub(super) fn is_id(text: &str) -> bool {
    is_asset_id(text) || is_hit_id(text) || is_visitor_id(text) || is_hex(text)
}

/// An asset id with a digit and a letter: words have no digits, telephone numbers no letters.
fn is_asset_id(text: &str) -> bool {
    text.parse::<AssetId>().is_ok()
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn is_hit_id(text: &str) -> bool {
    text.parse::<HitId>().is_ok_and(|id| id.has_known_form())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// As the known visitor id: 27 digits, capitals and small letters, which words and numbers do not mix.
fn is_visitor_id(text: &str) -> bool {
    let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() == 27
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && any(u8::is_ascii_digit)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
}

fn is_hex(text: &str) -> bool {
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

        for (hit, part) in
            [("01dkezmsf3bat8xdbz8rt039rh", "dkezmsf3"), ("3a3tmqba2w8weysjvt00ah", "3a3tmqba")]
        {
            let other = Key::default().text(hit);
            assert_eq!(other.len(), hit.len());
            assert!(other.ends_with('h') && !other.contains(part), "{other}");
            assert!(other.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()));
        }
        // A digit there may become a letter of either case.
        let visitors = |_| Key::default().text("afdwb7QPV6Y59aTP3fQxZ3tX2ox");
        let visitors: Vec<String> = (0..100).map(visitors).collect();
        assert!(visitors.iter().all(|id| id.len() == 27 && !id.contains("afdwb7")));
        assert!(visitors.iter().any(|id| id.as_bytes()[5].is_ascii_uppercase()));
        assert!(visitors.iter().all(|id| id.bytes().all(|b| b.is_ascii_alphanumeric())));
        let uuid = Key::default().text("01234567-89ab-cdef-0123-456789abcdef");
        assert!(is_hex(&uuid) && uuid.split('-').map(str::len).eq([8, 4, 4, 4, 12]), "{uuid}");
    }

    #[test]
    fn a_script_becomes_one_of_the_same_class_of_length() {
        let key = Key::default();
        for (length, expected) in [(1, 64), (63, 64), (126, 64), (999, 512), (10_239, 8_192)] {
            let code = "k".repeat(length) + "\n";
            let other = key.text(&code);
            assert_eq!(other.len(), expected);
            // Chance writes a few in a row now and then, and sixteen never.
            assert!(other.starts_with("return \"default\" //") && !other.contains(&"k".repeat(16)));
            assert_eq!(other, key.text(&code));
        }
        assert_ne!(key.text("a\n"), key.text("b\n"));
        assert_eq!(key.text(&"k".repeat(1_024)).len(), 1_024, "one long line is one, too");
    }
}
