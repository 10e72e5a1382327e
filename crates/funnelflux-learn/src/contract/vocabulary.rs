//! The names that no schema holds, and the names whose values may be shown.

use serde::{Deserialize, Serialize};

use super::reader::{Entry, entry};
use super::words::{Grade, Word};

entry! {
    #[derive(Default)]
    pub struct Vocabulary {
        pub groups: Vec<Group> = "vocabulary";
        /// Members whose values identify no person and no account.
        pub harmless: Vec<String>;
        /// Phrases of a server that stopped a query.
        pub stopped_query: Vec<String>;
        /// Names in code that are not the API's.
        pub foreign: Vec<Foreign>;
    }
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
        pub about: String;
        pub grade: Grade;
        pub source: String;
    }
}

/// The values of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// Any text or number.
    Text,
    /// Numbers that say nothing of a person.
    Figure,
    /// Words of the API.
    Word,
}

impl Word for Holds {}
impl Entry for Vocabulary {}
impl Entry for Foreign {}
impl Entry for Group {}
