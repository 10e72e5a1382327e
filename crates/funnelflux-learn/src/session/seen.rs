//! What was seen at one place of bodies, answers or queries, over all calls of one form.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use serde_json::Value;

use super::sight::{At, Sight};
use super::words::{are_ids, is_id, is_word};

/// Of more values than that the rest is not kept.
const MOST_VALUES: usize = 32;
pub(super) const MOST_IDS: usize = 256;
/// More objects of one value show no more.
const MOST_OBJECTS: usize = 4;
/// An object with more names than that is a map.
const MOST_MEMBERS: usize = 128;
const DEEPEST: usize = 8;

/// A place and all that was seen there. Lists count as what they hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) sight: Sight,
    /// The objects around it that have it.
    pub(super) holders: u64,
    pub(super) is_list: bool,
    pub(super) objects: u64,
    pub(super) has_number: bool,
    pub(super) has_bool: bool,
    pub(super) has_text: bool,
    /// Texts that may be words of an enumeration.
    pub(super) values: BTreeMap<String, Word>,
    /// There were texts that are no words, or too many of them.
    pub(super) has_other_texts: bool,
    pub(super) ids: BTreeSet<String>,
    pub(super) has_id_list: bool,
    /// A parameter that one query had several times.
    pub(super) is_repeated: bool,
    pub(super) members: BTreeMap<String, Seen>,
    /// Some of the objects with an id that it is in.
    pub(super) owners: BTreeSet<u64>,
    /// The texts that these have there.
    pub(super) texts: BTreeSet<u64>,
    /// It holds so many names that they are no members.
    pub(super) is_map: bool,
}

/// A text, where it was seen, and some of the objects that have it.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) sight: Sight,
    pub(super) objects: BTreeSet<u64>,
}

impl Seen {
    pub(super) fn add(&mut self, value: &Value, at: At) {
        self.take(value, at, 0, None);
    }

    /// A value of a query or of a path.
    pub(super) fn add_text(&mut self, text: &str, at: At) {
        self.sight.note(at);
        self.text(text, at, None);
    }

    /// `of` is the innermost object around it that has an id.
    fn take(&mut self, value: &Value, at: At, depth: usize, of: Option<u64>) {
        match value {
            Value::Array(items) => {
                self.is_list = true;
                if items.is_empty() {
                    self.sight.note(at);
                }
                items.iter().for_each(|item| self.take(item, at, depth, of));
                return;
            }
            Value::Object(members) if depth < DEEPEST => {
                self.objects += 1;
                let id = members.values().find_map(|value| value.as_str().filter(|it| is_id(it)));
                let of = id.map(|id| hash(&id)).or(of);
                for (name, value) in members {
                    if self.members.len() >= MOST_MEMBERS && !self.members.contains_key(name) {
                        self.is_map = true;
                        break;
                    }
                    let member = self.members.entry(name.clone()).or_default();
                    member.holders += 1;
                    let room = member.owners.len() < MOST_OBJECTS;
                    member.owners.extend(of.filter(|_| room));
                    member.take(value, at, depth + 1, of);
                }
            }
            Value::Object(_) => self.objects += 1,
            Value::String(text) => self.text(text, at, of),
            Value::Number(_) => self.has_number = true,
            Value::Bool(_) => self.has_bool = true,
            Value::Null => {}
        }
        self.sight.note(at);
    }

    fn text(&mut self, text: &str, at: At, of: Option<u64>) {
        self.has_text = true;
        if of.is_some_and(|of| self.owners.contains(&of)) && self.texts.len() <= MOST_OBJECTS {
            self.texts.insert(hash(&text));
        }
        if is_id(text) {
            if self.ids.len() < MOST_IDS {
                self.ids.insert(text.to_owned());
            }
        } else if are_ids(text) {
            self.has_id_list = true;
            let room = MOST_IDS.saturating_sub(self.ids.len());
            self.ids.extend(text.split(',').take(room).map(|id| id.trim().to_owned()));
        } else if !text.is_empty() {
            let room = self.values.len() < MOST_VALUES || self.values.contains_key(text);
            if is_word(text) && room {
                let word = self.values.entry(text.to_owned()).or_default();
                word.sight.note(at);
                let room = word.objects.len() < MOST_OBJECTS;
                word.objects.extend(of.filter(|_| room));
            } else {
                self.has_other_texts = true;
            }
        }
    }

    /// The part at a path of members.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |seen, name| seen.members.get(*name))
    }

    /// Whether every text was an id, and there was one.
    pub(super) fn is_of_ids(&self) -> bool {
        !self.ids.is_empty() && self.values.is_empty() && !self.has_other_texts
    }

    /// Whether every id is a number.
    pub(super) fn is_of_numbers(&self) -> bool {
        self.ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether every text may be a word of an enumeration, and there was one.
    pub(super) fn is_of_words(&self) -> bool {
        !self.values.is_empty() && self.ids.is_empty() && !self.has_other_texts
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

pub(super) fn hash(id: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
