use std::{error::Error, fmt};

use crate::scan::describe;

/// A change that cannot be made to a JSON text, or a [`Rename`](crate::Rename) that is not possible. The
/// message names the path and never repeats a value of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    message: String,
    is_value: bool,
}

impl EditError {
    pub(crate) fn new(message: String) -> Self {
        Self { message, is_value: false }
    }

    pub(crate) fn no_place(path: &[&str], depth: usize, found: &str) -> Self {
        let parent = path.get(..depth).unwrap_or_default().join(".");
        let child = path.get(depth).copied().unwrap_or_default();
        Self::new(match describe(found) {
            "a list" => format!(
                "`{parent}` is a list and has no item `{child}`; items are numbered from 0, and one \
                 is added by setting the whole list"
            ),
            found => format!("cannot set `{child}` in `{parent}`: it is {found}, not an object"),
        })
    }

    pub(crate) fn value(path: &[&str], error: &serde_json::Error) -> Self {
        let path = path.join(".");
        let message = format!("the value for `{path}` cannot be written as JSON: {error}");
        Self { message, is_value: true }
    }

    /// Whether the new value cannot be written as JSON; otherwise the path leads nowhere.
    pub fn is_value(&self) -> bool {
        self.is_value
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for EditError {}
