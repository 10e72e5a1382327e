//! The names that no schema holds, and the names whose values may be shown.

use super::reader::{Entry, Reader, entry};
use super::words::{Grade, Word};

#[derive(Debug, Default)]
pub struct Vocabulary {
    pub groups: Vec<Group>,
    /// Members whose values identify no person and no account.
    pub harmless: Vec<String>,
    /// Phrases of a server that stopped a query.
    pub stopped_query: Vec<String>,
    /// Names in code that are not the API's.
    pub foreign: Vec<Foreign>,
}

entry! {
    /// Names in code that are not the API's, and why they are there.
    pub struct Foreign("foreign", "", "") {
        pub names: Vec<String>;
        pub reason: String;
    }
}

entry! {
    /// Names of one origin that hold values of one sort.
    pub struct Group("vocabulary", "", "") {
        pub names: Vec<String>;
        pub holds: Holds;
    }
}

/// The values of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Any text or number.
    Text,
    /// Numbers that say nothing of a person.
    Figure,
    /// Words of the API.
    Word,
}

impl Word for Holds {
    const FALLBACK: Self = Self::Text;
    const TABLE: &'static [(&'static str, Self)] =
        &[("text", Self::Text), ("figure", Self::Figure), ("word", Self::Word)];
}

impl Vocabulary {
    pub fn read(top: &Reader<'_>) -> Self {
        Self {
            groups: top.entries("vocabulary"),
            harmless: top.texts("harmless"),
            stopped_query: top.texts("stopped_query"),
            foreign: top.entries("foreign"),
        }
    }
}

impl Entry for Foreign {}

impl Entry for Group {
    fn check(&self, entry: &Reader<'_>) {
        entry.text("about");
        entry.word::<Grade>("grade");
        entry.text("source");
    }
}
