//! Schemas: the shapes of bodies, field by field.

use serde::{Deserialize, Serialize};

use super::kind::Type;
use super::reader::{Entry, Reader, entry, twice};
use super::words::{Grade, Word};

entry! {
    #[derive(Default)]
    pub struct Schema("schema", "name", "{}") {
        pub name: String;
        /// Where it stands, for complaints that need all schemas.
        pub place: String => |entry| entry.place().to_owned();
        pub grade: Grade;
        pub source: String;
        pub meaning: Option<String>;
        pub notes: Option<String>;
        /// How surely the types of the documented members are known.
        pub type_grade: Option<Grade>;
        /// The name of the type in Rust, where it is another.
        pub rust: Option<String>;
        /// Whether a model is declared that no asset kind and no other model leads to.
        pub is_model: bool = "model";
        /// Whether a request with a builder is declared.
        pub is_request: bool = "request";
        /// Whether the request has options of its own, written by hand.
        pub options: bool;
        /// The module of its model, where the file does not say.
        pub module: Option<String>;
        /// Of a closed enumeration: what is parsed, and what is expected, in words.
        pub parse: Vec<String>;
        /// Whether `new` of the model is written by hand.
        pub constructor_by_hand: bool => |entry| entry.optional::<String>("constructor").is_some();
        pub kind: Kind;
        /// The members of an object.
        pub fields: Vec<Field>;
        /// The values of an enumeration.
        pub values: Vec<EnumValue>;
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Object,
    Enum,
}

impl Word for Kind {}

entry! {
    #[derive(Default)]
    pub struct Field("field", "name", "field `{}`") {
        /// Absent where the reference hides it and there is no guess.
        pub name: Option<String>;
        /// Whether the reference hides the name.
        pub unnamed: bool;
        /// How sure the name is, where the reference hides it.
        pub name_grade: Option<Grade>;
        pub place: String => |entry| entry.place().to_owned();
        pub kind: String = "type";
        pub grade: Grade;
        /// How surely the type is known; see [`Field::type_grade`].
        pub own_type_grade: Option<Grade> = "type_grade";
        pub required: Option<bool>;
        pub nullable: bool;
        /// JSON.
        pub default: Option<String>;
        pub meaning: Option<String>;
        pub source: Option<String>;
        pub notes: Option<String>;
        /// Whether the server fills it, so that it is left out of what is saved.
        pub server_managed: bool;
        /// Whether it is the app's own, so that it is sent as it was read and never written.
        pub reserved: bool;
        /// The name of the getter, where it does not follow from `name`.
        pub rust: Option<String>;
        /// The name of the setter, where it does not follow from the getter's.
        pub setter: Option<String>;
        /// The asset that an id is of, where it does not follow from `name`.
        pub of: Option<String>;
        /// The name of the method that adds one item to a list of a request.
        pub one: Option<String>;
        /// The type in Rust of a request's member or of its items, where `type` does not say.
        pub holds: Option<String>;
        /// What the member of a request begins with.
        pub initial: Option<String>;
        /// Whether it may hold a visitor's data, which is never shown.
        pub personal: bool;
        /// `raw`, `by-hand` or an enumeration, where the access does not follow from the type.
        pub access: Option<String>;
    }
}

entry! {
    #[derive(Default)]
    pub struct EnumValue("value", "", "") {
        /// The name in Rust, where it does not follow from `value`.
        pub rust: Option<String>;
        /// Short names of an attribute, for typing; the first is the one that is suggested.
        pub aliases: Vec<String>;
        /// What a metric measures: `count`, `money`, `ratio` or `text`.
        pub kind: Option<String>;
        /// Whether a metric's figures add up.
        pub additive: bool;
        /// May be empty: an empty status is documented.
        pub value: String => |entry| entry.any("value").unwrap_or_default();
        pub grade: Grade;
        pub meaning: Option<String>;
        pub source: Option<String>;
    }
}

impl Schema {
    /// Grades the types that have no grade of their own: those of documented members as the schema
    /// says, or else its file, or else as inferred; those of other members as the members.
    pub(super) fn with_type_grades(mut self, of_file: Option<Grade>) -> Self {
        let documented = self.type_grade.or(of_file).unwrap_or(Grade::Inferred);
        for field in &mut self.fields {
            let grade = match field.grade {
                _ if field.kind == "unknown" => Grade::Unknown,
                Grade::Documented => documented,
                grade => grade,
            };
            field.own_type_grade.get_or_insert(grade);
        }
        self
    }
}

impl Field {
    /// How surely its name is known.
    pub fn known(&self) -> Grade {
        self.name_grade.unwrap_or(self.grade)
    }

    /// How surely its type is known.
    pub fn type_grade(&self) -> Grade {
        self.own_type_grade.unwrap_or(Grade::Unknown)
    }
}

impl Entry for Schema {
    fn check(&self, entry: &Reader<'_>) {
        if self.name == "none" || Type::parse(&self.name) != Type::Schema(self.name.clone()) {
            entry.complain("a schema cannot have the name of a basic type");
        }
        match self.kind {
            Kind::Object if !self.values.is_empty() => {
                entry.complain("an object has `fields`, not `values`");
            }
            Kind::Enum if !self.fields.is_empty() => {
                entry.complain("an enum has `values`, not `fields`");
            }
            Kind::Object => entry.must_have("fields"),
            Kind::Enum => entry.must_have("values"),
        }
        for name in twice(self.fields.iter().filter_map(|field| field.name.as_ref())) {
            entry.complain(format!("field `{name}`: a field of this name stands twice"));
        }
        for value in twice(self.values.iter().map(|value| &value.value)) {
            entry.complain(format!("the value \"{value}\" stands twice"));
        }
    }
}

impl Entry for Field {
    fn check(&self, entry: &Reader<'_>) {
        if !self.unnamed {
            if self.name.is_none() {
                entry.complain("`name` is missing");
            }
        } else if self.name.is_some() && self.name_grade.is_none() {
            entry.complain("the name is a guess: `name_grade` must say how sure it is");
        } else if self.name.is_none() && self.meaning.is_none() {
            entry.complain("a field without any name needs a `meaning`");
        }
        if let Some(default) = &self.default
            && serde_json::from_str::<serde_json::Value>(default).is_err()
        {
            entry.complain(format!("`default` is {default}, which is no JSON"));
        }
    }
}

impl Entry for EnumValue {}
