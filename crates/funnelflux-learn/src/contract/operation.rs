//! Operations: one entry each of a section file.

use std::collections::BTreeSet;

use super::reader::{Entry, Reader, entry, twice};
use super::words::{Grade, Idempotency, Method, Weight};

entry! {
    pub struct Operation("operation", "id", "{}") {
        pub id: String;
        pub title: String;
        pub method: Method;
        pub path: String;
        pub grade: Grade;
        /// How surely the method is known: as the operation, unless it says otherwise.
        pub method_grade: Grade => |entry| {
            entry.optional("method_grade").or(entry.peek("grade")).unwrap_or(Grade::Unknown)
        };
        pub path_grade: Grade;
        pub alternatives: Vec<String>;
        pub query: Vec<Query>;
        pub body: Shape => |entry| Shape::read(entry, "body", "body_grade");
        /// Whether a call without the body is refused; true unless a source says otherwise.
        pub body_required: bool => |entry| entry.optional("body_required").unwrap_or(true);
        /// Whether a call without a token is refused; true unless a source says otherwise.
        pub token_required: bool => |entry| entry.optional("token_required").unwrap_or(true);
        pub response: Shape => |entry| Shape::read(entry, "response", "response_grade");
        pub idempotency: Idempotency;
        pub weight: Weight;
        pub source: String;
        pub path_source: String;
        pub notes: Option<String>;
    }
}

entry! {
    /// A query parameter.
    pub struct Query("query parameter", "name", "query parameter `{}`") {
        pub name: String;
        pub kind: String = "type";
        pub required: bool => |entry| entry.required("required").unwrap_or(false);
        /// How surely `required` is known.
        pub required_grade: Grade =>
            |entry| entry.optional("required_grade").unwrap_or(Grade::Inferred);
        pub grade: Grade;
        /// How surely the type is known: that of a documented name is inferred, that of any other as
        /// the name, unless it says otherwise.
        pub type_grade: Grade => |entry| {
            let of_name = entry.peek("grade").filter(|grade| *grade != Grade::Documented);
            entry.optional("type_grade").or(of_name).unwrap_or(Grade::Inferred)
        };
        pub alternatives: Vec<String>;
        pub source: String;
        pub notes: Option<String>;
    }
}

/// What travels as a body: nothing, something unknown, or a schema and how surely it is that one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Shape {
    None { grade: Grade },
    Unknown,
    Schema { name: String, grade: Grade },
}

entry! {
    /// An operation that is known to exist, but too little to call it.
    pub struct Unreadable("unreadable", "title", "unreadable \"{}\"") {
        pub title: String;
        /// Absent where it is unknown.
        pub method: Option<Method>;
        pub grade: Grade;
        pub source: String;
        pub reason: String;
        pub notes: Option<String>;
    }
}

impl Entry for Operation {
    fn check(&self, entry: &Reader<'_>) {
        entry.must_have("alternatives");
        entry.must_have("query");
        check_path("path", &self.path, entry);
        self.check_alternatives(entry);
        if self.method == Method::Get && self.idempotency != Idempotency::Safe {
            let found = entry.peek::<String>("idempotency").unwrap_or_default();
            entry.complain(format!("a GET is `safe`, but `idempotency` is \"{found}\""));
        }
        if self.method == Method::Get && !matches!(self.body, Shape::None { .. }) {
            entry.complain("a GET carries no body: `body` must be \"none\"");
        }
        if !self.body_required && !matches!(self.body, Shape::Schema { .. }) {
            entry.complain("`body_required` says nothing where `body` names no schema");
        }
        for name in twice(self.query.iter().map(|query| &query.name)) {
            entry.complain(format!("the query parameter `{name}` stands twice"));
        }
    }
}

impl Operation {
    /// The rules for `id`, which begins with the name of its section.
    pub(super) fn check_id(&self, section: &str, top: &Reader<'_>) {
        let complain = |message: String| top.complain(format!("{}: {message}", self.id));
        let Some(rest) = self.id.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'))
        else {
            complain(format!("`id` must begin with the name of its section, `{section}.`"));
            return;
        };
        let well_formed = rest.split(['.', '-']).all(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
        if !well_formed {
            complain("`id` is made of lower-case words joined by `.` and `-`".to_owned());
        }
    }

    fn check_alternatives(&self, entry: &Reader<'_>) {
        if !self.alternatives.is_empty() && self.path_grade.is_confirmed() {
            let grade = self.path_grade;
            entry.complain(format!("a path of grade \"{grade}\" has no alternatives"));
        }
        for alternative in &self.alternatives {
            check_path("alternatives", alternative, entry);
            if *alternative == self.path {
                entry.complain(format!("the alternative {alternative} is the path itself"));
            }
            if placeholders(alternative) != placeholders(&self.path) {
                entry.complain(format!("the alternative {alternative} has other placeholders"));
            }
        }
        for alternative in twice(&self.alternatives) {
            entry.complain(format!("the alternative {alternative} stands twice"));
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

impl Entry for Query {
    fn check(&self, entry: &Reader<'_>) {
        if self.alternatives.contains(&self.name) {
            entry.complain("an alternative is the name itself");
        }
    }
}

impl Shape {
    fn read(entry: &Reader<'_>, key: &'static str, grade_key: &'static str) -> Self {
        let name = entry.required(key).unwrap_or_else(|| "unknown".to_owned());
        let of_get = key == "body" && entry.peek("method") == Some(Method::Get);
        if name == "unknown" {
            if entry.optional::<String>(grade_key).is_some() {
                entry.complain(format!("`{key}` is \"{name}\": `{grade_key}` says nothing"));
            }
            return Self::Unknown;
        }
        // That a GET has no body follows from the method.
        let grade = if of_get { entry.peek("grade") } else { entry.required(grade_key) };
        let grade = grade.unwrap_or(Grade::Unknown);
        if name == "none" { Self::None { grade } } else { Self::Schema { name, grade } }
    }
}

impl Entry for Unreadable {}
