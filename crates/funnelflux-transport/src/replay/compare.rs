//! The differences of a request from a recorded one, in words.

use std::borrow::Cow;
use std::collections::BTreeMap;

use funnelflux_json::{equal, items, members, slice, unquote};
use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::recording::RecordedRequest;
use super::scrub::Scrub;
use crate::error::shorten;
use crate::redact::{self, MARK};

/// The depth to which bodies are compared member by member; deeper values are compared as a whole.
const DEEPEST: usize = 64;
/// How much of a value is shown.
const SHOWN: usize = 200;

/// A request to a replay.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) body: &'a [u8],
}

/// A difference of two requests.
pub(super) struct Difference {
    /// What it adds to the distance of the two: path and method count more than the body.
    pub(super) weight: usize,
    /// The place, and both values. Values that the rule of recordings would replace are marked, so that
    /// a failing test shows no more than a recording holds.
    pub(super) text: String,
}

/// The differences, the largest first; empty if the two match.
pub(super) fn differences(
    asked: &Asked<'_>,
    recorded: &RecordedRequest,
    rule: &Scrub,
) -> Vec<Difference> {
    let mut found = Found { rule, differences: Vec::new() };
    if asked.method != recorded.method {
        found.add(500, format!("method: asked {}, recorded {}", asked.method, recorded.method));
    }
    let (path, query) = split(asked.path);
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
    if asked.body != recorded_body {
        let json = serde_json::from_slice::<&RawValue>;
        match (json(asked.body), json(&recorded_body)) {
            (Ok(ours), Ok(theirs)) => found.json("body", "", ours.get(), theirs.get(), DEEPEST),
            _ => {
                let (asked, recorded) = (asked.body.len(), recorded_body.len());
                found.add(1, format!("body: asked {asked} bytes, recorded {recorded} bytes"));
            }
        }
    }
    found.differences
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
    differences: Vec<Difference>,
}

impl Found<'_> {
    fn add(&mut self, weight: usize, text: String) {
        self.differences.push(Difference { weight, text });
    }

    /// The pairs of a query that the other one lacks.
    fn only(&self, pairs: &[&str], others: &[&str]) -> String {
        let shown = |pair: &&&str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let [plain, text] =
                [name, value].map(|part| percent_decode_str(part).decode_utf8_lossy());
            let hides = self.rule.hides(&plain, &text, self.rule.text(&plain, &text));
            let value = if hides { MARK } else { value };
            format!("{}={value}", redact::text(name))
        };
        let only: Vec<_> =
            pairs.iter().filter(|pair| !others.contains(pair)).map(|p| shown(&p)).collect();
        if only.is_empty() { "nothing more".to_owned() } else { shorten(&only.join("&"), SHOWN) }
    }

    /// Compares two values below the member `name`, in the order of the one that is asked.
    fn json(&mut self, at: &str, name: &str, asked: &str, recorded: &str, depth: usize) {
        if equal(asked, recorded) {
            return;
        }
        let lists = |text| items(text, &(0..text.len())).filter(|_| depth > 0);
        if let (Some(ours), Some(theirs)) = (by_name(asked, depth), by_name(recorded, depth)) {
            let recorded: BTreeMap<_, _> = theirs.iter().cloned().collect();
            for (name, value) in &ours {
                let at = format!("{at}.{}", redact::text(name));
                match recorded.get(name) {
                    Some(other) => self.json(&at, name, value, other, depth - 1),
                    None => {
                        let value = self.shown(name, value);
                        self.add(1, format!("{at}: asked {value}, not recorded"));
                    }
                }
            }
            for (name, value) in &theirs {
                if !ours.iter().any(|(own, _)| own == name) {
                    let (name, value) = (redact::text(name), self.shown(name, value));
                    self.add(1, format!("{at}.{name}: not asked, recorded {value}"));
                }
            }
        } else if let (Some(ours), Some(theirs)) = (lists(asked), lists(recorded)) {
            for (index, (a, r)) in ours.iter().zip(&theirs).enumerate() {
                let (a, r) = (slice(asked, a), slice(recorded, r));
                self.json(&format!("{at}[{index}]"), name, a, r, depth - 1);
            }
            if ours.len() != theirs.len() {
                let (ours, theirs) = (ours.len(), theirs.len());
                self.add(1, format!("{at}: asked {ours} items, recorded {theirs}"));
            }
        } else {
            let (asked, recorded) = (self.shown(name, asked), self.shown(name, recorded));
            self.add(1, format!("{at}: asked {asked}, recorded {recorded}"));
        }
    }

    fn shown(&self, name: &str, json: &str) -> String {
        shorten(&self.rule.shown(name, json), SHOWN)
    }
}

/// The members of an object in their order; `None` for other values, and where a name is repeated, as
/// readers differ about its meaning.
fn by_name(text: &str, depth: usize) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let members = members(text, &(0..text.len())).filter(|_| depth > 0)?;
    let pair =
        |m: &funnelflux_json::MemberSpan| (unquote(slice(text, &m.name)), slice(text, &m.value));
    let pairs: Vec<_> = members.iter().map(pair).collect();
    let names: BTreeMap<_, _> = pairs.iter().cloned().collect();
    (names.len() == pairs.len()).then_some(pairs)
}
