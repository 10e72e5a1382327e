//! The differences of a request from a recorded one, in words.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_json::{equal, items, members, slice, unquote};
use http::Uri;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::recording::RecordedRequest;
use super::scrub::Scrub;
use crate::error::shorten;
use crate::redact::{self, MARK};

/// The depth to which bodies are compared member by member; deeper values are compared as a whole.
const DEEPEST: usize = 64;
const SHOWN: usize = 200;

/// The differences, the largest first; empty if the two match. Each has what it adds to the distance of the
/// two, and a text with the place and both values. Values that the rule of recordings would replace are
/// marked, so that a failing test shows no more than a recording holds.
pub(super) fn differences(
    asked: &Parts,
    body: &[u8],
    recorded: &RecordedRequest,
    rule: &Scrub,
) -> Vec<(usize, String)> {
    let mut found = Found { rule, differences: Vec::new() };
    if asked.method != *recorded.method {
        found.add(500, format!("method: asked {}, recorded {}", asked.method, recorded.method));
    }
    let (path, query) = split(path_and_query(&asked.uri));
    let (recorded_path, recorded_query) = split(&recorded.path);
    if path != recorded_path {
        found.add(1000, format!("path: asked {path}, recorded {recorded_path}"));
    }
    if query != recorded_query {
        let (ours, theirs) =
            (found.only(&query, &recorded_query), found.only(&recorded_query, &query));
        found.add(50, format!("query: asked {ours}, recorded {theirs}"));
    }
    let recorded_body = recorded.content.to_bytes().unwrap_or_default();
    if body != recorded_body {
        let json = serde_json::from_slice::<&RawValue>;
        match (json(body), json(&recorded_body)) {
            (Ok(ours), Ok(theirs)) => found.json("body", "", ours.get(), theirs.get(), DEEPEST),
            _ => {
                let (asked, recorded) = (body.len(), recorded_body.len());
                found.add(1, format!("body: asked {asked} bytes, recorded {recorded} bytes"));
            }
        }
    }
    found.differences
}

pub(super) fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

/// The path, and the pairs of the query in a fixed order, since their order has no meaning.
fn split(path: &str) -> (&str, Vec<&str>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<&str> = query.split('&').filter(|p| !p.is_empty()).collect();
    pairs.sort_unstable();
    (path, pairs)
}

struct Found<'a> {
    rule: &'a Scrub,
    differences: Vec<(usize, String)>,
}

impl Found<'_> {
    fn add(&mut self, weight: usize, text: String) {
        self.differences.push((weight, text));
    }

    /// The pairs of a query that the other one lacks.
    fn only(&self, pairs: &[&str], others: &[&str]) -> String {
        let only = pairs.iter().filter(|pair| !others.contains(pair)).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let [plain, text] =
                [name, value].map(|part| percent_decode_str(part).decode_utf8_lossy());
            let hides = self.rule.hides(&plain, &text, self.rule.text(&plain, &text));
            format!("{}={}", redact::text(name), if hides { MARK } else { value })
        });
        let only = only.collect::<Vec<_>>().join("&");
        if only.is_empty() { "nothing more".to_owned() } else { shorten(&only, SHOWN) }
    }

    /// Compares two values of the member `name`, in the order of the one that is asked.
    fn json(&mut self, at: &str, name: &str, asked: &str, recorded: &str, depth: usize) {
        if equal(asked, recorded) {
            return;
        }
        let rule = self.rule;
        let shown = |name: &str, json: &str| shorten(&rule.shown(name, json), SHOWN);
        let is_one_kind = asked.as_bytes().first() == recorded.as_bytes().first();
        let parts = |text| parts(name, text).filter(|_| is_one_kind && depth > 0);
        let (Some(ours), Some(theirs)) = (parts(asked), parts(recorded)) else {
            let (asked, recorded) = (shown(name, asked), shown(name, recorded));
            return self.add(1, format!("{at}: asked {asked}, recorded {recorded}"));
        };
        let places: BTreeSet<_> = ours.iter().map(|(place, ..)| place).collect();
        let others: BTreeMap<_, _> =
            theirs.iter().map(|(place, _, value)| (place, value)).collect();
        for (place, name, value) in &ours {
            let at = format!("{at}{}", shorten(&redact::text(place), SHOWN));
            match others.get(place) {
                Some(other) => self.json(&at, name, value, other, depth - 1),
                None => self.add(1, format!("{at}: asked {}, not recorded", shown(name, value))),
            }
        }
        for (place, name, value) in theirs.iter().filter(|(place, ..)| !places.contains(place)) {
            let (place, value) = (shorten(&redact::text(place), SHOWN), shown(name, value));
            self.add(1, format!("{at}{place}: not asked, recorded {value}"));
        }
    }
}

/// The members of an object or the items of a list, each with its place, the member that holds it, and
/// its value. `None` for other values, and where a name is repeated, as readers differ about its meaning.
fn parts<'a>(name: &str, text: &'a str) -> Option<Vec<(String, String, &'a str)>> {
    let all = 0..text.len();
    if let Some(items) = items(text, &all) {
        let items = items.iter().enumerate();
        let part = |(n, item)| (format!("[{n}]"), name.to_owned(), slice(text, item));
        return Some(items.map(part).collect());
    }
    let parts = members(text, &all)?.into_iter().map(|member| {
        let name = unquote(slice(text, &member.name)).into_owned();
        (format!(".{name}"), name, slice(text, &member.value))
    });
    let parts: Vec<_> = parts.collect();
    let names: BTreeSet<_> = parts.iter().map(|(_, name, _)| name).collect();
    (names.len() == parts.len()).then_some(parts)
}
