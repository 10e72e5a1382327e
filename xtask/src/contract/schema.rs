//! Schemas: the shapes of bodies, field by field.

use std::collections::BTreeSet;

use toml::Table;

use super::reader::{Reader, Violations};
use super::words::{Grade, Kind};

/// Types that are no schema.
pub(crate) const PRIMITIVES: &[&str] = &[
    "bool",
    "decimal",
    "decimal-string",
    "id",
    "id-list",
    "integer",
    "number",
    "object",
    "string",
    "timestamp",
    "unix-time",
    "unknown",
];

#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: String,
    /// Where it stands, for complaints that need all schemas.
    pub(crate) place: String,
    /// Each field's place and type.
    pub(crate) types: Vec<(String, String)>,
}

impl Schema {
    pub(crate) fn read(table: &Table, file: &str, number: usize, log: &Violations) -> Self {
        let given = table.get("name").and_then(toml::Value::as_str);
        let place = match given {
            Some(name) => format!("{file}: {name}"),
            None => format!("{file}: schema number {number}"),
        };
        let entry = Reader::new(table, place.clone(), log);
        let name = entry.text("name");
        let kind = entry.word::<Kind>("kind");
        entry.word::<Grade>("grade");
        entry.text("source");
        entry.optional_text("meaning");
        entry.optional_text("notes");
        if PRIMITIVES.contains(&name.as_str()) || name == "none" {
            entry.complain("a schema cannot have the name of a basic type");
        }

        let fields = entry.tables("fields");
        let values = entry.tables("values");
        match kind {
            Some(Kind::Object) if !values.is_empty() => {
                entry.complain("an object has `fields`, not `values`");
            }
            Some(Kind::Enum) if !fields.is_empty() => {
                entry.complain("an enum has `values`, not `fields`");
            }
            Some(Kind::Object) => entry.must_have("fields"),
            Some(Kind::Enum) => entry.must_have("values"),
            None => {}
        }
        entry.finish();

        check_values(&values, &place, log);
        Self { types: read_fields(&fields, &place, log), name, place }
    }
}

fn read_fields(fields: &[&Table], place: &str, log: &Violations) -> Vec<(String, String)> {
    let mut names = BTreeSet::new();
    let mut types = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let given = field.get("name").and_then(toml::Value::as_str);
        let at = match given {
            Some(name) => format!("{place}: field `{name}`"),
            None => format!("{place}: field number {}", index + 1),
        };
        let entry = Reader::new(field, at.clone(), log);
        let unnamed = entry.optional_flag("unnamed").unwrap_or(false);
        let name = if unnamed { entry.optional_text("name") } else { Some(entry.text("name")) };
        let name_grade = entry.optional_word::<Grade>("name_grade");
        if unnamed && name.is_some() && name_grade.is_none() {
            entry.complain("the name is a guess: `name_grade` must say how sure it is");
        }
        if unnamed && name.is_none() && field.get("meaning").is_none() {
            entry.complain("a field without any name needs a `meaning`");
        }
        if let Some(name) = name.filter(|name| !name.is_empty())
            && !names.insert(name)
        {
            entry.complain("a field of this name stands twice");
        }
        types.push((at, entry.text("type")));
        entry.word::<Grade>("grade");
        entry.optional_flag("required");
        entry.optional_text("default");
        entry.optional_text("meaning");
        entry.optional_text("source");
        entry.optional_text("notes");
        entry.finish();
    }
    types
}

fn check_values(values: &[&Table], place: &str, log: &Violations) {
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        let entry = Reader::new(value, format!("{place}: value number {}", index + 1), log);
        // The empty string is a value: an empty status is documented.
        match value.get("value").and_then(toml::Value::as_str) {
            Some(text) if !seen.insert(text) => {
                entry.complain(format!("the value \"{text}\" stands twice"));
            }
            Some(_) => {}
            None => entry.complain("`value` is missing, or is no string"),
        }
        entry.word::<Grade>("grade");
        entry.optional_text("meaning");
        entry.optional_text("source");
        entry.ignore("value");
        entry.finish();
    }
}

/// The schema or basic type inside `X[]` and `map<X>`.
pub(crate) fn innermost(kind: &str) -> &str {
    let mut inner = kind;
    loop {
        let peeled = inner
            .strip_suffix("[]")
            .or_else(|| inner.strip_prefix("map<").and_then(|rest| rest.strip_suffix('>')));
        match peeled {
            Some(next) => inner = next,
            None => return inner,
        }
    }
}
