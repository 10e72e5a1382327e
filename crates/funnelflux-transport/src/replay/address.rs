//! Scrubbing of addresses and headers.

use std::collections::BTreeMap;

use funnelflux_contract::VOCABULARY;
use http::HeaderMap;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::scrub::{CODE_DIGITS, Scrub};
use crate::request::KEPT;

impl Scrub {
    /// The headers that a client acts on, if their values have the expected form. Others may name a person.
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
        let moved = |value: &str| self.moved(value).unwrap_or_else(|| value.to_owned());
        kept.map(|(name, value)| (name.to_owned(), moved(value))).collect()
    }

    /// `template` is the operation's path, with `{…}` for values; it is empty for a path of the caller's.
    pub(super) fn path(&self, path: &str, template: &str) -> String {
        let Some((path, query)) = path.split_once('?') else {
            return self.segments(path, template);
        };
        let path = self.segments(path, template);
        let pairs = query.split('&').map(|pair| {
            let Some((name, value)) = pair.split_once('=') else {
                return encoded(pair, |name| self.name(name));
            };
            let plain = percent_decode_str(name).decode_utf8_lossy();
            let value = encoded(value, |text| self.text(&plain, text));
            format!("{}={value}", encoded(name, |name| self.name(name)))
        });
        format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    /// The template is relative to the base URL, so it is matched from the end.
    fn segments(&self, path: &str, template: &str) -> String {
        let (path, slash) = path.strip_suffix('/').map_or((path, ""), |path| (path, "/"));
        let mut template = template.trim_end_matches('/').rsplit('/');
        let segments = path.rsplit('/').map(|segment| {
            let part = template.next().filter(|part| !part.is_empty());
            let is_value = part.is_some_and(|part| part.starts_with('{'));
            // An overridden path may have an account's id in it.
            let is_fixed = part == Some(segment)
                && segment.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b));
            let is_known = segment.is_empty()
                || is_fixed
                || is_version(segment)
                || VOCABULARY.path_words.contains(segment);
            if self.made_up || (!is_value && is_known) {
                segment.to_owned()
            } else {
                encoded(segment, |text| self.text("", text))
            }
        });
        let mut segments: Vec<String> = segments.collect();
        segments.reverse();
        segments.join("/") + slash
    }
}

/// A part of an address with its plain text replaced; an unchanged part keeps its encoding.
fn encoded(value: &str, replace: impl FnOnce(&str) -> Option<String>) -> String {
    let plain = percent_decode_str(value).decode_utf8_lossy();
    match replace(&plain) {
        Some(other) if other != plain => utf8_percent_encode(&other, KEPT).to_string(),
        _ => value.to_owned(),
    }
}

/// The media type alone: its parameters may be anything.
fn media_type(value: &str) -> &'static str {
    let value = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/problem+json", "text/html", "text/plain"];
    known.into_iter().find(|known| *known == value).unwrap_or("application/octet-stream")
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|digits| {
        matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        // An account's id in an overridden path.
        assert_ne!(scrub.path("/v1/a/12345", "/a/12345"), "/v1/a/12345");
    }
}
