//! Scrubbing: an allow-list says what stays; everything else is replaced, alike for alike.
//!
//! What the contract knows stays: names of members and parameters, values of enumerations, words of paths,
//! figures. Every other text, number and name becomes a pseudonym of the same shape, one throughout a
//! recording, so that ids still parse, and an id in a request is still the id in the answer. Times move by
//! whole days. Pseudonyms and the number of days depend on a random key that is thrown away.

use std::collections::BTreeSet;

use funnelflux_contract::VOCABULARY;
use funnelflux_json::{Part, compact, rewrite};

use super::dates::{Shift, is_never, is_time, is_time_name};
use super::pseudonym::{Key, is_id, is_number};
use crate::redact::{self, MARK};

/// The rule by which a recording is scrubbed.
#[derive(Clone, Debug)]
#[must_use = "it has an effect only where it is passed"]
pub struct Scrub {
    kept: BTreeSet<String>,
    kept_names: BTreeSet<String>,
    pub(super) made_up: bool,
    key: Key,
    shift: Option<Shift>,
}

/// Members that are replaced by one word, however they are spelled: `api_key`, `X-Api-Key`, `apiKey`.
const SECRET_WORDS: &str = "apikey authorization bearer cookie credential hmac passphrase passwd \
password pwd secret signature token";
/// The most digits of a status or an error's number.
pub(super) const CODE_DIGITS: usize = 6;
/// The most digits of a figure before its point; telephone numbers have more.
const FIGURE_DIGITS: usize = 9;
/// The least number of days by which times move: no day of a recording of a year is a day of it afterwards.
const LEAST_DAYS: u64 = 400;
/// Ten years of days.
const SHIFTS: u64 = 3_600;

impl Default for Scrub {
    fn default() -> Self {
        Self::new()
    }
}

impl Scrub {
    /// The default rule: the contract's vocabulary stays, times are shifted.
    pub fn new() -> Self {
        let (kept, kept_names) = (BTreeSet::new(), BTreeSet::new());
        Self { kept, kept_names, made_up: false, key: Key::default(), shift: None }.shift_times()
    }

    /// Keeps everything but tokens and secrets, times included: for invented data, such as an emulator's.
    /// Never for an account's.
    pub fn of_made_up_data() -> Self {
        Self { made_up: true, shift: None, ..Self::new() }
    }

    /// Moves every time by one secret number of whole days into the past: dates of any offset and
    /// precision wherever they stand, and Unix times in members whose names say that they hold one
    /// (`expires_at`, `date` …). Order, differences, hours and offsets stay; days of the week and
    /// the dates on which clocks change do not. The default, except for invented data.
    ///
    /// What means *never* or *always* stays (1970-01-01, 0001-01-01, 9999-12-31). Other dates before
    /// 2000 or after 2099 may belong to a person's life: they are replaced as any text is.
    pub fn shift_times(mut self) -> Self {
        let days = LEAST_DAYS + self.key.below(SHIFTS, "days");
        self.shift = i64::try_from(days).ok().map(|days| Shift(-days));
        self
    }

    funnelflux_contract::setters! {
        /// Keeps times as they are.
        fn keep_times() => shift = None;
        /// Also keeps the JSON members and query parameters of this name, with their values, whatever these are:
        /// look at them first. Times in them are shifted all the same.
        fn keep(name: impl Into<String>), |it| it.kept.insert(name.into());
        /// Also keeps this name of JSON members and query parameters, and not their values. Names that
        /// the vocabulary does not have are replaced, for they may be keys of a map: ids, tags, what a
        /// visitor typed.
        fn keep_name(name: impl Into<String>), |it| it.kept_names.insert(name.into());
    }

    pub(super) fn shifts_times(&self) -> bool {
        self.shift.is_some()
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

    /// Names are the API's, except in maps by id, by tag, or by day.
    pub(super) fn name(&self, name: &str) -> Option<String> {
        let is_known = VOCABULARY.members.contains(name) || self.kept_names.contains(name);
        if self.made_up || is_known || self.kept.contains(name) {
            return self.moved(name);
        }
        self.anything(name)
    }

    fn number(&self, name: &str, number: &str) -> Option<String> {
        if is_secret(name) {
            return Some("0".to_owned());
        }
        let is_kept = self.made_up || self.kept.contains(name) || self.is_figure(name, number);
        let moved = self.moved_number(name, number);
        moved.or_else(|| (!is_kept).then(|| self.key.number(number)))
    }

    pub(super) fn text(&self, name: &str, text: &str) -> Option<String> {
        if is_secret(name) {
            // A mask is not a secret, and an empty text says that none is set.
            return text.bytes().any(|b| b != b'*').then(|| "scrubbed".to_owned());
        }
        if let Some(moved) = self.moved_number(name, text) {
            return Some(moved);
        }
        if self.made_up || self.kept.contains(name) {
            return self.moved(text);
        }
        if is_number(text) && self.is_figure(name, text) {
            return None;
        }
        if self.is_saying(name) && !VOCABULARY.values.contains(text) && !is_time(text) {
            return Some(self.saying(text));
        }
        self.anything(text)
    }

    /// The JSON with a mark in place of what the rule replaces, but for times and names of members.
    pub(super) fn shown(&self, member: &str, json: &str) -> String {
        let shown = rewrite(json, |part, name, value| {
            let name = if name.is_empty() { member } else { name };
            let (mark, other) = match part {
                Part::Name => return None,
                Part::Text => (MARK.to_owned(), self.text(name, value)),
                Part::Number => (format!("\"{MARK}\""), self.number(name, value)),
            };
            self.hides(name, value, other).then_some(mark)
        });
        shown.map_or_else(|| MARK.to_owned(), |json| compact(&json))
    }

    /// Whether `other`, with which the rule replaces a value, is more than the same at another time.
    pub(super) fn hides(&self, name: &str, value: &str, other: Option<String>) -> bool {
        let is_same = |other: &String| {
            let moved = [self.moved(value), self.moved_number(name, value)];
            other == value || moved.into_iter().flatten().any(|moved| moved == *other)
        };
        other.is_some_and(|other| !is_same(&other))
    }

    /// Whether texts of this name are the API's own: kinds, statuses, messages.
    fn is_saying(&self, name: &str) -> bool {
        VOCABULARY.word_members.contains(name) || VOCABULARY.harmless.contains(name)
    }

    /// A text of the API, of which the known words and phrases stay.
    fn saying(&self, text: &str) -> String {
        // A text that looks like a secret is marked; its pseudonym would look like a secret, too.
        let text = redact::text(text);
        let mut out = String::with_capacity(text.len());
        let mut rest = &*text;
        while let Some((at, length)) = self.phrase(rest) {
            let (before, behind) = rest.split_at(at);
            let (phrase, behind) = behind.split_at(length);
            out += &self.words(before);
            out += phrase;
            rest = behind;
        }
        out + &self.words(rest)
    }

    /// The place and the length of the first known phrase.
    fn phrase(&self, text: &str) -> Option<(usize, usize)> {
        let text = text.to_ascii_lowercase();
        let phrases = VOCABULARY.stopped_query.iter();
        phrases.filter_map(|phrase| Some((text.find(phrase)?, phrase.len()))).min()
    }

    fn words(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for run in text.split_inclusive(redact::is_boundary) {
            let word = run.trim_end_matches(redact::is_boundary).trim_matches(['.', ':', '!']);
            let is_known = VOCABULARY.members.contains(word)
                || VOCABULARY.path_words.contains(word)
                || MARK.trim_matches(['[', ']']) == word;
            match self.anything(word).filter(|_| !is_known) {
                Some(other) => out += &run.replacen(word, &other, 1),
                None => out += run,
            }
        }
        out
    }

    fn anything(&self, text: &str) -> Option<String> {
        if is_plain(text) || VOCABULARY.values.contains(text) {
            return None;
        }
        if is_time(text) {
            let moved = self.moved(text);
            // Any other time is a birthday.
            if moved.is_some() || self.shift.is_none() || is_never(text) {
                return moved;
            }
        }
        // Filters are JSON inside of a text, and hold what rows hold.
        if text.starts_with(['{', '['])
            && let Some(json) = self.json(text)
        {
            return Some(json);
        }
        // Ids of a list one by one, so that each is replaced as it is elsewhere.
        if text.contains(',') && text.split(',').all(|item| is_id(item) || is_number(item)) {
            let items: Vec<String> = text.split(',').map(|item| self.key.text(item)).collect();
            return Some(items.join(","));
        }
        Some(self.key.text(text))
    }

    /// Whether a number is a figure, a time that was not moved, or an error's number.
    fn is_figure(&self, name: &str, number: &str) -> bool {
        let whole =
            number.trim_start_matches('-').split(['.', 'e', 'E']).next().unwrap_or_default();
        (VOCABULARY.figures.contains(name) && whole.len() <= FIGURE_DIGITS)
            || (self.is_saying(name) && number.len() <= CODE_DIGITS)
            || (is_time_name(name) && Shift(0).number(number).is_some())
    }

    /// The text with its dates moved; `None` if that changes nothing.
    pub(super) fn moved(&self, text: &str) -> Option<String> {
        self.shift?.text(text)
    }

    fn moved_number(&self, name: &str, number: &str) -> Option<String> {
        self.shift.filter(|_| is_time_name(name))?.number(number)
    }
}

fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace(['-', '_'], "");
    SECRET_WORDS.split(' ').any(|word| lower.contains(word))
}

/// Texts too short or plain to hold anything: empty, `*`, one character, a mask, a switch.
fn is_plain(text: &str) -> bool {
    text.chars().nth(1).is_none()
        || matches!(text, "true" | "false" | "null")
        || text.bytes().all(|b| b == b'*')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
        for error in [r#"{"code":400,"error_code":"DOMAIN_EXISTS"}"#, r#"{"code":"NOT_FOUND"}"#] {
            assert_eq!(scrubbed(&scrub, error), error);
        }
    }

    #[test]
    fn a_message_keeps_the_words_of_the_vocabulary_and_nothing_else() {
        let scrub = Scrub::new();
        let message = r#"{"message":"bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjIn0.c2lnbmF0dXJl of 203.0.113.7, call 491701234567 or visit Lindenallee: idFunnel was DOMAIN_EXISTS."}"#;
        let text = scrubbed(&scrub, message);
        for gone in ["eyJ", "203.0.113.7", "491701234567", "Lindenallee"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        assert_eq!(text.matches(" [redacted]").count(), 2, "{text}");
        assert!(text.contains(": idFunnel ") && text.ends_with(" DOMAIN_EXISTS.\"}"), "{text}");
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
