//! Operations: one entry each of a section file.

use std::collections::BTreeSet;

use toml::Table;

use super::reader::{Reader, Violations};
use super::words::{Grade, Idempotency, Method, Weight, Word};

#[derive(Debug)]
pub struct Operation {
    pub id: String,
    pub title: String,
    pub method: Method,
    pub path: String,
    pub grade: Grade,
    pub path_grade: Grade,
    pub alternatives: Vec<String>,
    pub query: Vec<Query>,
    pub body: Shape,
    /// Whether a call without the body is refused; true unless a source says otherwise.
    pub body_required: bool,
    /// Whether a call without a token is refused; true unless a source says otherwise.
    pub token_required: bool,
    pub response: Shape,
    pub idempotency: Idempotency,
    pub weight: Weight,
    pub source: String,
    pub path_source: String,
    pub notes: Option<String>,
}

/// A query parameter.
#[derive(Debug)]
pub struct Query {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub grade: Grade,
    pub alternatives: Vec<String>,
    pub source: String,
    pub notes: Option<String>,
}

/// What travels as a body: nothing, something unknown, or a schema and how surely it is that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    None,
    Unknown,
    Schema { name: String, grade: Grade },
}

/// An operation that is known to exist, but too little to call it.
#[derive(Debug)]
pub struct Unreadable {
    pub title: String,
    pub method: Option<Method>,
    pub grade: Grade,
    pub source: String,
    pub reason: String,
    pub notes: Option<String>,
}

impl Operation {
    pub fn read(table: &Table, section: &str, file: &str, number: usize, log: &Violations) -> Self {
        let given = table.get("id").and_then(toml::Value::as_str);
        let place = match given {
            Some(id) => format!("{file}: {id}"),
            None => format!("{file}: operation number {number}"),
        };
        let entry = Reader::new(table, place.clone(), log);
        let operation = Self {
            id: entry.text("id"),
            title: entry.text("title"),
            method: entry.word("method").unwrap_or(Method::Get),
            path: entry.text("path"),
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            path_grade: entry.word("path_grade").unwrap_or(Grade::Unknown),
            alternatives: entry.texts("alternatives"),
            query: entry
                .tables("query")
                .into_iter()
                .map(|query| Query::read(query, &place, log))
                .collect(),
            body: Shape::read(&entry, "body", "body_grade"),
            body_required: entry.optional_flag("body_required").unwrap_or(true),
            token_required: entry.optional_flag("token_required").unwrap_or(true),
            response: Shape::read(&entry, "response", "response_grade"),
            idempotency: entry.word("idempotency").unwrap_or(Idempotency::Safe),
            weight: entry.word("weight").unwrap_or(Weight::Light),
            source: entry.text("source"),
            path_source: entry.text("path_source"),
            notes: entry.optional_text("notes"),
        };
        entry.must_have("alternatives");
        entry.must_have("query");
        operation.check(section, &entry);
        entry.finish();
        operation
    }

    /// The rules that one entry must keep by itself.
    fn check(&self, section: &str, entry: &Reader<'_>) {
        if !self.id.is_empty() {
            self.check_id(section, entry);
        }
        if !self.path.is_empty() {
            check_path("path", &self.path, entry);
            self.check_alternatives(entry);
        }
        if self.method == Method::Get && self.idempotency != Idempotency::Safe {
            let found = self.idempotency.written();
            entry.complain(format!("a GET is `safe`, but `idempotency` is \"{found}\""));
        }
        if self.method == Method::Get && self.body != Shape::None {
            entry.complain("a GET carries no body: `body` must be \"none\"");
        }
        if !self.body_required && !matches!(self.body, Shape::Schema { .. }) {
            entry.complain("`body_required` says nothing where `body` names no schema");
        }
        let mut names = BTreeSet::new();
        for query in &self.query {
            if !query.name.is_empty() && !names.insert(&query.name) {
                entry.complain(format!("the query parameter `{}` stands twice", query.name));
            }
        }
    }

    fn check_id(&self, section: &str, entry: &Reader<'_>) {
        let Some(rest) = self.id.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'))
        else {
            entry.complain(format!("`id` must begin with the name of its section, `{section}.`"));
            return;
        };
        let well_formed = rest.split(['.', '-']).all(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
        if !well_formed {
            entry.complain("`id` is made of lower-case words joined by `.` and `-`");
        }
    }

    fn check_alternatives(&self, entry: &Reader<'_>) {
        if !self.alternatives.is_empty() && !self.path_grade.is_guess() {
            let grade = self.path_grade.written();
            entry.complain(format!("a path of grade \"{grade}\" is no guess: no alternatives"));
        }
        let mut before = BTreeSet::new();
        for alternative in &self.alternatives {
            check_path("alternatives", alternative, entry);
            if *alternative == self.path {
                entry.complain(format!("the alternative {alternative} is the path itself"));
            }
            if !before.insert(alternative) {
                entry.complain(format!("the alternative {alternative} stands twice"));
            }
            if placeholders(alternative) != placeholders(&self.path) {
                entry.complain(format!("the alternative {alternative} has other placeholders"));
            }
        }
    }

    /// The names of the `{…}` in the path, in their order.
    pub fn path_parameters(&self) -> impl Iterator<Item = &str> {
        let segments = self.path.split('/');
        segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The name of the `static` in the generated table.
    pub fn rust_name(&self) -> String {
        let rest = self.id.split_once('.').map_or(self.id.as_str(), |(_, rest)| rest);
        rest.replace(['.', '-'], "_").to_ascii_uppercase()
    }
}

fn placeholders(path: &str) -> BTreeSet<&str> {
    path.split('/').filter(|segment| segment.starts_with('{')).collect()
}

fn check_path(key: &str, path: &str, entry: &Reader<'_>) {
    let Some(rest) = path.strip_prefix('/') else {
        entry.complain(format!("`{key}`: {path} must begin with `/`"));
        return;
    };
    let segment_is_good = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')).unwrap_or(segment);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if !rest.split('/').all(segment_is_good) {
        entry.complain(format!(
            "`{key}`: {path} must be segments of letters, digits, `-` and `_`, or `{{name}}`, \
             without a slash at the end"
        ));
    }
}

impl Query {
    fn read(table: &Table, place: &str, log: &Violations) -> Self {
        let name = table.get("name").and_then(toml::Value::as_str).unwrap_or("?");
        let entry = Reader::new(table, format!("{place}: query parameter `{name}`"), log);
        let query = Self {
            name: entry.text("name"),
            kind: entry.text("type"),
            required: entry.flag("required"),
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            alternatives: entry.texts("alternatives"),
            source: entry.text("source"),
            notes: entry.optional_text("notes"),
        };
        if query.alternatives.contains(&query.name) {
            entry.complain("an alternative is the name itself");
        }
        entry.finish();
        query
    }
}

impl Shape {
    fn read(entry: &Reader<'_>, key: &'static str, grade_key: &'static str) -> Self {
        let name = entry.text(key);
        let grade: Option<Grade> = entry.optional_word(grade_key);
        match name.as_str() {
            "" => Self::Unknown,
            "none" | "unknown" => {
                if grade.is_some() {
                    entry.complain(format!("`{key}` is \"{name}\": `{grade_key}` says nothing"));
                }
                if name == "none" { Self::None } else { Self::Unknown }
            }
            _ => {
                let grade = grade.or_else(|| entry.word(grade_key)).unwrap_or(Grade::Unknown);
                Self::Schema { name, grade }
            }
        }
    }
}

impl Unreadable {
    pub fn read(table: &Table, file: &str, number: usize, log: &Violations) -> Self {
        let given = table.get("title").and_then(toml::Value::as_str);
        let place = match given {
            Some(title) => format!("{file}: unreadable \"{title}\""),
            None => format!("{file}: unreadable number {number}"),
        };
        let entry = Reader::new(table, place, log);
        let method = entry.text("method");
        let unreadable = Self {
            title: entry.text("title"),
            method: match method.as_str() {
                "" | "unknown" => None,
                _ => entry.word("method"),
            },
            grade: entry.word("grade").unwrap_or(Grade::Unknown),
            source: entry.text("source"),
            reason: entry.text("reason"),
            notes: entry.optional_text("notes"),
        };
        entry.finish();
        unreadable
    }
}
