//! Reading one TOML table key by key, noting every complaint instead of stopping at the first.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::{Table, Value};

use super::words::Word;

/// Complaints, each naming file and entry.
#[derive(Debug, Default)]
pub struct Violations(RefCell<Vec<String>>);

impl Violations {
    pub fn add(&self, place: &str, message: impl AsRef<str>) {
        self.0.borrow_mut().push(format!("{place}: {}", message.as_ref()));
    }

    pub fn into_vec(self) -> Vec<String> {
        self.0.into_inner()
    }
}

/// An entry of a list: its struct, and how each field is read.
///
/// A field is read from the key of its name as its type says, or by the function behind `=`. The words
/// in parentheses name the entry in complaints: by its number, or by the text of the key.
macro_rules! entry {
    (@read $entry:ident $field:ident $type:ty) => {
        <$type as $crate::contract::reader::FromKey>::from_key($entry, stringify!($field))
    };
    (@read $entry:ident $field:ident $type:ty, $read:expr) => {{
        let read: fn(&$crate::contract::reader::Reader<'_>) -> $type = $read;
        read($entry)
    }};
    (
        $(#[$meta:meta])*
        pub struct $name:ident($numbered:literal, $key:literal, $named:literal) {
            $($(#[$doc:meta])* pub $field:ident: $type:ty $(= $read:expr)?;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl $crate::contract::reader::Keys for $name {
            const NUMBERED: &'static str = $numbered;
            const KEY: &'static str = $key;
            const NAMED: &'static str = $named;

            fn read(entry: &$crate::contract::reader::Reader<'_>) -> Self {
                Self { $($field: entry!(@read entry $field $type $(, $read)?),)+ }
            }
        }
    };
}
pub(super) use entry;

/// The keys of an entry; see [`entry`].
pub trait Keys: Sized {
    const NUMBERED: &'static str;
    const KEY: &'static str;
    const NAMED: &'static str;

    fn read(entry: &Reader<'_>) -> Self;
}

/// The rules that an entry keeps by itself.
pub trait Entry: Keys {
    fn check(&self, _entry: &Reader<'_>) {}
}

/// A value that one key holds.
pub(super) trait FromKey {
    fn from_key(entry: &Reader<'_>, key: &'static str) -> Self;
}

macro_rules! from_key {
    ($($type:ty $(where $bound:ident: $trait:ident)? = |$entry:ident, $key:ident| $read:expr;)+) => {$(
        impl$(<$bound: $trait>)? FromKey for $type {
            fn from_key($entry: &Reader<'_>, $key: &'static str) -> Self {
                $read
            }
        }
    )+};
}

from_key! {
    String = |entry, key| entry.text(key);
    Option<String> = |entry, key| entry.optional_text(key);
    Vec<String> = |entry, key| entry.texts(key);
    bool = |entry, key| entry.optional_flag(key).unwrap_or(false);
    Option<bool> = |entry, key| entry.optional_flag(key);
    W where W: Word = |entry, key| entry.word(key).unwrap_or(W::FALLBACK);
    Option<W> where W: Word = |entry, key| entry.optional_word(key);
    Vec<E> where E: Entry = |entry, key| entry.entries(key);
}

/// One table, with the place it stands at, for the complaints.
pub struct Reader<'a> {
    table: &'a Table,
    place: String,
    seen: RefCell<BTreeSet<&'static str>>,
    log: &'a Violations,
}

impl<'a> Reader<'a> {
    pub fn new(table: &'a Table, place: String, log: &'a Violations) -> Self {
        Self { table, place, seen: RefCell::default(), log }
    }

    pub fn complain(&self, message: impl AsRef<str>) {
        self.log.add(&self.place, message);
    }

    pub fn place(&self) -> &str {
        &self.place
    }

    /// A list of entries, each read and checked by itself; an absent key is an empty list.
    pub fn entries<E: Entry>(&self, key: &'static str) -> Vec<E> {
        let mut entries = Vec::new();
        for (index, table) in self.tables(key).into_iter().enumerate() {
            let entry = match table.get(E::KEY).and_then(Value::as_str) {
                Some(name) => E::NAMED.replace("{}", name),
                None => format!("{} number {}", E::NUMBERED, index + 1),
            };
            let entry = Reader::new(table, format!("{}: {entry}", self.place), self.log);
            let read = E::read(&entry);
            read.check(&entry);
            entry.finish();
            entries.push(read);
        }
        entries
    }

    fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.seen.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// The value of a key, as `read` takes it; `right` says what it must be.
    fn typed<T>(
        &self,
        key: &'static str,
        right: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value);
        if read.is_none() {
            let found = value.type_str();
            self.complain(format!("`{key}` is a {found}, but must be {right}"));
        }
        read
    }

    /// Complains if a key is not there at all.
    pub fn needs(&self, key: &'static str) {
        if self.table.get(key).is_none() {
            self.complain(format!("`{key}` is missing"));
        }
    }

    /// Complains if a list that may be empty is not there at all.
    pub fn must_have(&self, key: &'static str) {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; write `{key} = []` if there are none"));
        }
    }

    /// A text that must be there; an empty one stands in for a missing one.
    pub fn text(&self, key: &'static str) -> String {
        self.needs(key);
        self.optional_text(key).unwrap_or_default()
    }

    /// A text that must be there, and may be empty.
    pub fn any_text(&self, key: &'static str) -> String {
        self.needs(key);
        self.typed(key, "a string", Value::as_str).unwrap_or_default().to_owned()
    }

    pub fn optional_text(&self, key: &'static str) -> Option<String> {
        let text = self.typed(key, "a string", Value::as_str)?;
        if text.trim().is_empty() {
            self.complain(format!("`{key}` is empty"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A word of a closed set that must be there.
    pub fn word<W: Word>(&self, key: &'static str) -> Option<W> {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; it must be one of: {}", W::all()));
        }
        self.optional_word(key)
    }

    pub fn optional_word<W: Word>(&self, key: &'static str) -> Option<W> {
        let text = self.optional_text(key)?;
        let word = W::parse(&text);
        if word.is_none() {
            let all = W::all();
            self.complain(format!("`{key}` is \"{text}\", but must be one of: {all}"));
        }
        word
    }

    /// The word of another key, which complains for itself.
    pub fn of_other<W: Word>(&self, key: &'static str) -> W {
        let text = self.table.get(key).and_then(Value::as_str);
        text.and_then(W::parse).unwrap_or(W::FALLBACK)
    }

    pub fn optional_flag(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", Value::as_bool)
    }

    pub fn flag(&self, key: &'static str) -> bool {
        self.needs(key);
        self.optional_flag(key).unwrap_or(false)
    }

    /// A list of texts; an absent key is an empty list.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        self.items(key, "strings", |value| value.as_str().map(str::to_owned))
    }

    /// A list of tables; an absent key is an empty list.
    fn tables(&self, key: &'static str) -> Vec<&'a Table> {
        self.items(key, "tables", Value::as_table)
    }

    fn items<T>(
        &self,
        key: &'static str,
        right: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Vec<T> {
        let list = self.typed(key, "a list", Value::as_array);
        let mut items = Vec::new();
        for value in list.into_iter().flatten() {
            match read(value) {
                Some(item) => items.push(item),
                None => {
                    let found = value.type_str();
                    self.complain(format!("`{key}` holds a {found}, but must hold {right}"));
                }
            }
        }
        items
    }

    /// Complains about every key that nothing asked for: a typing mistake, most likely.
    pub fn finish(self) {
        let seen = self.seen.borrow();
        for key in self.table.keys() {
            if !seen.contains(key.as_str()) {
                self.complain(format!("`{key}` is no key of this format"));
            }
        }
    }
}
