//! Scrubbing: an allow-list says what stays; everything else is replaced, alike for alike.
//!
//! Replacements keep the shape (a letter becomes a letter, a digit a digit), so that recorded ids
//! still parse, and the same text is replaced by the same text throughout one recording, so that
//! an id in a request is still the id in the answer. The replacement depends on a random key that
//! is thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

use http::HeaderMap;
use serde_json::Value;

/// What a recording may show. Start from the default and [`keep`](Self::keep) more.
#[derive(Clone, Debug)]
pub struct Scrub {
    kept: BTreeSet<String>,
    made_up: bool,
    key: RandomState,
}

/// Members whose values describe the question and its figures, never a person or a secret.
const KEPT: &[&str] = &[
    "attribute",
    "code",
    "conversions",
    "cost",
    "costType",
    "error",
    "error_code",
    "error_description",
    "error_message",
    "includeClicks",
    "includeConversions",
    "includeHits",
    "message",
    "pagingLength",
    "pagingStart",
    "postbackCalls",
    "profitAndLoss",
    "returnOnInvestment",
    "revenue",
    "status",
    "success",
    "timeEnd",
    "timeStart",
];

/// Members that are replaced by one word whatever they hold.
const SECRET_WORDS: &[&str] =
    &["token", "secret", "password", "authorization", "apikey", "api_key"];

const KEPT_HEADERS: &[&str] = &["content-type", "retry-after"];

impl Default for Scrub {
    fn default() -> Self {
        Self {
            kept: KEPT.iter().map(ToString::to_string).collect(),
            made_up: false,
            key: RandomState::new(),
        }
    }
}

impl Scrub {
    /// The default allow-list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps everything but tokens and secrets: for recordings of data that somebody made up, as an
    /// emulator's. Never for an account's.
    #[must_use]
    pub fn of_made_up_data() -> Self {
        Self { made_up: true, ..Self::default() }
    }

    /// Also keeps the values of the JSON members and query parameters of this name.
    #[must_use]
    pub fn keep(mut self, name: impl Into<String>) -> Self {
        self.kept.insert(name.into());
        self
    }

    pub(super) fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        KEPT_HEADERS
            .iter()
            .filter_map(|name| {
                let value = headers.get(*name)?.to_str().ok()?;
                Some(((*name).to_owned(), value.to_owned()))
            })
            .collect()
    }

    pub(super) fn path(&mut self, path: &str) -> String {
        if self.made_up {
            return path.to_owned();
        }
        let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                if self.kept.contains(name) {
                    pair.to_owned()
                } else {
                    format!("{name}={}", self.alike(value))
                }
            })
            .collect();
        format!("{path}?{}", pairs.join("&"))
    }

    pub(super) fn body(&mut self, body: &[u8]) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(mut value) => {
                self.json("", &mut value);
                value.to_string().into_bytes()
            }
            Err(_) => format!("[scrubbed: {} bytes that are not JSON]", body.len()).into_bytes(),
        }
    }

    fn json(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.iter_mut().for_each(|(name, value)| self.json(name, value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(name, item)),
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                // Counts and times stay; a longer number may be a telephone or a card.
                if !self.made_up && !self.kept.contains(name) && number.to_string().len() > 13 {
                    *value = Value::from(0);
                }
            }
            Value::String(text) => {
                let lower = name.to_ascii_lowercase();
                if SECRET_WORDS.iter().any(|word| lower.contains(word)) {
                    "scrubbed".clone_into(text);
                } else if !self.made_up && !self.kept.contains(name) && !is_harmless(text) {
                    *text = self.alike(text);
                }
            }
        }
    }

    /// The same shape, other characters; the same text always becomes the same.
    fn alike(&self, text: &str) -> String {
        if text.parse::<std::net::IpAddr>().is_ok() {
            // TEST-NET-1: an address that belongs to nobody.
            return format!("192.0.2.{}", self.key.hash_one(text) % 256);
        }
        let mut state = self.key.hash_one(text);
        text.chars()
            .map(|c| {
                state = self.key.hash_one(state);
                let pick = |first: u8, count: u64| char::from(first + (state % count) as u8);
                match c {
                    'a'..='z' => pick(b'a', 26),
                    'A'..='Z' => pick(b'A', 26),
                    '0'..='9' => pick(b'0', 10),
                    c if c.is_ascii() => c,
                    _ => pick(b'a', 26),
                }
            })
            .collect()
    }
}

/// Times, and texts too short or plain to hold anything: empty, `*`, one character.
fn is_harmless(text: &str) -> bool {
    text.len() <= 1 || is_time(text)
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes.len() <= 35
        && bytes.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            10 => matches!(b, b'T' | b' '),
            0..=9 => b.is_ascii_digit(),
            _ => b.is_ascii_digit() || b":.+-Z".contains(b),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"access_token":"abc","rows":[{"attributes":[{"id":"2nIemJxCKbFX","value":"My Funnel"}],"visits":12,"revenue":"1.50","ip":"203.0.113.7","at":"2026-01-02T03:04:05Z"}]}"#;

    #[test]
    fn only_what_is_allowed_stays() {
        let text = String::from_utf8(Scrub::new().body(BODY.as_bytes())).unwrap();
        for gone in ["abc", "2nIemJxCKbFX", "My Funnel", "203.0.113.7"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for kept in [r#""revenue":"1.50""#, r#""visits":12"#, "2026-01-02T03:04:05Z", "192.0.2."] {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
    }

    #[test]
    fn the_same_id_is_the_same_everywhere_and_keeps_its_shape() {
        let mut scrub = Scrub::new();
        let path = scrub.path("/v1/funnel/find/byId?idFunnel=2nIemJxCKbFX");
        let id = path.split_once('=').unwrap().1.to_owned();
        assert_eq!(id.len(), 12);
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric()));
        let body = String::from_utf8(scrub.body(BODY.as_bytes())).unwrap();
        assert!(body.contains(&id), "{id} not in {body}");
    }

    #[test]
    fn what_is_not_json_does_not_get_in() {
        let text = String::from_utf8(Scrub::new().body(b"<html>203.0.113.7</html>")).unwrap();
        assert_eq!(text, "[scrubbed: 24 bytes that are not JSON]");
    }

    #[test]
    fn more_can_be_kept_by_name() {
        let text = Scrub::new().keep("value").body(BODY.as_bytes());
        assert!(String::from_utf8(text).unwrap().contains("My Funnel"));
    }
}
