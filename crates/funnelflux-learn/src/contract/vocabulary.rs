//! The names that no schema holds, and the names whose values may be shown.

use toml::Table;

use super::reader::{Reader, Violations};
use super::words::{Grade, Word};

#[derive(Debug, Default)]
pub struct Vocabulary {
    pub groups: Vec<Group>,
    /// Members whose values identify no person and no account.
    pub harmless: Vec<String>,
}

/// Names of one origin that hold values of one sort.
#[derive(Debug)]
pub struct Group {
    pub names: Vec<String>,
    pub holds: Holds,
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
    const TABLE: &'static [(&'static str, &'static str, Self)] = &[
        ("text", "Text", Self::Text),
        ("figure", "Figure", Self::Figure),
        ("word", "Word", Self::Word),
    ];
}

impl Vocabulary {
    pub fn read(top: &Reader<'_>, file: &str, log: &Violations) -> Self {
        let groups = top.tables("vocabulary").into_iter().enumerate();
        Self {
            groups: groups.map(|(index, table)| Group::read(table, file, index + 1, log)).collect(),
            harmless: top.texts("harmless"),
        }
    }
}

impl Group {
    fn read(table: &Table, file: &str, number: usize, log: &Violations) -> Self {
        let entry = Reader::new(table, format!("{file}: vocabulary number {number}"), log);
        let group =
            Self { names: entry.texts("names"), holds: entry.word("holds").unwrap_or(Holds::Text) };
        entry.text("about");
        entry.word::<Grade>("grade");
        entry.text("source");
        entry.finish();
        group
    }
}
