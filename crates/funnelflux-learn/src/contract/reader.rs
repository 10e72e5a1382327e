//! Reading one TOML table key by key, noting every complaint instead of stopping at the first.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::words::Word;

/// Complaints, each naming file and entry.
#[derive(Debug, Default)]
pub(super) struct Violations {
    list: RefCell<Vec<String>>,
    /// Whether an entry could not be read, so that references to it lead nowhere.
    pub(super) lack_entries: Cell<bool>,
}

impl Violations {
    pub(super) fn add(&self, place: &str, message: impl AsRef<str>) {
        self.list.borrow_mut().push(format!("{place}: {}", message.as_ref()));
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.list.into_inner()
    }
}

/// An entry of a list, or a whole file: its struct, and how each field is read.
///
/// A field is read as its type says, from the key of its name or the key after `=`, or by the
/// function after `=>`. The words in parentheses name the entry in complaints: by its number, or by
/// the text of the key.
macro_rules! entry {
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@read $entry:ident $type:ty, $key:expr) => {
        <$type as $crate::contract::reader::FromKey>::from_key($entry, $key)
    };
    (@read $entry:ident $type:ty, $key:expr, $read:expr) => {{
        let read: fn(&$crate::contract::reader::Reader<'_>) -> $type = $read;
        Some(read($entry))
    }};
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(($numbered:literal, $key:literal, $named:literal))? {
            $($(#[$doc:meta])* pub $field:ident: $type:ty $(= $own:literal)? $(=> $read:expr)?;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, serde::Serialize)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl $crate::contract::reader::Keys for $name {
            $(const NAMES: [&'static str; 3] = [$numbered, $key, $named];)?

            fn read(entry: &$crate::contract::reader::Reader<'_>) -> Option<Self> {
                // All are read before the first that is missing ends it, so that all complain.
                $(let $field = entry!(@read entry $type, entry!(@key $field $($own)?) $(, $read)?);)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    };
}
pub(super) use entry;

/// The items that a list has a second time.
pub(super) fn twice<T: Ord + Copy>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    items.into_iter().filter(|item| !seen.insert(*item)).collect()
}

/// The keys of an entry; see [`entry`].
pub(super) trait Keys: Sized {
    const NAMES: [&'static str; 3] = [""; 3];

    fn read(entry: &Reader<'_>) -> Option<Self>;
}

/// The rules that an entry keeps by itself.
pub(super) trait Entry: Keys {
    fn check(&self, _entry: &Reader<'_>) {}
}

/// A value that one key holds; `None` after a complaint.
pub(super) trait FromKey: Sized {
    fn from_key(entry: &Reader<'_>, key: &'static str) -> Option<Self>;
}

macro_rules! from_key {
    ($($type:ty $(where $bound:ident: $trait:ident)? = |$entry:ident, $key:ident| $read:expr;)+) => {$(
        impl$(<$bound: $trait>)? FromKey for $type {
            fn from_key($entry: &Reader<'_>, $key: &'static str) -> Option<Self> {
                $read
            }
        }
    )+};
}

from_key! {
    String = |entry, key| entry.required(key);
    Option<String> = |entry, key| Some(entry.optional(key));
    Vec<String> = |entry, key| Some(entry.optional(key).unwrap_or_default());
    bool = |entry, key| Some(entry.optional(key).unwrap_or(false));
    Option<bool> = |entry, key| Some(entry.optional(key));
    W where W: Word = |entry, key| entry.required(key).filter(|word| entry.takes(key, word));
    Option<W> where W: Word = |entry, key| {
        Some(entry.optional(key).filter(|word| entry.takes(key, word)))
    };
    Vec<E> where E: Entry = |entry, key| Some(entry.entries(key));
}

/// One table, with the place it stands at, for the complaints.
pub(super) struct Reader<'a> {
    table: &'a Table,
    place: String,
    seen: RefCell<BTreeSet<&'static str>>,
    log: &'a Violations,
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table, place: String, log: &'a Violations) -> Self {
        Self { table, place, seen: RefCell::default(), log }
    }

    pub(super) fn complain(&self, message: impl AsRef<str>) {
        self.log.add(&self.place, message);
    }

    fn takes(&self, key: &str, word: &impl Word) -> bool {
        if !word.is_of_contract() {
            self.complain(format!("{key}: only a fact of an account has this word"));
        }
        word.is_of_contract()
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The whole table as one entry, checked by itself. A key that is not read is a typing mistake.
    pub(super) fn entry<E: Entry>(self) -> Option<E> {
        let read = E::read(&self);
        match &read {
            Some(entry) => entry.check(&self),
            None => self.log.lack_entries.set(true),
        }
        let seen = self.seen.borrow();
        for key in self.table.keys().filter(|key| !seen.contains(key.as_str())) {
            self.complain(format!("`{key}` is no key of this format"));
        }
        read
    }

    /// A list of entries; an absent key is an empty list.
    pub(super) fn entries<E: Entry>(&self, key: &'static str) -> Vec<E> {
        let [numbered, name, named] = E::NAMES;
        let tables: Vec<Table> = self.optional(key).unwrap_or_default();
        let tables = tables.iter().enumerate().filter_map(|(index, table)| {
            let entry = match table.get(name).and_then(Value::as_str) {
                Some(name) => named.replace("{}", name),
                None => format!("{numbered} number {}", index + 1),
            };
            Reader::new(table, format!("{}: {entry}", self.place), self.log).entry()
        });
        tables.collect()
    }

    fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.seen.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// The value of a key that may be absent, as another key's reading needs it: no complaints.
    pub(super) fn peek<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.table.get(key)?.clone().try_into().ok()
    }

    /// Complains if a list that may be empty is not there at all.
    pub(super) fn must_have(&self, key: &'static str) {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; write `{key} = []` if there are none"));
        }
    }

    /// A value that must be there.
    pub(super) fn required<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        if self.get(key).is_none() {
            // The complaint about a word that is none lists the words.
            let why = Value::from("").try_into::<T>().err().map(|why| why.message().to_owned());
            let words = why.as_ref().and_then(|why| why.split_once(", "));
            let words = words.map(|(_, words)| format!("; {words}")).unwrap_or_default();
            self.complain(format!("`{key}` is missing{words}"));
        }
        self.optional(key)
    }

    /// A value that may be absent; a text is not empty.
    pub(super) fn optional<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        if self.get(key)?.as_str().is_some_and(|text| text.trim().is_empty()) {
            self.complain(format!("`{key}` is empty"));
            return None;
        }
        self.any(key)
    }

    /// A value that may be absent, or an empty text.
    pub(super) fn any<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        let value = self.get(key)?;
        let read = value.clone().try_into();
        read.map_err(|why| self.complain(format!("`{key}` is {value}: {}", why.message()))).ok()
    }
}
