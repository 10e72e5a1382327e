//! Calls of one form: of one method and one path, with a place for each id.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_transport::Error;
use funnelflux_transport::http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::funnels::Funnels;
use super::seen::Seen;
use super::words::{is_id, is_name, is_word, words};

/// The forms that are kept; a session of the app has a hundred.
const MOST_FORMS: usize = 4_000;
const MOST_SEGMENTS: usize = 12;
const MOST_REFUSED: usize = 32;
const MOST_WRITES: usize = 10_000;
const MOST_STATES: usize = 50_000;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) entry: u64,
}

/// A part of a path: a name, or an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    Name(String),
    Id,
}

impl Segment {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Id => None,
        }
    }
}

/// All calls of one form.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: Vec<Segment>,
    pub(super) count: u64,
    pub(super) answered: u64,
    pub(super) first: At,
    pub(super) day: String,
    pub(super) query: BTreeMap<String, Seen>,
    /// The ids of the path, place by place.
    pub(super) path_ids: Vec<Seen>,
    pub(super) body: Seen,
    pub(super) answer: Seen,
    /// What was answered with a no: by a status from 400 on, or in a normal answer.
    pub(super) refusal: Seen,
    /// The refusals whose message the client finds.
    pub(super) explained: u64,
    /// The bodies that were refused.
    pub(super) refused: Vec<Refused>,
    /// The normal answers that said no.
    pub(super) refusals: u64,
}

/// The names in a body that was refused, and the names that the refusal says.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) at: At,
    pub(super) had: BTreeSet<String>,
    pub(super) said: BTreeSet<String>,
}

/// A write that was not refused: its form, and the ids in it.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) at: At,
    pub(super) method: String,
    pub(super) path: Vec<Segment>,
    pub(super) ids: Vec<String>,
}

/// The state of an object with these ids, one of which is its own.
#[derive(Debug)]
pub(super) struct State {
    pub(super) at: At,
    pub(super) ids: Vec<String>,
    pub(super) value: String,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    forms: BTreeMap<(String, Vec<Segment>), Call>,
    /// The writes in their order.
    pub(super) writes: Vec<Write>,
    /// The states of objects in answers, in their order.
    pub(super) states: Vec<State>,
    pub(super) funnels: Funnels,
}

impl Calls {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.forms.values()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one exchange")]
    pub(super) fn add(
        &mut self,
        at: At,
        method: &str,
        path: &str,
        status: u16,
        day: Option<&str>,
        body: Option<&Value>,
        answer: Option<&Value>,
    ) -> bool {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        if parts.is_empty() || parts.len() > MOST_SEGMENTS {
            return false;
        }
        let form: Vec<Segment> = parts
            .iter()
            .map(|part| if is_id(part) { Segment::Id } else { Segment::Name(part.clone()) })
            .collect();
        let key = (method.to_owned(), form.clone());
        if self.forms.len() >= MOST_FORMS && !self.forms.contains_key(&key) {
            return false;
        }
        let call = self.forms.entry(key).or_default();
        if call.count == 0 {
            (call.first, call.method, call.path) = (at, method.to_owned(), form.clone());
        }
        call.count += 1;
        if let Some(day) = day.filter(|day| *day > &*call.day) {
            day.clone_into(&mut call.day);
        }
        let ids = parts.iter().filter(|part| is_id(part));
        for (place, id) in ids.enumerate() {
            if call.path_ids.len() <= place {
                call.path_ids.push(Seen::default());
            }
            if let Some(seen) = call.path_ids.get_mut(place) {
                seen.add_text(id, at);
            }
        }
        for (name, value) in pairs(query) {
            call.query.entry(name).or_default().add_text(&value, at);
        }
        let is_refused = status < 400 && answer.is_some_and(says_no);
        call.refusals += u64::from(is_refused);
        if status >= 400 || is_refused {
            if let Some(answer) = answer {
                call.refusal.add(answer, at);
                call.explained += u64::from(is_explained(answer));
                let is_of_body = is_refused || matches!(status, 400 | 422);
                let room = is_of_body && call.refused.len() < MOST_REFUSED;
                call.refused.extend(body.filter(|_| room).map(|body| refused(body, answer, at)));
            }
            return true;
        }
        for value in [body, answer].into_iter().flatten() {
            self.funnels.note(value, at, day.unwrap_or_default(), false);
        }
        // A body that was refused may have wrong names.
        if let Some(body) = body {
            call.body.add(body, at);
        }
        if let Some(answer) = answer {
            call.answered += 1;
            call.answer.add(answer, at);
        }
        if method != "GET" && self.writes.len() < MOST_WRITES {
            let mut ids: Vec<String> = parts.iter().filter(|part| is_id(part)).cloned().collect();
            ids.extend(pairs(query).map(|(_, value)| value).filter(|value| is_id(value)));
            body.into_iter().for_each(|body| ids_in(body, &mut ids));
            self.writes.push(Write { at, method: method.to_owned(), path: form, ids });
        }
        answer.into_iter().for_each(|answer| self.note_states(answer, at, 0));
        true
    }
}

impl Calls {
    fn note_states(&mut self, value: &Value, at: At, depth: usize) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.note_states(item, at, depth)),
            Value::Object(members) if depth < 4 && self.states.len() < MOST_STATES => {
                let is_state =
                    |name: &str| words(name).iter().any(|it| it == "status" || it == "state");
                let state = members.iter().find(|(name, _)| is_state(name));
                if let Some(value) =
                    state.and_then(|(_, value)| value.as_str()).filter(|it| is_word(it))
                {
                    let texts =
                        members.values().filter_map(Value::as_str).filter(|text| is_id(text));
                    let ids = texts.take(4).map(str::to_owned).collect();
                    self.states.push(State { at, ids, value: value.to_owned() });
                }
                members.values().for_each(|value| self.note_states(value, at, depth + 1));
            }
            _ => {}
        }
    }
}

/// Whether a normal answer says no, as the client would find.
fn says_no(answer: &Value) -> bool {
    // What an answer holds is larger than a refusal.
    let is_small = answer.as_object().is_some_and(|members| members.len() <= 8);
    is_small && serde_json::to_vec(answer).is_ok_and(|text| Error::refusal_in(&text).is_some())
}

fn refused(body: &Value, answer: &Value, at: At) -> Refused {
    let (mut had, mut said) = (BTreeSet::new(), BTreeSet::new());
    let inner = body.as_object().into_iter().flat_map(|members| members.values());
    for members in std::iter::once(body).chain(inner).filter_map(Value::as_object) {
        had.extend(members.keys().cloned());
    }
    let mut open = vec![(answer, 0)];
    while let Some((value, depth)) = open.pop() {
        match value {
            Value::String(text) => {
                let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                said.extend(words.filter(|word| is_name(word)).take(64).map(str::to_owned));
            }
            Value::Array(items) if depth < 4 => open.extend(items.iter().map(|it| (it, depth + 1))),
            Value::Object(members) if depth < 4 => {
                said.extend(members.keys().filter(|name| is_name(name)).take(64).cloned());
                open.extend(members.values().map(|it| (it, depth + 1)));
            }
            _ => {}
        }
    }
    Refused { at, had, said }
}

/// Whether the client finds the words of a refusal.
fn is_explained(answer: &Value) -> bool {
    let text = answer.to_string();
    Error::from_answer(StatusCode::BAD_REQUEST, HeaderMap::new(), text).server_message().is_some()
}

/// The ids of a body that are in no object within it: what is archived, and not what an object refers to.
fn ids_in(body: &Value, ids: &mut Vec<String>) {
    let members = body.as_object().into_iter().flat_map(|members| members.values());
    for value in members
        .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
    {
        ids.extend(value.as_str().filter(|text| is_id(text)).map(str::to_owned));
    }
}

pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

impl Call {
    /// The names of the path below the base path.
    pub(super) fn below(&self, base: usize) -> &[Segment] {
        self.path.get(base..).unwrap_or_default()
    }

    /// The ids of the path below the base path, place by place.
    pub(super) fn ids_below(&self, base: usize) -> &[Seen] {
        let before = self.path.iter().take(base).filter(|part| **part == Segment::Id).count();
        self.path_ids.get(before..).unwrap_or_default()
    }

    /// The path below the base path, as a text with `{}` in place of ids.
    pub(super) fn text_below(&self, base: usize) -> String {
        let parts = self.below(base).iter();
        parts.map(|part| format!("/{}", part.name().unwrap_or("{}"))).collect()
    }
}
