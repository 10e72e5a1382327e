//! What was refused: it proves no path and no name. It shows what a refusal looks like, what a body lacked, and
//! that nothing is at a path.

use std::collections::BTreeSet;

use funnelflux_contract::Operation;
use funnelflux_transport::http::{HeaderMap, StatusCode};
use funnelflux_transport::{Error, Fact, Overlay, Says};
use serde_json::Value;

use super::call::{Call, Calls, Exchange};
use super::draft::Draft;
use super::lessons::shown;
use super::pair::Match;
use super::prefix::ends_with;
use super::seen::Seen;
use super::sight::{At, Sight};
use super::words::{is_id, is_name, words};

const MOST_BODIES: usize = 32;
const MOST_PARTS: usize = 64;
const MOST_WORDS: usize = 64;
const DEEPEST: usize = 6;

/// The words that say in a sentence that something lacks.
pub(super) const LACKING: &str = "
    absent blank empty expected lacking lacks mandatory missing must need needed needs null provide provided
    required requires specified specify undefined";

/// The names of members of refusals: none of them is a member of what was sent.
const OF_REFUSALS: &str = "
    code data description detail details error errors message name ok reason status success title type";

pub(super) fn is_in(all: &str, word: &str) -> bool {
    all.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word))
}

/// The refused calls of one form.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    pub(super) all: Sight,
    /// The statuses; of a no in a normal answer that of the answer.
    statuses: BTreeSet<u16>,
    shape: Seen,
    /// Those whose message the client finds.
    explained: u64,
    /// The normal answers that said no.
    normal: u64,
    bodies: Vec<Refused>,
    has_no_path: bool,
    has_no_method: bool,
}

/// What the refusal of a body says of members that it did not have.
#[derive(Debug)]
struct Refused {
    at: At,
    /// The names in each part of the refusal.
    named: Vec<BTreeSet<String>>,
}

impl Refusals {
    /// Notes the call if it was not taken.
    pub(super) fn take(&mut self, exchange: &Exchange<'_>) -> bool {
        let Exchange { at, method, path, status, body, answer } = *exchange;
        let is_normal = matches!(status, 200..=299 | 304);
        if is_normal && !answer.is_some_and(|answer| says_no(method, answer)) {
            return false;
        }
        self.all.note(at);
        self.statuses.insert(status);
        self.normal += u64::from(is_normal);
        // What was asked for may not be there: that says nothing of the path.
        let is_of_object =
            || path.split(['/', '?', '&', '=', ',']).any(is_id) || body.is_some_and(has_id);
        self.has_no_path |= matches!(status, 404 | 410) && !is_of_object();
        self.has_no_method |= matches!(status, 405 | 501);
        let Some(answer) = answer.filter(|_| is_normal || status >= 400) else { return true };
        self.shape.add(answer, at);
        self.explained += u64::from(is_explained(answer));
        let room = self.bodies.len() < MOST_BODIES;
        if let Some(body) = body.filter(|_| room && (is_normal || matches!(status, 400 | 422))) {
            let (mut sent, mut words, mut named) = Default::default();
            words_of(body, &mut sent, 0);
            words_of(answer, &mut words, 0);
            // What depends on something that was sent is not needed always.
            if words.is_disjoint(&sent) {
                names_in(answer, None, &mut named, 0);
                self.bodies.push(Refused { at, named });
            }
        }
        true
    }

    /// The shape of error answers.
    pub(super) fn note_shape(&self, id: &str, draft: &mut Draft<'_>) {
        let shown = |name: &str| match draft.lexicon.keeps(name) {
            true => name.to_owned(),
            false => "…".to_owned(),
        };
        let mut names: Vec<String> = Vec::new();
        for (name, below) in &self.shape.members {
            let name = shown(name);
            let inner = below.names().map(|inner| format!("{name}.{}", shown(inner)));
            let inner: BTreeSet<String> = inner.collect();
            names.extend(if inner.is_empty() { BTreeSet::from([name]) } else { inner });
        }
        names.dedup();
        if !names.is_empty() {
            let topic = match self.normal {
                0 if self.explained == 0 => "silent error",
                0 => "error",
                _ => "refusal in a normal answer",
            };
            let note = Says::Note { topic: topic.to_owned(), text: names.join(", ") };
            draft.certain(id, note, self.shape.sight);
        }
    }
}

/// Whether a normal answer says no, as the client would find.
fn says_no(method: &str, answer: &Value) -> bool {
    let is_no = |it: &Value| {
        it.is_object() && serde_json::to_vec(it).is_ok_and(|it| Error::refusal_in(&it).is_some())
    };
    match answer {
        // What an answer holds is larger than a refusal.
        Value::Object(members) => (members.len() <= 8 || method != "GET") && is_no(answer),
        Value::Array(items) => method != "GET" && items.iter().any(is_no),
        _ => false,
    }
}

/// Whether the client finds the words of a refusal.
fn is_explained(answer: &Value) -> bool {
    let text = answer.to_string();
    Error::from_answer(StatusCode::BAD_REQUEST, HeaderMap::new(), text).server_message().is_some()
}

fn has_id(body: &Value) -> bool {
    match body {
        Value::String(text) => is_id(text),
        Value::Array(items) => items.iter().any(has_id),
        Value::Object(members) => members.values().any(has_id),
        _ => false,
    }
}

/// Collects the names of members and the words of texts.
fn words_of(value: &Value, all: &mut BTreeSet<String>, depth: usize) {
    match value {
        Value::String(text) => all.extend(names(text).map(|name| words(name).concat())),
        Value::Array(items) if depth < DEEPEST => {
            items.iter().for_each(|item| words_of(item, all, depth + 1));
        }
        Value::Object(members) if depth < DEEPEST => {
            let own = members.keys().filter(|name| !is_in(OF_REFUSALS, name));
            all.extend(own.map(|name| words(name).concat()));
            members.values().for_each(|value| words_of(value, all, depth + 1));
        }
        _ => {}
    }
}

/// Collects the names that each text and each member of a refusal says by itself: those of a text with that of its
/// member.
fn names_in(answer: &Value, of: Option<&str>, parts: &mut Vec<BTreeSet<String>>, depth: usize) {
    match answer {
        _ if parts.len() >= MOST_PARTS || depth >= DEEPEST => {}
        Value::String(text) => {
            let mut own: BTreeSet<String> = names(text).map(str::to_owned).collect();
            let is_such = |word: &String| is_in(LACKING, word);
            if !text.trim().contains(char::is_whitespace) || own.iter().any(is_such) {
                own.extend(of.map(str::to_owned));
                parts.push(own);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_in(item, of, parts, depth + 1)),
        Value::Object(members) => {
            for (name, value) in members {
                let own = Some(&**name).filter(|it| is_name(it) && !is_in(OF_REFUSALS, it));
                parts.extend(own.map(|name| BTreeSet::from([name.to_owned()])));
                names_in(value, own, parts, depth + 1);
            }
        }
        _ => {}
    }
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| is_name(word)).take(MOST_WORDS)
}

/// The members without which a body was refused: a refusal names one by itself, and every body that was taken has
/// it.
pub(super) fn needed(found: &Match<'_>, draft: &mut Draft<'_>) {
    let (id, call) = (found.operation.id(), found.traits.call);
    let body = found.traits.body.as_ref().map_or(&call.body, |payload| payload.seen);
    for refused in &call.refusals.bodies {
        let members = |part: &BTreeSet<String>| -> Vec<&String> {
            body.members.keys().filter(|name| part.contains(*name)).collect()
        };
        let named: Vec<Vec<&String>> = refused.named.iter().map(members).collect();
        for (word, seen) in &body.members {
            let mut of_word = named.iter().filter(|part| part.contains(&word)).peekable();
            let is_alone = of_word.peek().is_some() && of_word.all(|part| part.len() == 1);
            let is_kept = || draft.lexicon.keeps_member(word, &[body]);
            if !is_alone || body.objects == 0 || seen.holders < body.objects || !is_kept() {
                continue;
            }
            let renamed = |fact: &&Fact| {
                matches!(fact.says(), Says::Member { ours, theirs } if theirs == word && !ours.contains('.'))
                    && fact.covers(id)
            };
            let ours = draft.facts.iter().find(renamed).and_then(|fact| match fact.says() {
                Says::Member { ours, .. } => Some(ours.clone()),
                _ => None,
            });
            let says = Says::Required(ours.unwrap_or_else(|| word.clone()));
            draft.certain(id, says, Sight::at(refused.at));
        }
    }
}

/// The operation at whose path of the contract the call is.
fn operation_of(call: &Call) -> Option<&'static Operation> {
    let is_it = |it: &&Operation| {
        it.method().as_str() == call.method && ends_with(&call.path, it.path()).is_some()
    };
    Operation::all().filter(is_it).max_by_key(|it| it.path().len())
}

/// The operations that were never taken at the path of the contract, though the app tried.
pub(super) fn refused(calls: &Calls) -> BTreeSet<&'static str> {
    calls.refused().filter_map(operation_of).map(Operation::id).collect()
}

/// The calls that were never taken: what they show of refusals, each in a line; and the facts of the account that
/// they contradict.
pub(super) fn draw(calls: &Calls, draft: &mut Draft<'_>) -> (Vec<String>, Vec<Fact>) {
    let mut lines = Vec::new();
    for call in calls.refused() {
        let statuses: Vec<String> = call.refusals.statuses.iter().map(u16::to_string).collect();
        lines.push(format!("{}: {}", shown(call, call.refusals.all), statuses.join(", ")));
        if let Some(operation) = operation_of(call) {
            call.refusals.note_shape(operation.id(), draft);
        }
    }
    let is_wrong = |fact: &&Fact| calls.refused().any(|call| contradicts(call, fact, draft.known));
    (lines, draft.known.facts().filter(is_wrong).cloned().collect())
}

/// Whether the call, which was never taken, shows that nothing is at a learned path, or by a learned method.
pub(super) fn contradicts(call: &Call, fact: &Fact, known: &Overlay) -> bool {
    let id = fact.operations();
    let Some(operation) = Operation::all().find(|operation| operation.id() == id) else {
        return false;
    };
    let method = known.method_of(id).unwrap_or_else(|| operation.method().clone());
    let path = known.path_of(id).unwrap_or(operation.path());
    let path = path.split('?').next().unwrap_or_default();
    let is_called = method.as_str() == call.method && ends_with(&call.path, path).is_some();
    is_called
        && match fact.says() {
            Says::Path(_) => call.refusals.has_no_path || call.refusals.has_no_method,
            Says::Method(_) => call.refusals.has_no_method,
            _ => false,
        }
}
