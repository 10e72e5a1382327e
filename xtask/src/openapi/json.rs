//! JSON whose members keep the order in which they are written. `serde_json::Map` does so only with a feature
//! that another crate may switch on: the file would depend on what else is built.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Object(IndexMap<String, Box<RawValue>>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Begins with the members of JSON that stands in the sources.
    pub(crate) fn of(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Self {
        // Strings, numbers, lists and objects of them: nothing that JSON could refuse.
        self.0.extend(to_raw_value(&value).map(|value| (name.to_owned(), value)));
        self
    }

    pub(crate) fn with_some(self, name: &str, value: Option<impl Serialize>) -> Self {
        let Some(value) = value else { return self };
        self.with(name, value)
    }

    /// Adds a list, unless it is empty.
    pub(crate) fn with_list(self, name: &str, list: impl IntoIterator<Item: Serialize>) -> Self {
        let list: Vec<_> = list.into_iter().collect();
        if list.is_empty() { self } else { self.with(name, list) }
    }
}
