//! Schemas: the shapes of bodies, field by field.

use std::collections::BTreeSet;

use toml::Table;

use super::kind::Type;
use super::reader::{Reader, Violations};
use super::words::{Grade, Kind};

#[derive(Debug)]
pub struct Schema {
    pub name: String,
    /// Where it stands, for complaints that need all schemas.
    pub place: String,
    pub grade: Grade,
    pub source: String,
    pub meaning: Option<String>,
    pub notes: Option<String>,
    /// The name of the type in Rust, where it is another.
    pub rust: Option<String>,
    /// Whether a model is declared that no asset kind and no other model leads to.
    pub is_model: bool,
    /// Whether `new` of the model is written by hand.
    pub constructor_by_hand: bool,
    pub content: Content,
}

/// What a schema is made of.
#[derive(Debug)]
pub enum Content {
    Object(Vec<Field>),
    Enum(Vec<EnumValue>),
}

#[derive(Debug)]
pub struct Field {
    /// Absent where the reference hides it and there is no guess.
    pub name: Option<String>,
    /// How sure the name is, where the reference hides it.
    pub name_grade: Option<Grade>,
    pub place: String,
    pub kind: String,
    pub grade: Grade,
    pub required: Option<bool>,
    pub nullable: bool,
    /// JSON.
    pub default: Option<String>,
    pub meaning: Option<String>,
    pub source: Option<String>,
    pub notes: Option<String>,
    /// Whether the server fills it, so that it is left out of what is saved.
    pub server_managed: bool,
    /// The name of the getter, where it does not follow from `name`.
    pub rust: Option<String>,
    /// The name of the setter, where it does not follow from the getter's.
    pub setter: Option<String>,
    /// The asset that an id is of, where it does not follow from `name`.
    pub of: Option<String>,
    /// `raw`, `by-hand` or an enumeration, where the access does not follow from the type.
    pub access: Option<String>,
}

#[derive(Debug)]
pub struct EnumValue {
    /// The name in Rust, where it does not follow from `value`.
    pub rust: Option<String>,
    /// What a metric measures: `count`, `money` or `ratio`.
    pub kind: Option<String>,
    /// Whether a metric's figures add up.
    pub additive: bool,
    pub value: String,
    pub grade: Grade,
    pub meaning: Option<String>,
    pub source: Option<String>,
}

impl Schema {
    pub fn fields(&self) -> &[Field] {
        match &self.content {
            Content::Object(fields) => fields,
            Content::Enum(_) => &[],
        }
    }

    pub fn read(table: &Table, file: &str, number: usize, log: &Violations) -> Self {
        let given = table.get("name").and_then(toml::Value::as_str);
        let place = match given {
            Some(name) => format!("{file}: {name}"),
            None => format!("{file}: schema number {number}"),
        };
        let entry = Reader::new(table, place.clone(), log);
        let name = entry.text("name");
        if name == "none" || Type::parse(&name) != Type::Schema(name.clone()) {
            entry.complain("a schema cannot have the name of a basic type");
        }
        let kind = entry.word::<Kind>("kind");
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
        let values = read_values(&values, &place, log);
        let fields = read_fields(&fields, &place, log);
        let schema = Self {
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            source: entry.text("source"),
            meaning: entry.optional_text("meaning"),
            notes: entry.optional_text("notes"),
            rust: entry.optional_text("rust"),
            is_model: entry.optional_flag("model").unwrap_or(false),
            constructor_by_hand: entry.optional_text("constructor").is_some(),
            content: match kind {
                Some(Kind::Enum) => Content::Enum(values),
                _ => Content::Object(fields),
            },
            name,
            place,
        };
        entry.finish();
        schema
    }
}

fn read_fields(fields: &[&Table], place: &str, log: &Violations) -> Vec<Field> {
    let mut names = BTreeSet::new();
    let mut read = Vec::new();
    for (index, table) in fields.iter().enumerate() {
        let field = Field::read(table, place, index + 1, log);
        if let Some(name) = field.name.as_ref().filter(|name| !name.is_empty())
            && !names.insert(name.clone())
        {
            log.add(&field.place, "a field of this name stands twice");
        }
        read.push(field);
    }
    read
}

impl Field {
    fn read(table: &Table, place: &str, number: usize, log: &Violations) -> Self {
        let given = table.get("name").and_then(toml::Value::as_str);
        let at = match given {
            Some(name) => format!("{place}: field `{name}`"),
            None => format!("{place}: field number {number}"),
        };
        let entry = Reader::new(table, at.clone(), log);
        let unnamed = entry.optional_flag("unnamed").unwrap_or(false);
        let name = if unnamed { entry.optional_text("name") } else { Some(entry.text("name")) };
        let field = Self {
            name,
            name_grade: entry.optional_word("name_grade"),
            kind: entry.text("type"),
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            required: entry.optional_flag("required"),
            nullable: entry.optional_flag("nullable").unwrap_or(false),
            default: entry.optional_text("default"),
            meaning: entry.optional_text("meaning"),
            source: entry.optional_text("source"),
            notes: entry.optional_text("notes"),
            server_managed: entry.optional_flag("server_managed").unwrap_or(false),
            rust: entry.optional_text("rust"),
            setter: entry.optional_text("setter"),
            of: entry.optional_text("of"),
            access: entry.optional_text("access"),
            place: at,
        };
        if unnamed && field.name.is_some() && field.name_grade.is_none() {
            entry.complain("the name is a guess: `name_grade` must say how sure it is");
        }
        if unnamed && field.name.is_none() && field.meaning.is_none() {
            entry.complain("a field without any name needs a `meaning`");
        }
        if let Some(default) = &field.default
            && serde_json::from_str::<serde_json::Value>(default).is_err()
        {
            entry.complain(format!("`default` is {default}, which is no JSON"));
        }
        entry.finish();
        field
    }
}

fn read_values(values: &[&Table], place: &str, log: &Violations) -> Vec<EnumValue> {
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for (index, table) in values.iter().enumerate() {
        let entry = Reader::new(table, format!("{place}: value number {}", index + 1), log);
        // The empty string is a value: an empty status is documented.
        let value = table.get("value").and_then(toml::Value::as_str);
        match value {
            Some(text) if !seen.insert(text) => {
                entry.complain(format!("the value \"{text}\" stands twice"));
            }
            Some(_) => {}
            None => entry.complain("`value` is missing, or is no string"),
        }
        read.push(EnumValue {
            value: value.unwrap_or_default().to_owned(),
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            meaning: entry.optional_text("meaning"),
            source: entry.optional_text("source"),
            rust: entry.optional_text("rust"),
            kind: entry.optional_text("kind"),
            additive: entry.optional_flag("additive").unwrap_or(false),
        });
        entry.ignore("value");
        entry.finish();
    }
    read
}
