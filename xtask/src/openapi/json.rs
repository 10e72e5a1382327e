//! JSON whose members keep the order in which they are written.
//!
//! `serde_json::Map` sorts them, or keeps them, by a feature that another crate may switch on: the
//! file would then depend on what else is built.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Json {
    Object(Object),
    List(Vec<Json>),
    Value(Value),
}

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

/// An object under construction.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Object(IndexMap<String, Json>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a member.
    pub(crate) fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list, unless it is empty.
    pub(crate) fn with_list<T: Into<Json>>(
        self,
        name: &str,
        list: impl IntoIterator<Item = T>,
    ) -> Self {
        let list: Vec<Json> = list.into_iter().map(Into::into).collect();
        if list.is_empty() { self } else { self.with(name, Json::List(list)) }
    }
}
