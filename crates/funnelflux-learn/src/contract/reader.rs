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

    fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.seen.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// A text that must be there; an empty one stands in for a missing one.
    pub fn text(&self, key: &'static str) -> String {
        match self.optional_text(key) {
            Some(text) => text,
            None => {
                if self.table.get(key).is_none() {
                    self.complain(format!("`{key}` is missing"));
                }
                String::new()
            }
        }
    }

    pub fn optional_text(&self, key: &'static str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) if text.trim().is_empty() => {
                self.complain(format!("`{key}` is empty"));
                None
            }
            Value::String(text) => Some(text.clone()),
            other => {
                let found = other.type_str();
                self.complain(format!("`{key}` is a {found}, but must be a string"));
                None
            }
        }
    }

    /// A word of a closed set that must be there.
    pub fn word<W: Word>(&self, key: &'static str) -> Option<W> {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; it must be one of: {}", W::all()));
            return None;
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

    pub fn optional_flag(&self, key: &'static str) -> Option<bool> {
        match self.get(key)? {
            Value::Boolean(flag) => Some(*flag),
            other => {
                let found = other.type_str();
                self.complain(format!("`{key}` is a {found}, but must be true or false"));
                None
            }
        }
    }

    pub fn flag(&self, key: &'static str) -> bool {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; it must be true or false"));
        }
        self.optional_flag(key).unwrap_or(false)
    }

    /// A list of texts; an absent key is an empty list.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let mut texts = Vec::new();
        for value in self.array(key) {
            match value {
                Value::String(text) => texts.push(text.clone()),
                other => {
                    let found = other.type_str();
                    self.complain(format!("`{key}` holds a {found}, but must hold strings"));
                }
            }
        }
        texts
    }

    /// A list of tables; an absent key is an empty list.
    pub fn tables(&self, key: &'static str) -> Vec<&'a Table> {
        let mut tables = Vec::new();
        for value in self.array(key) {
            match value {
                Value::Table(table) => tables.push(table),
                other => {
                    let found = other.type_str();
                    self.complain(format!("`{key}` holds a {found}, but must hold tables"));
                }
            }
        }
        tables
    }

    /// Complains if a list that may be empty is not there at all.
    pub fn must_have(&self, key: &'static str) {
        if self.get(key).is_none() {
            self.complain(format!("`{key}` is missing; write `{key} = []` if there are none"));
        }
    }

    fn array(&self, key: &'static str) -> &'a [Value] {
        match self.get(key) {
            None => &[],
            Some(Value::Array(array)) => array,
            Some(other) => {
                let found = other.type_str();
                self.complain(format!("`{key}` is a {found}, but must be a list"));
                &[]
            }
        }
    }

    /// Accepts a key that is read elsewhere.
    pub fn ignore(&self, key: &'static str) {
        self.seen.borrow_mut().insert(key);
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
