//! Calls of one form: of one method and one path, with a place for each id.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::funnels::Funnels;
use super::lexicon::Texts;
use super::refusals::Refusals;
use super::seen::{MOST_IDS, Seen, hash};
use super::sight::{At, Sight};
use super::words::{is_id, is_word, words};

/// The forms that are kept; a session of the app has a hundred.
const MOST_FORMS: usize = 4_000;
const MOST_SEGMENTS: usize = 12;
const MOST_WRITES: usize = 10_000;
const MOST_STATES: usize = 50_000;
const MOST_SHOWN: usize = 200_000;

/// A request, and what came back.
pub(super) struct Exchange<'a> {
    pub(super) at: At,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) status: u16,
    pub(super) body: Option<&'a Value>,
    pub(super) answer: Option<&'a Value>,
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

/// All calls of one form. What was refused proves no path, no name and no value, so only the refusals are of it.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: Vec<Segment>,
    /// The calls that were taken.
    pub(super) taken: Sight,
    /// Those of them whose path ends in a slash.
    pub(super) slashed: u64,
    /// Those of them that had an answer.
    pub(super) answered: Sight,
    pub(super) query: BTreeMap<String, Seen>,
    /// The ids of the path, place by place.
    pub(super) path_ids: Vec<Seen>,
    pub(super) body: Seen,
    pub(super) answer: Seen,
    /// The ids that were sent or answered, and that no read had shown before.
    pub(super) made: BTreeSet<String>,
    pub(super) refusals: Refusals,
}

/// A write that was not refused: its form, and the ids in it.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) at: At,
    pub(super) method: String,
    pub(super) path: Vec<Segment>,
    pub(super) ids: Vec<String>,
}

impl Write {
    /// Whether it is one of these calls.
    pub(super) fn is_of(&self, calls: &Call) -> bool {
        (&self.method, &self.path) == (&calls.method, &calls.path)
    }
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
    /// The ids that reads have shown, each with its file.
    shown: HashSet<u64>,
}

/// What was seen of the account, on any server.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) funnels: Funnels,
    /// What the texts of bodies, answers, queries and hosts are made of.
    pub(super) texts: Texts,
    /// The JSON answers of the API whose bodies were not recorded.
    pub(super) without_content: u64,
}

impl Calls {
    /// The forms of which a call was taken.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Call> + Clone {
        self.forms.values().filter(|call| call.taken.count > 0)
    }

    /// The forms of which every call was refused.
    pub(super) fn refused(&self) -> impl Iterator<Item = &Call> {
        self.forms.values().filter(|call| call.taken.count == 0)
    }

    pub(super) fn add(&mut self, exchange: &Exchange<'_>, account: &mut Account) -> bool {
        let Exchange { at, method, path, body, answer, .. } = *exchange;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        if parts.is_empty() || parts.len() > MOST_SEGMENTS {
            return false;
        }
        [body, answer].into_iter().flatten().for_each(|json| account.texts.note(json));
        pairs(query).for_each(|(_, value)| account.texts.note_text(&value, false));
        let form: Vec<Segment> = parts
            .iter()
            .map(|part| if is_id(part) { Segment::Id } else { Segment::Name(part.clone()) })
            .collect();
        let key = (method.to_owned(), form.clone());
        if self.forms.len() >= MOST_FORMS && !self.forms.contains_key(&key) {
            return false;
        }
        let call = self.forms.entry(key).or_default();
        (call.method, call.path) = (method.to_owned(), form.clone());
        if call.refusals.take(exchange) {
            return true;
        }
        call.taken.note(at);
        call.slashed += u64::from(path.ends_with('/'));
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
            let is_again = pairs(query).filter(|(other, _)| *other == name).nth(1).is_some();
            let seen = call.query.entry(name).or_default();
            seen.add_text(&value, at);
            seen.is_repeated |= is_again;
            seen.has_id_list |= is_again && is_id(&value);
        }
        for value in [body, answer].into_iter().flatten() {
            account.funnels.note(value, at);
        }
        if let Some(body) = body {
            call.body.add(body, at);
        }
        if let Some(answer) = answer {
            call.answered.note(at);
            call.answer.add(answer, at);
        }
        let mut ids = Vec::new();
        [body, answer].into_iter().flatten().for_each(|json| all_ids(json, &mut ids, 0));
        let is_new = |id: &&str| !self.shown.contains(&hash(&(at.file, id)));
        if method != "GET" {
            let room = MOST_IDS.saturating_sub(call.made.len());
            call.made.extend(ids.into_iter().filter(is_new).take(room).map(str::to_owned));
        } else if self.shown.len() < MOST_SHOWN {
            self.shown.extend(ids.iter().map(|id| hash(&(at.file, id))));
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

/// The ids in a body or an answer.
fn all_ids<'v>(value: &'v Value, ids: &mut Vec<&'v str>, depth: usize) {
    match value {
        Value::String(text) if is_id(text) => ids.push(text),
        Value::Array(items) => items.iter().for_each(|item| all_ids(item, ids, depth)),
        Value::Object(members) if depth < 5 => {
            members.values().for_each(|value| all_ids(value, ids, depth + 1));
        }
        _ => {}
    }
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
}
