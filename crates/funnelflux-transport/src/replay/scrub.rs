//! Scrubbing: an allow-list says what stays; everything else is replaced, alike for alike.
//!
//! Replacements keep the shape (a letter becomes a letter, a digit a digit), so that recorded ids
//! still parse, and the same text is replaced by the same text throughout one recording, so that
//! an id in a request is still the id in the answer, be it in the path or the name of a member.
//! Times all move by the same number of whole days, so that their order, their differences and their
//! hours stay. The replacements and the number of days depend on a random key that is thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use funnelflux_json::{Part, rewrite};
use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::alike::{Key, is_asset_id, is_hex, is_number, is_tracking_id};
use super::days::{in_number, in_text, is_never, is_time, is_time_name};
use super::names::{is_figure, is_member, is_path_word, is_saying};
use super::sayings::{is_error_code, with_others_replaced};
use crate::redact;

/// What a recording may show. Start from the default and [`keep`](Self::keep) more.
#[derive(Clone, Debug)]
pub struct Scrub {
    kept: BTreeSet<String>,
    kept_names: BTreeSet<String>,
    made_up: bool,
    key: Key,
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

/// Members that are replaced by one word whatever they hold, however they are spelled.
const SECRET_WORDS: &[&str] = &[
    "apikey",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "hmac",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "signature",
    "token",
];

/// Numbers of statuses and of errors have no more digits.
const CODE_DIGITS: usize = 6;
/// Counts and amounts have no more before their point; telephone numbers have.
const FIGURE_DIGITS: usize = 9;
/// A code that is longer than any word for an error is the source of a script.
const ERROR_WORD: usize = 40;

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
            kept: BTreeSet::new(),
            kept_names: BTreeSet::new(),
            made_up: false,
            key: Key::default(),
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

    /// Also keeps the JSON members and query parameters of this name, with their values, whatever
    /// these are: look at them first. Times in them are shifted all the same.
    #[must_use]
    pub fn keep(mut self, name: impl Into<String>) -> Self {
        self.kept.insert(name.into());
        self
    }

    /// Also keeps this name of JSON members and query parameters, and not their values. Names that
    /// the SDK does not know are replaced, for they may be keys of a map: ids, tags, what a visitor
    /// typed. So a member that is new to the SDK is named here.
    #[must_use]
    pub fn keep_name(mut self, name: impl Into<String>) -> Self {
        self.kept_names.insert(name.into());
        self
    }

    /// Moves every time by the same number of whole days into the past, which nobody is told: dates
    /// of any offset and precision wherever they stand, and Unix times in members whose names say
    /// that they hold one (`expires_at`, `created_at`, `check_timestamp` …). Order, differences,
    /// hours and offsets stay; days of the week and the dates on which clocks change do not. The
    /// default, except for made-up data.
    ///
    /// What means *never* or *always* stays (1970-01-01, 0001-01-01, 9999-12-31). Other dates before
    /// 2000 or after 2099 are not of the tracker's time, but may be of somebody's life: they are
    /// replaced as any text is.
    #[must_use]
    pub fn shift_times(mut self) -> Self {
        let days = LEAST_DAYS + self.key.below(SHIFTS, "days");
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

    /// The few headers of an answer that change what a client does, as far as they are what they
    /// should be: cookies, ids of requests and all others may name somebody.
    pub(super) fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let is_date = |value: &str| httpdate::parse_http_date(value).is_ok();
        let is_wait = |value: &str| {
            matches!(value.len(), 1..=CODE_DIGITS) && value.bytes().all(|b| b.is_ascii_digit())
        };
        let kept = [
            ("content-type", text("content-type").map(media_type)),
            ("date", text("date").filter(|value| is_date(value))),
            ("retry-after", text("retry-after").filter(|value| is_wait(value) || is_date(value))),
        ];
        let kept = kept.into_iter().filter_map(|(name, value)| Some((name, value?)));
        kept.map(|(name, value)| (name.to_owned(), self.moved(value))).collect()
    }

    /// The address; `template` is the operation's path, where `{…}` stands for a value, and empty if
    /// somebody else made it.
    pub(super) fn path(&self, path: &str, template: &str) -> String {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let path = self.segments(path, template);
        let Some(query) = query else { return path };
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| {
                let (name, value) = match pair.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (pair, None),
                };
                let plain = percent_decode_str(name).decode_utf8_lossy();
                let value = value.map(|value| encoded(value, |text| self.text(&plain, text)));
                let name = encoded(name, |name| self.name(name));
                value.map_or_else(|| name.clone(), |value| format!("{name}={value}"))
            })
            .collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// The template is below the base URL: it is matched from the end.
    fn segments(&self, path: &str, template: &str) -> String {
        let (path, slash) = match path.strip_suffix('/') {
            Some(path) => (path, "/"),
            None => (path, ""),
        };
        let mut template: Vec<&str> = template.trim_end_matches('/').split('/').collect();
        let mut segments: Vec<String> = path
            .rsplit('/')
            .map(|segment| {
                let part = template.pop().filter(|part| !part.is_empty());
                let is_value = part.is_some_and(|part| part.starts_with('{'));
                // A path that was corrected by hand may have an account's id in it.
                let is_fixed = part == Some(segment)
                    && segment.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b));
                if self.made_up || (!is_value && (is_fixed || is_path_word(segment))) {
                    segment.to_owned()
                } else {
                    encoded(segment, |text| self.text("", text))
                }
            })
            .collect();
        segments.reverse();
        segments.join("/") + slash
    }

    pub(super) fn body(&self, body: &[u8]) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        let scrubbed = std::str::from_utf8(body).ok().and_then(|text| self.json(text));
        let other = || format!("[scrubbed: {} bytes that are not JSON]", body.len());
        scrubbed.unwrap_or_else(other).into_bytes()
    }

    fn json(&self, text: &str) -> Option<String> {
        rewrite(text, |part, name, value| match part {
            Part::Name => self.name(value),
            Part::Text => self.text(name, value),
            Part::Number => self.number(name, value),
        })
    }

    /// Names are the API's, not the account's, but for maps by id, by tag, or by day.
    fn name(&self, name: &str) -> Option<String> {
        if self.made_up || is_member(name) || self.is_kept(name) || self.kept_names.contains(name) {
            return in_text(name, self.shift?.0);
        }
        self.anything(name)
    }

    fn number(&self, name: &str, number: &str) -> Option<String> {
        if is_secret(name) {
            return Some("0".to_owned());
        }
        if let Some(moved) = self.moved_number(name, number) {
            return Some(moved);
        }
        let kept = self.made_up || self.is_kept(name) || is_harmless_number(name, number);
        (!kept).then(|| self.key.number(number))
    }

    fn text(&self, name: &str, text: &str) -> Option<String> {
        if is_secret(name) {
            // A mask is none, and an empty text says that none is set.
            return text.bytes().any(|b| b != b'*').then(|| "scrubbed".to_owned());
        }
        if let Some(moved) = self.moved_number(name, text) {
            return Some(moved);
        }
        if self.made_up || self.is_kept(name) {
            return in_text(text, self.shift?.0);
        }
        if is_number(text) && is_harmless_number(name, text) {
            return None;
        }
        if name == "code" && text.len() > ERROR_WORD {
            return Some(self.key.source(text));
        }
        if matches!(name, "code" | "error_code") && is_error_code(text) {
            return None;
        }
        if is_saying(name) {
            return Some(self.saying(text));
        }
        self.anything(text)
    }

    /// What the API says, as far as its own words go.
    fn saying(&self, text: &str) -> String {
        // Whatever looks like a secret is marked as such; a replacement would look like one, too.
        let text = redact::text(text);
        with_others_replaced(&text, |other| {
            self.anything(other).unwrap_or_else(|| other.to_owned())
        })
    }

    /// A text of which nothing is known.
    fn anything(&self, text: &str) -> Option<String> {
        if is_plain(text) {
            return None;
        }
        if is_time(text) {
            match self.shift {
                None => return None,
                Some(Shift(days)) => match in_text(text, days) {
                    Some(moved) => return Some(moved),
                    None if is_never(text) => return None,
                    // A birthday.
                    None => {}
                },
            }
        }
        // Filters are JSON inside of a text, and hold what rows hold.
        if text.starts_with(['{', '['])
            && let Some(json) = self.json(text)
        {
            return Some(json);
        }
        // Ids of a list one by one, so that each is replaced as it is elsewhere.
        if text.contains(',') && text.split(',').all(is_id) {
            let items: Vec<String> = text.split(',').map(|item| self.key.text(item)).collect();
            return Some(items.join(","));
        }
        Some(self.key.text(text))
    }

    fn is_kept(&self, name: &str) -> bool {
        self.kept.contains(name)
    }

    fn moved(&self, text: &str) -> String {
        let moved = self.shift.and_then(|shift| in_text(text, shift.0));
        moved.unwrap_or_else(|| text.to_owned())
    }

    fn moved_number(&self, name: &str, number: &str) -> Option<String> {
        let shift = self.shift.filter(|_| is_time_name(name))?;
        in_number(number, shift.0)
    }
}

/// A part of an address, replaced; as it was written where nothing changes.
fn encoded(value: &str, replace: impl FnOnce(&str) -> Option<String>) -> String {
    let plain = percent_decode_str(value).decode_utf8_lossy();
    match replace(&plain) {
        Some(other) if other != plain => utf8_percent_encode(&other, ENCODED).to_string(),
        _ => value.to_owned(),
    }
}

/// The media type alone: its parameters may be anything.
fn media_type(value: &str) -> &'static str {
    let value = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/problem+json", "text/html", "text/plain"];
    known.into_iter().find(|known| *known == value).unwrap_or("application/octet-stream")
}

/// Counts, money and the like, times that were not moved, and numbers of errors.
fn is_harmless_number(name: &str, number: &str) -> bool {
    let whole = number.trim_start_matches('-').split(['.', 'e', 'E']).next().unwrap_or_default();
    (is_figure(name) && whole.len() <= FIGURE_DIGITS)
        || (is_saying(name) && number.len() <= CODE_DIGITS)
        || (is_time_name(name) && in_number(number, 0).is_some())
}

/// However it is spelled: `api_key`, `X-Api-Key`, `hmacSecret`.
fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace(['-', '_'], "");
    SECRET_WORDS.iter().any(|word| lower.contains(word))
}

/// What stands in lists: ids of every kind, and numbers.
fn is_id(text: &str) -> bool {
    is_asset_id(text) || is_tracking_id(text) || is_hex(text) || is_number(text)
}

/// Texts too short or plain to hold anything: empty, `*`, one character, a mask, a switch.
fn is_plain(text: &str) -> bool {
    text.chars().nth(1).is_none()
        || matches!(text, "true" | "false" | "null")
        || text.bytes().all(|b| b == b'*')
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
        for kept in [r#""revenue":"1.50","cost":1.50"#, r#""visits":12"#, "T03:04:05Z", "198.1"] {
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
    fn what_is_not_json_does_not_get_in() {
        let text = scrubbed(&Scrub::new(), "<html>203.0.113.7</html>");
        assert_eq!(text, "[scrubbed: 24 bytes that are not JSON]");
    }

    #[test]
    fn what_a_script_holds_does_not_get_in_and_error_codes_stay() {
        let scrub = Scrub::new();
        let code = r#"{"code":"key := \"sk-live-Canary42\"\nreturn \"x\" // and so on and on","codes":{"code":"Canary42"}}"#;
        let text = scrubbed(&scrub, code);
        assert!(!text.contains("Canary") && !text.contains("sk-live"), "{text}");
        let errors = [
            r#"{"code":400,"error_code":"DOMAIN_EXISTS"}"#,
            r#"{"error":{"code":"rate_limited"},"message":"Domain not found"}"#,
        ];
        for error in errors {
            assert_eq!(scrubbed(&scrub, error), error);
        }
    }

    #[test]
    fn a_message_keeps_the_words_of_the_api_and_nothing_else() {
        let scrub = Scrub::new();
        let message = r#"{"message":"bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjIn0.c2lnbmF0dXJl of 203.0.113.7, call 491701234567 or visit Lindenallee"}"#;
        let text = scrubbed(&scrub, message);
        for gone in ["eyJ", "203.0.113.7", "491701234567", "Lindenallee"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        assert!(text.contains("\"bad token [redacted] of [redacted], call "), "{text}");
        // What it echoes is what stands elsewhere.
        let phone = scrubbed(&scrub, "[491701234567]");
        assert!(text.contains(phone.trim_matches(['[', ']'])), "{phone} not in {text}");
    }

    #[test]
    fn numbers_stay_where_they_count_something_and_only_there() {
        let scrub = Scrub::new();
        let figures = r#"{"visits":12,"cost":-1.50,"revenue":"1.50","priority":255,"status":404,"customEvent3Count":77,"response_time_ms":120,"posX":0.25,"x":0,"y":1e3}"#;
        assert_eq!(scrubbed(&scrub, figures), figures);
        let others = r#"{"phone":491701234567,"lat":52.520008,"lon":-13.404954,"visits":4111111111111111,"code":491701234567,"zip":"1011510115","pin_secret":1234}"#;
        let text = scrubbed(&scrub, others);
        for gone in ["491701234567", "52.520008", "13.404954", "4111111111111111", "1011510115"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        assert!(text.ends_with(":0}"), "{text}");
        assert_eq!(scrubbed(&Scrub::of_made_up_data(), figures), figures);
    }

    #[test]
    fn names_that_nobody_knows_are_data_unless_somebody_says_otherwise() {
        let named = r#"{"idFunnel":"x","Jane Roe":1,"nextYear":"Jane Roe"}"#;
        let text = scrubbed(&Scrub::new(), named);
        let json: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert!(!text.contains("Jane") && !text.contains("nextYear"), "{text}");
        let jane = json.values().find_map(|value| value.as_str().filter(|text| text.len() == 8));
        assert!(json.contains_key(jane.unwrap()), "{text}");
        let text = scrubbed(&Scrub::new().keep_name("nextYear"), named);
        assert!(text.contains("\"nextYear\":") && !text.contains("Jane"), "{text}");
    }

    #[test]
    fn filters_inside_of_a_text_hold_what_rows_hold() {
        let text = scrubbed(
            &Scrub::new(),
            r#"{"whitelistFilters":["{\"c1\":\"Jane Roe\"}","*"],"value":"Jane Roe"}"#,
        );
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let filter: serde_json::Value =
            serde_json::from_str(json["whitelistFilters"][0].as_str().unwrap()).unwrap();
        assert_eq!(filter["c1"], json["value"]);
        assert_ne!(json["value"], "Jane Roe");
        assert_eq!(json["whitelistFilters"][1], "*");
    }

    #[test]
    fn masks_of_secrets_stay_masks_and_the_days_of_a_life_do_not_stay() {
        let text = scrubbed(
            &Scrub::new(),
            r#"{"password":"********","hmacSecret":"","X-Api-Key":"hunter2","value":"1985-04-12","name":"2026-03-01 4917-0123-4567"}"#,
        );
        assert!(text.starts_with(r#"{"password":"********","hmacSecret":"","#), "{text}");
        assert!(text.contains(r#":"scrubbed""#) && !text.contains("1985-04-12"), "{text}");
        assert!(!text.contains("4917-0123"), "{text}");
    }

    #[test]
    fn of_headers_only_those_stay_that_are_what_they_should_be() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "text/html; name=jane"),
            ("date", "jane"),
            ("retry-after", "491701234567"),
            ("set-cookie", "session=1"),
            ("x-request-id", "jane"),
            ("authorization", "Bearer x"),
            ("user-agent", "jane"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let kept = Scrub::new().headers(&headers);
        assert_eq!(kept, BTreeMap::from([("content-type".to_owned(), "text/html".to_owned())]));
        headers.insert("retry-after", "120".parse().unwrap());
        assert_eq!(Scrub::new().headers(&headers)["retry-after"], "120");
    }

    #[test]
    fn segments_stay_that_belong_to_the_api() {
        let scrub = Scrub::new();
        for kept in ["/v1/campaign/list", "/v1/page/find/byIds/", "/"] {
            assert_eq!(scrub.path(kept, ""), kept);
        }
        assert_eq!(scrub.path("/v1/assets/every", "/assets/every"), "/v1/assets/every");
        for gone in ["/v1/jane/list", "/v1/billing/domains/jane", "/jane%20roe/v1/page/save/"] {
            let path = scrub.path(gone, "/{name}/list");
            assert!(!path.contains("jane") && path.len() >= gone.len() - 2, "{path}");
        }
        // An account's id in a path that was corrected by hand.
        assert_ne!(scrub.path("/v1/a/12345", "/a/12345"), "/v1/a/12345");
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
