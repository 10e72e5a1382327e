//! The stored objects, and their status.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, Saved};
use crate::account::ids;
use crate::rng::hash;
use crate::wire::{Refusal, Result, text};

/// Divisible by neither 2 nor 31, so that it reaches all 62⁵ values before one repeats.
const ID_STEP: u64 = 366_000_007;

funnelflux_contract::words! {
    /// The status of an asset. Deleted ones are kept, since lists can ask for them.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Status, "The status on the wire." {
        Active = "active",
        Archived = "archived",
        Deleted = "deleted",
    }
}

pub(crate) const RIGHT_STATUS: &str =
    "`active`, `archived`, `deleted`, `not-deleted`, `all` or nothing";

/// Documented for middleware configs, taken for all: empty and `not-deleted` are the same.
pub(crate) fn admitted(filter: &str) -> Result<Vec<Status>> {
    match filter {
        "" | "not-deleted" => Ok(vec![Status::Active, Status::Archived]),
        "all" => Ok(Status::ALL.to_vec()),
        other => Status::find(other).map(|only| vec![only]).ok_or_else(|| {
            Refusal::parameter("status", format_args!("is {other:?}"), RIGHT_STATUS)
        }),
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: Status,
    /// The saved text with the members that the server manages, without secrets.
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) value: Value,
    /// The secrets, by their place in the object.
    pub(crate) secrets: BTreeMap<String, String>,
}

impl Entry {
    /// An active object without a name and secrets.
    pub(crate) fn new(kind: Kind, id: &str, text: String) -> Self {
        let (id, value) = (id.to_owned(), serde_json::from_str(&text).unwrap_or_default());
        let (name, status, secrets) = (String::new(), Status::Active, BTreeMap::new());
        Self { kind, id, name, status, text, value, secrets }
    }

    /// A string member; empty where it is absent.
    pub(crate) fn string(&self, name: &str) -> &str {
        self.value.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn group(&self) -> &str {
        match self.string("idFunnelGroup") {
            "" => self.string("idCampaign"),
            id => id,
        }
    }

    /// The types of the categories that it may be in. A lander is never in a category of offers.
    pub(crate) fn category_types(&self) -> &'static [&'static str] {
        let all = self.kind.asset().map_or(&[][..], |kind| kind.category_types);
        let own = all.iter().position(|known| *known == self.string("pageType"));
        own.and_then(|at| all.get(at..=at)).unwrap_or(all)
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == Status::Deleted
    }

    pub(crate) fn set(&mut self, path: &[&str], value: impl Into<Value>) {
        text::set(&mut self.text, path, &value.into());
        self.parse();
    }

    /// Reads the value again, after a change of the text.
    pub(crate) fn parse(&mut self) {
        self.value = serde_json::from_str(&self.text).unwrap_or_default();
    }

    /// Writes a value under each spelling that the object has.
    pub(crate) fn spell(&mut self, spellings: &[&str], to: &str) {
        for name in spellings {
            if self.value.get(*name).is_some() {
                self.set(&[name], to);
            }
        }
    }

    pub(crate) fn set_status(&mut self, status: Status) {
        self.status = status;
        self.set(&["status"], status.as_str());
    }
}

/// All objects, in the order of their creation.
#[derive(Default)]
pub(crate) struct Store {
    entries: IndexMap<(Kind, String), Entry>,
    seed: u64,
    pub(crate) made: u64,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: hash(&[seed, 0x1ED6]) % (1 << 32), ..Self::default() }
    }

    pub(crate) fn load(seed: u64, Saved { assets, made }: Saved) -> Self {
        let mut store = Self { made, ..Self::new(seed) };
        for mut entry in assets {
            entry.parse();
            store.put(entry);
        }
        store
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.entries.get(&(kind, id.to_owned()))
    }

    pub(crate) fn living(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.get(kind, id).filter(|entry| !entry.is_deleted())
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Entry> {
        self.entries.get_mut(&(kind, id.to_owned()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.values_mut()
    }

    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.all().filter(move |entry| entry.kind == kind)
    }

    /// Replaces the object with that id, or adds one at the end.
    pub(crate) fn put(&mut self, entry: Entry) {
        self.entries.insert((entry.kind, entry.id.clone()), entry);
    }

    pub(crate) fn remove(&mut self, kind: Kind, id: &str) {
        self.entries.shift_remove(&(kind, id.to_owned()));
    }

    pub(crate) fn make_id(&mut self, now_millis: i64) -> String {
        self.made += 1;
        ids::asset_id(now_millis, self.seed.wrapping_add(self.made.wrapping_mul(ID_STEP)))
    }
}
