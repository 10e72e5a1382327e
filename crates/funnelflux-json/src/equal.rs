//! Comparison by value, whatever the spelling.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::scan::{MemberSpan, items, members, slice, unquote};

/// Below this depth values are compared as texts: recursion must not exhaust the stack.
const DEEPEST: usize = 64;

/// Whether two JSON texts are the same value.
///
/// Numbers are compared exactly and by value (`1.50` is `1.5`, `1e3` is `1000`), strings by their
/// text, objects without regard to order. An object with a repeated name is equal to its own text
/// only, since readers differ about its meaning. Below 64 levels values are compared as texts.
///
/// ```
/// use funnelflux_json::equal;
///
/// assert!(equal(r#"{"a":1.50,"b":"\u0041"}"#, r#"{ "b": "A", "a": 15e-1 }"#));
/// assert!(!equal("1", r#""1""#));
/// ```
pub fn equal(one: &str, other: &str) -> bool {
    equal_within(one.trim(), other.trim(), DEEPEST)
}

fn equal_within(one: &str, other: &str, depth: usize) -> bool {
    if one == other {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (one.as_bytes().first(), other.as_bytes().first()) {
        (Some(b'"'), Some(b'"')) => text(one).is_some_and(|one| text(other) == Some(one)),
        (Some(b'{'), Some(b'{')) => {
            by_name(one).zip(by_name(other)).is_some_and(|(ones, others)| {
                ones.len() == others.len()
                    && ones.iter().zip(&others).all(|((name, one), (same, other))| {
                        name == same && equal_within(one, other, depth)
                    })
            })
        }
        (Some(b'['), Some(b'[')) => {
            let (ones, others) = (items(one, &(0..one.len())), items(other, &(0..other.len())));
            ones.zip(others).is_some_and(|(ones, others)| {
                let same = |(a, b)| equal_within(slice(one, a), slice(other, b), depth);
                ones.len() == others.len() && ones.iter().zip(&others).all(same)
            })
        }
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => {
            Exact::of(one).is_some_and(|one| Exact::of(other) == Some(one))
        }
        _ => false,
    }
}

fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

/// The members by name; `None` if a name is repeated.
fn by_name(object: &str) -> Option<BTreeMap<Cow<'_, str>, &str>> {
    let members = members(object, &(0..object.len()))?;
    let pair = |it: &MemberSpan| (unquote(slice(object, &it.name)), slice(object, &it.value));
    let map: BTreeMap<_, _> = members.iter().map(pair).collect();
    (map.len() == members.len()).then_some(map)
}

/// A number of any size: `digits` without zeros at either end, times 10 to the `exponent`.
#[derive(PartialEq)]
struct Exact {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Exact {
    fn of(json: &str) -> Option<Self> {
        let rest = json.strip_prefix('-').unwrap_or(json);
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0').trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let zeros = all.len() - all.trim_end_matches('0').len();
        let shift = i64::try_from(zeros).ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let exponent = exponent.parse::<i64>().ok()?.checked_add(shift)?;
        Some(Self { negative: rest != json, digits: digits.to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn spellings_of_one_value_are_equal() {
        for (one, other) in [
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("10E-1", "1"),
            ("-0", "0.0"),
            ("12345678901234567890123", "1.2345678901234567890123e22"),
            (r#""\u0041""#, r#""A""#),
            (r#"{"a":1,"b":[2]}"#, r#"{ "b" : [ 2.0 ] , "a" : 1 }"#),
        ] {
            assert!(equal(one, other), "{one} {other}");
            assert!(equal(other, one), "{other} {one}");
        }
    }

    #[test]
    fn different_values_are_not() {
        for (one, other) in [
            ("1", "-1"),
            ("1", "10"),
            ("12345678901234567890123", "12345678901234567890124"),
            ("1", r#""1""#),
            ("null", "false"),
            (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            ("[1,2]", "[2,1]"),
            (r#""\ud800""#, r#""\ud801""#),
        ] {
            assert!(!equal(one, other), "{one} {other}");
        }
    }
}
