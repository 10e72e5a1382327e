//! The stored objects.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, Status};
use crate::account::ids;
use crate::rng::hash;
use crate::wire::text;

/// Divisible by neither 2 nor 31, so that it reaches all 62⁵ values before one repeats.
const ID_STEP: u64 = 366_000_007;

/// A saved object.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: Status,
    /// The saved text with the members that the server manages, without secrets.
    pub(crate) text: String,
    /// The parsed text.
    #[serde(skip)]
    pub(crate) value: Value,
    /// The secrets, by their place in the object.
    pub(crate) secrets: BTreeMap<String, String>,
}

impl Entry {
    /// A string member; empty where it is absent.
    pub(crate) fn string(&self, name: &str) -> &str {
        self.value.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn set(&mut self, path: &[&str], value: &Value) {
        text::set(&mut self.text, path, value);
        self.value = serde_json::from_str(&self.text).unwrap_or_default();
    }

    pub(crate) fn set_status(&mut self, status: Status) {
        self.status = status;
        self.set(&["status"], &status.name().into());
    }
}

/// All objects, in the order of their creation.
#[derive(Default)]
pub(crate) struct Store {
    entries: Vec<Entry>,
    places: HashMap<(Kind, String), usize>,
    seed: u64,
    pub(crate) made: u64,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: hash(&[seed, 0x1ED6]) % (1 << 32), ..Self::default() }
    }

    pub(crate) fn load(seed: u64, entries: Vec<Entry>, made: u64) -> Self {
        let mut store = Self { made, ..Self::new(seed) };
        for mut entry in entries {
            entry.value = serde_json::from_str(&entry.text).unwrap_or_default();
            store.put(entry);
        }
        store
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.places.get(&(kind, id.to_owned())).and_then(|place| self.entries.get(*place))
    }

    /// The same, unless it is deleted.
    pub(crate) fn living(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.get(kind, id).filter(|entry| entry.status != Status::Deleted)
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Entry> {
        let place = *self.places.get(&(kind, id.to_owned()))?;
        self.entries.get_mut(place)
    }

    pub(crate) fn all(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// Replaces the object with that id, or adds one at the end.
    pub(crate) fn put(&mut self, entry: Entry) {
        match self.get_mut(entry.kind, &entry.id) {
            Some(old) => *old = entry,
            None => {
                self.places.insert((entry.kind, entry.id.clone()), self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// Removes the object that was put last.
    pub(crate) fn remove_last(&mut self, kind: Kind, id: &str) {
        if let Some(place) = self.places.remove(&(kind, id.to_owned())) {
            self.entries.truncate(place);
        }
    }

    /// Makes an id for a duplicate, or for a node or connection in it.
    pub(crate) fn make_id(&mut self, now_millis: i64) -> String {
        self.made += 1;
        ids::asset_id(now_millis, self.seed.wrapping_add(self.made.wrapping_mul(ID_STEP)))
    }
}
