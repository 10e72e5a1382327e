//! Scrubbing: an allow-list says what stays; everything else is replaced, alike for alike.
//!
//! Replacements keep the shape (a letter becomes a letter, a digit a digit), so that recorded ids
//! still parse, and the same text is replaced by the same text throughout one recording, so that
//! an id in a request is still the id in the answer. Times all move by the same number of whole
//! days, so that their order, their differences and their hours stay. The replacements and the
//! number of days depend on a random key that is thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::days::{in_number, in_text, is_time_name};
use super::rewrite::{Part, rewrite};

/// What a recording may show. Start from the default and [`keep`](Self::keep) more.
#[derive(Clone, Debug)]
pub struct Scrub {
    kept: BTreeSet<String>,
    made_up: bool,
    key: RandomState,
    shift: Option<Shift>,
}

/// By how many days times move.
#[derive(Clone, Copy)]
struct Shift(i64);

/// Never how far.
impl fmt::Debug for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shift(…)")
    }
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

const KEPT_HEADERS: &[&str] = &["content-type", "date", "retry-after"];

/// How values travel in addresses: as calls write them.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// The least that times move: no day of a recording of up to a year is a day of it afterwards.
const LEAST_DAYS: u64 = 400;
/// How many different shifts there are: some ten years of days.
const SHIFTS: u64 = 3_600;

impl Default for Scrub {
    fn default() -> Self {
        let scrub = Self {
            kept: KEPT.iter().map(ToString::to_string).collect(),
            made_up: false,
            key: RandomState::new(),
            shift: None,
        };
        scrub.shift_times()
    }
}

impl Scrub {
    /// The default allow-list, with times shifted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps everything but tokens and secrets, times included: for recordings of data that somebody
    /// made up, as an emulator's. Never for an account's.
    #[must_use]
    pub fn of_made_up_data() -> Self {
        Self { made_up: true, shift: None, ..Self::default() }
    }

    /// Also keeps the values of the JSON members and query parameters of this name. Times in them
    /// are shifted all the same.
    #[must_use]
    pub fn keep(mut self, name: impl Into<String>) -> Self {
        self.kept.insert(name.into());
        self
    }

    /// Moves every time by the same number of whole days into the past, which nobody is told: dates
    /// of any offset and precision wherever they stand, and Unix times in members whose names say
    /// that they hold one (`expires_at`, `created_at`, `check_timestamp` …). Order, differences,
    /// hours and offsets stay; days of the week and the dates on which clocks change do not. The
    /// default, except for made-up data.
    ///
    /// Years before 2000 and after 2099 mean *never* or *always* and stay.
    #[must_use]
    pub fn shift_times(mut self) -> Self {
        let days = LEAST_DAYS + self.key.hash_one("days") % SHIFTS;
        self.shift = i64::try_from(days).ok().map(|days| Shift(-days));
        self
    }

    /// Keeps times as they are.
    #[must_use]
    pub fn keep_times(mut self) -> Self {
        self.shift = None;
        self
    }

    pub(super) fn shifts_times(&self) -> bool {
        self.shift.is_some()
    }

    pub(super) fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        KEPT_HEADERS
            .iter()
            .filter_map(|name| {
                let value = headers.get(*name)?.to_str().ok()?;
                Some(((*name).to_owned(), self.moved(value)))
            })
            .collect()
    }

    /// The address; `template` is the operation's path, where `{…}` stands for a value.
    pub(super) fn path(&self, path: &str, template: &str) -> String {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let path = self.segments(path, template);
        let Some(query) = query else { return path };
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) => format!("{name}={}", self.encoded(name, value)),
                None => pair.to_owned(),
            })
            .collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// The template is below the base URL: it is matched from the end.
    fn segments(&self, path: &str, template: &str) -> String {
        let mut template: Vec<&str> = template.trim_end_matches('/').split('/').collect();
        let mut segments: Vec<String> = path
            .rsplit('/')
            .map(|segment| {
                let holds_value = template.pop().is_some_and(|part| part.starts_with('{'));
                if holds_value || looks_like_id(segment) {
                    self.encoded("", segment)
                } else {
                    segment.to_owned()
                }
            })
            .collect();
        segments.reverse();
        segments.join("/")
    }

    /// A value in an address: ids of a list one by one, so that each is replaced as it is elsewhere.
    fn encoded(&self, name: &str, value: &str) -> String {
        let decoded = percent_decode_str(value).decode_utf8_lossy();
        let items: Vec<String> = decoded
            .split(',')
            .map(|item| self.text(name, item).unwrap_or_else(|| item.to_owned()))
            .collect();
        let items = items.join(",");
        // As it was written, where nothing changed.
        if items == decoded {
            value.to_owned()
        } else {
            utf8_percent_encode(&items, ENCODED).to_string()
        }
    }

    pub(super) fn body(&self, body: &[u8]) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        let scrubbed = std::str::from_utf8(body).ok().and_then(|text| {
            rewrite(text, |part, name, value| match part {
                Part::Name => self.name(value),
                Part::Text => self.text(name, value),
                Part::Number => self.number(name, value),
            })
        });
        let other = || format!("[scrubbed: {} bytes that are not JSON]", body.len());
        scrubbed.unwrap_or_else(other).into_bytes()
    }

    /// Names are the API's, not the account's, but for maps by id or by day.
    fn name(&self, name: &str) -> Option<String> {
        if !self.made_up
            && name.starts_with(|first: char| first.is_ascii_digit())
            && is_asset_id(name)
        {
            return Some(self.alike(name));
        }
        in_text(name, self.shift?.0)
    }

    fn number(&self, name: &str, number: &str) -> Option<String> {
        if is_secret(name) {
            return Some("0".to_owned());
        }
        if let Some(moved) = self.moved_number(name, number) {
            return Some(moved);
        }
        // Counts and times stay; a longer number may be a telephone or a card.
        let kept = self.made_up
            || self.kept.contains(name)
            || number.len() <= 13
            || (is_time_name(name) && in_number(number, 0).is_some());
        (!kept).then(|| "0".to_owned())
    }

    fn text(&self, name: &str, text: &str) -> Option<String> {
        if is_secret(name) {
            return Some("scrubbed".to_owned());
        }
        if let Some(moved) = self.moved_number(name, text) {
            return Some(moved);
        }
        if self.made_up || self.kept.contains(name) || is_harmless(text) {
            return in_text(text, self.shift?.0);
        }
        Some(self.alike(text))
    }

    fn moved(&self, text: &str) -> String {
        let moved = self.shift.and_then(|shift| in_text(text, shift.0));
        moved.unwrap_or_else(|| text.to_owned())
    }

    fn moved_number(&self, name: &str, number: &str) -> Option<String> {
        let shift = self.shift.filter(|_| is_time_name(name))?;
        in_number(number, shift.0)
    }

    /// The same shape, other characters; the same text always becomes the same.
    fn alike(&self, text: &str) -> String {
        if text.parse::<std::net::IpAddr>().is_ok() {
            // TEST-NET-1: an address that belongs to nobody.
            return format!("192.0.2.{}", self.key.hash_one(text) % 256);
        }
        let mut state = self.key.hash_one(text);
        let mut next = |count: u64| {
            state = self.key.hash_one(state);
            state % count
        };
        if is_asset_id(text) {
            // An asset id begins with its time. A first digit of 0 to 2 is a time from 2019 to 2024.
            let first = pick(DIGITS.get(..3).unwrap_or(DIGITS), next(3));
            let others = text.chars().skip(1).map(|_| pick(BASE_62, next(62)));
            return std::iter::once(first).chain(others).collect();
        }
        // Other ids may begin with their time, too, and which places hold digits would tell a part
        // of it: so any character of theirs becomes any. The last tells what kind of hit it is.
        let id = is_tracking_id(text).then(|| text.len() - 1);
        text.char_indices()
            .map(|(at, c)| match c {
                c if id == Some(at) => c,
                'a'..='z' | '0'..='9' if id.is_some() => pick(LOWER_36, next(36)),
                'a'..='z' => pick(LOWER, next(26)),
                'A'..='Z' => pick(UPPER, next(26)),
                '0'..='9' => pick(DIGITS, next(10)),
                c if c.is_ascii() => c,
                _ => pick(LOWER, next(26)),
            })
            .collect()
    }
}

const BASE_62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER_36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";

fn pick(from: &[u8], number: u64) -> char {
    let at = usize::try_from(number).unwrap_or_default();
    from.get(at).copied().map_or('x', char::from)
}

fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| lower.contains(word))
}

/// 12 letters and digits, at least one of them a digit: words have none.
fn is_asset_id(text: &str) -> bool {
    text.len() == 12
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// The samples of hit ids have 24 or 26 lower-case characters (help).
fn is_tracking_id(text: &str) -> bool {
    matches!(text.len(), 24 | 26)
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// A segment of a path that no template explains: `v1` is none.
fn looks_like_id(segment: &str) -> bool {
    segment.len() >= 8 && segment.bytes().any(|b| b.is_ascii_digit())
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

    const BODY: &str = r#"{"access_token":"abc","rows":[{"attributes":[{"id":"2nIemJxCKbFX","value":"My Funnel"}],"visits":12,"revenue":"1.50","cost":1.50,"ip":"203.0.113.7","at":"2026-01-02T03:04:05Z"}]}"#;

    fn scrubbed(scrub: &Scrub, body: &str) -> String {
        String::from_utf8(scrub.body(body.as_bytes())).unwrap()
    }

    #[test]
    fn only_what_is_allowed_stays() {
        let text = scrubbed(&Scrub::new(), BODY);
        for gone in ["abc", "2nIemJxCKbFX", "My Funnel", "203.0.113.7", "2026"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for kept in [r#""revenue":"1.50","cost":1.50"#, r#""visits":12"#, "T03:04:05Z", "192.0.2."]
        {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
    }

    #[test]
    fn the_same_id_is_the_same_everywhere_and_keeps_its_shape() {
        let scrub = Scrub::new();
        let path = scrub.path("/v1/funnel/find/byId?idFunnel=2nIemJxCKbFX", "/funnel/find/byId");
        let id = path.split_once('=').unwrap().1.to_owned();
        assert_eq!(id.len(), 12);
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric()));
        let body = scrubbed(&scrub, BODY);
        assert!(body.contains(&id), "{id} not in {body}");
        // In a list, in a path, and as the name of a member.
        let list = scrub.path("/v1/find/byIds?ids=2nIemJxCKbFX,2nIemJxCKbFX", "/find/byIds");
        assert_eq!(list, format!("/v1/find/byIds?ids={id},{id}"));
        let path = scrub.path("/v1/domains/2nIemJxCKbFX/refresh", "/domains/{id}/refresh");
        assert_eq!(path, format!("/v1/domains/{id}/refresh"));
        let named = scrubbed(&scrub, r#"{"overrides":{"2nIemJxCKbFX":"0.10"}}"#);
        assert!(named.contains(&format!("{id:?}:")), "{named}");
    }

    #[test]
    fn replaced_ids_say_nothing_of_when_they_were_made() {
        let (mut firsts, mut seconds) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..400 {
            let id = Scrub::new().alike("2nIemJxCKbFX");
            assert!(is_asset_id(&id) || id.bytes().all(|b| b.is_ascii_digit()), "{id}");
            firsts.insert(id.as_bytes()[0]);
            seconds.insert(id.as_bytes()[1]);
        }
        assert_eq!(firsts.into_iter().collect::<Vec<_>>(), b"012");
        // A letter there may have been a digit or a capital, too.
        let of = |kind: fn(&u8) -> bool| seconds.iter().any(kind);
        assert!(of(u8::is_ascii_digit) && of(u8::is_ascii_uppercase) && of(u8::is_ascii_lowercase));

        let hit = Scrub::new().alike("01dkezmsf3bat8xdbz8rt039rh");
        assert!(hit.len() == 26 && hit.ends_with('h') && !hit.contains("dkezmsf3"), "{hit}");
    }

    #[test]
    fn what_is_not_json_does_not_get_in() {
        let text = scrubbed(&Scrub::new(), "<html>203.0.113.7</html>");
        assert_eq!(text, "[scrubbed: 24 bytes that are not JSON]");
    }

    #[test]
    fn more_can_be_kept_by_name() {
        assert!(scrubbed(&Scrub::new().keep("value"), BODY).contains("My Funnel"));
    }

    #[test]
    fn made_up_data_keeps_everything_but_secrets_its_times_and_spelling_too() {
        let expected = BODY.replace("\"abc\"", "\"scrubbed\"");
        assert_eq!(scrubbed(&Scrub::of_made_up_data(), BODY), expected);
        assert!(!scrubbed(&Scrub::of_made_up_data().shift_times(), BODY).contains("2026-01-02"));
        assert!(scrubbed(&Scrub::new().keep_times(), BODY).contains("2026-01-02T03:04:05Z"));
        assert_eq!(
            scrubbed(&Scrub::of_made_up_data(), r#"{"pin_secret":1234}"#),
            r#"{"pin_secret":0}"#
        );
    }

    #[test]
    fn how_far_times_move_is_told_nobody() {
        let scrub = Scrub::new();
        let days = scrub.shift.unwrap().0;
        assert!((-4_000..=-400).contains(&days));
        assert!(!format!("{scrub:?}").contains(&days.unsigned_abs().to_string()));
        assert_eq!(scrub.clone().shift_times().shift.unwrap().0, days, "one shift for a recording");
    }
}
