//! Payloads without visitors' data, for terminals and logs.

use std::borrow::Cow;

use funnelflux::model::Document;
use funnelflux::model::hooks::{MiddlewareRequest, WebhookPayload};
use funnelflux::model::ledger::{Member, Model as _, Schema};
use funnelflux_json::{Part, quote, rewrite, unquote};
use serde_json::value::RawValue;

pub(super) const MARK: &str = "[redacted]";
/// The most characters of a name or of a plain value; what is longer may be anything.
const LONGEST: usize = 64;

/// The members of a request that the contract knows.
pub(super) fn of_requests(name: &str) -> Option<&'static Member> {
    let mut members = WebhookPayload::MEMBERS.iter().chain(MiddlewareRequest::MEMBERS);
    members.find(|member| member.name == name)
}

/// The members of an answer that the contract knows.
pub(super) fn of_answers(name: &str) -> Option<&'static Member> {
    Schema::find("MiddlewareAnswer")?.member(name)
}

/// The object with a mark in place of every value, but for those of members that hold a plain one by the
/// contract: a flag, a number, a time, a word. Names that may be data are marked, too.
pub(super) fn masked(object: &Document, known: fn(&str) -> Option<&'static Member>) -> String {
    let member = |(name, value): (Cow<'_, str>, &RawValue)| {
        let kind = known(&name).map(|member| member.kind);
        let is_plain = kind.is_some_and(|kind| is_plain(kind, value.get()));
        let value = if is_plain { value.get().to_owned() } else { hidden(value.get()) };
        format!("{}:{value}", quote(shown_name(&name)))
    };
    format!("{{{}}}", object.members().map(member).collect::<Vec<_>>().join(","))
}

fn is_plain(kind: &str, json: &str) -> bool {
    let text = unquote(json);
    match kind {
        "object" | "unknown" => false,
        "bool" => matches!(json, "true" | "false"),
        "integer" => json.len() <= 9 && json.bytes().all(|byte| byte.is_ascii_digit()),
        "timestamp" => text.len() <= LONGEST && text.parse::<jiff::Timestamp>().is_ok(),
        _ => json.starts_with('"') && shown_text(&text) == text,
    }
}

/// A text of a request, unless it may be data. A word, a version and a UUID are not.
pub(super) fn shown_text(text: &str) -> &str {
    let is_uuid = || text.len() == 36 && text.parse::<uuid::Uuid>().is_ok();
    let is_version = || {
        let is_part =
            |part: &str| matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_digit());
        text.split('.').count() <= 3 && text.split('.').all(is_part)
    };
    if is_uuid() || is_version() { text } else { shown_name(text) }
}

/// A name in a request, unless it may be data: an address, a number, a phrase.
pub(super) fn shown_name(name: &str) -> &str {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if begins && is_word && digits <= 4 && name.len() <= LONGEST { name } else { MARK }
}

/// A path whose parts are names, with the names of the query: its values may be anything.
pub(super) fn shown_path(path_and_query: &str) -> String {
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let part = |part| if str::is_empty(part) { "" } else { shown_name(part) };
    let mut shown = path.split('/').map(part).collect::<Vec<_>>().join("/");
    if let Some(query) = query {
        let hidden = |pair: &str| match pair.split_once('=') {
            Some((name, _)) => format!("{}={MARK}", shown_name(name)),
            None => MARK.to_owned(),
        };
        shown += &format!("?{}", query.split('&').map(hidden).collect::<Vec<_>>().join("&"));
    }
    shown
}

fn hidden(json: &str) -> String {
    let hidden = rewrite(json, |part, _, value| match part {
        Part::Name => (shown_name(value) != value).then(|| MARK.to_owned()),
        Part::Text => (!value.is_empty()).then(|| MARK.to_owned()),
        Part::Number => Some(quote(MARK)),
    });
    hidden.unwrap_or_else(|| quote(MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_only_where_the_contract_knows_a_plain_one() {
        let body = r#"{"schema_version":"1.0","event_type":"on_action","request_id":"7d3f5c1e-6a0b-4f6e-9a3d-2f1f0f9f0a11","is_action":true,"action_number":1,"timestamp":"2026-03-01T00:00:00Z","visitor":{"ip":"203.0.113.7","lat":52.5,"empty":"","is_new":true,"age":null},"action_data":{"email":"a@example.com","491701234567":"x","a@example.com":[1,"y"]},"new_member":"Jane","visitor_tags":["vip"]}"#;
        assert_eq!(
            masked(&Document::parse(body).unwrap(), of_requests),
            r#"{"schema_version":"1.0","event_type":"on_action","request_id":"7d3f5c1e-6a0b-4f6e-9a3d-2f1f0f9f0a11","is_action":true,"action_number":1,"timestamp":"2026-03-01T00:00:00Z","visitor":{"ip":"[redacted]","lat":"[redacted]","empty":"","is_new":true,"age":null},"action_data":{"email":"[redacted]","[redacted]":"[redacted]","[redacted]":["[redacted]","[redacted]"]},"new_member":"[redacted]","visitor_tags":["[redacted]"]}"#
        );
        let answer = r#"{"decision":"approved","why":"Jane"}"#;
        assert_eq!(
            masked(&Document::parse(answer).unwrap(), of_answers),
            r#"{"decision":"approved","why":"[redacted]"}"#
        );
    }

    #[test]
    fn a_known_member_with_something_else_in_it_is_hidden() {
        for (name, value) in [
            ("request_id", r#""Jane Roe""#),
            ("request_id", r#"{"a":"Jane"}"#),
            ("event_type", r#""a@example.com""#),
            ("action_number", "491701234567"),
            ("action_number", r#""Jane""#),
            ("is_action", r#""Jane""#),
            ("timestamp", r#""Jane""#),
            ("schema_version", "491701234567"),
            ("schema_version", r#""203.0.113.7""#),
            ("request_id", r#""491701234567""#),
            ("request_id", r#""Jane.Roe""#),
            ("event_type", r#""p491701234567""#),
        ] {
            let body = Document::parse(&format!("{{{}:{value}}}", quote(name))).unwrap();
            let shown = masked(&body, of_requests);
            assert!(!shown.contains("Jane") && !shown.contains("example.com"), "{shown}");
            assert!(!shown.contains("4917") && !shown.contains("203.0"), "{shown}");
        }
    }

    #[test]
    fn a_path_shows_names_only() {
        for (path, shown) in [
            ("/", "/"),
            ("/v1/hooks/fraud_check/", "/v1/hooks/fraud_check/"),
            ("/u/jane@x.de", "/u/[redacted]"),
            ("/u/jane%40x.de/edit", "/u/[redacted]/edit"),
            ("/u/jane.roe", "/u/[redacted]"),
            ("/call/+49-170-1234567", "/call/[redacted]"),
            ("/call/tel-491701234567", "/call/[redacted]"),
            ("/ip/203.0.113.7", "/ip/[redacted]"),
            ("/ip/2001:db8::1", "/ip/[redacted]"),
            (
                "//x?email=jane@x.de&a&49170=1",
                "//x?email=[redacted]&[redacted]&[redacted]=[redacted]",
            ),
            ("*", "[redacted]"),
        ] {
            assert_eq!(shown_path(path), shown);
        }
    }
}
