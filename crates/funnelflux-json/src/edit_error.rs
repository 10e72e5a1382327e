use std::{error::Error, fmt};

use crate::scan::describe;

/// A change that cannot be made to a JSON text.
///
/// The message names the path and never repeats a value of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    message: String,
    path: Vec<String>,
    value: bool,
}

impl EditError {
    fn at(path: &[&str], message: String) -> Self {
        Self { message, path: path.iter().map(|&name| name.to_owned()).collect(), value: false }
    }

    pub(crate) fn empty_path() -> Self {
        Self::at(&[], "the path is empty; name at least one member".to_owned())
    }

    pub(crate) fn not_a_container(path: &[&str], depth: usize, found: &str) -> Self {
        let parent = path.get(..depth).unwrap_or_default().join(".");
        let child = path.get(depth).copied().unwrap_or_default();
        let found = describe(found);
        Self::at(path, format!("cannot set `{child}` in `{parent}`: it is {found}, not an object"))
    }

    pub(crate) fn no_such_item(path: &[&str], depth: usize) -> Self {
        let parent = path.get(..depth).unwrap_or_default().join(".");
        let child = path.get(depth).copied().unwrap_or_default();
        let message = format!(
            "`{parent}` is a list and has no item `{child}`; items are numbered from 0, and one is \
             added by setting the whole list"
        );
        Self::at(path, message)
    }

    pub(crate) fn value(path: &[&str], error: &serde_json::Error) -> Self {
        let message =
            format!("the value for `{}` cannot be written as JSON: {error}", path.join("."));
        Self { value: true, ..Self::at(path, message) }
    }

    /// The path of the change.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Whether the new value cannot be written as JSON; otherwise the path leads nowhere.
    #[must_use]
    pub fn is_value(&self) -> bool {
        self.value
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for EditError {}
