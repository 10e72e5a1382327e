//! The contract's types and schemas as JSON Schema.

use super::json::{Json, Object};
use crate::contract::{Content, EnumValue, Field, Schema, Type, Word as _};

/// Digits of base 62, or the empty string where there is no such asset (documented).
///
/// Every pattern has an example, because mock servers make up a string that does not fit otherwise.
const ASSET_ID: &str = "^([0-9A-Za-z]{12})?$";

pub(super) fn component(schema: &Schema) -> Json {
    let description = sentences(&[schema.meaning.as_deref(), schema.notes.as_deref()]);
    let head = Object::new().with_some("description", description);
    let body = match &schema.content {
        Content::Object(fields) => object(head, fields),
        Content::Enum(values) => open_enum(head, values),
    };
    body.with("x-grade", schema.grade.written()).with("x-source", schema.source.as_str()).into()
}

fn object(head: Object, fields: &[Field]) -> Object {
    let mut properties = Object::new();
    let mut required = Vec::new();
    let mut nameless = Vec::new();
    for field in fields {
        match &field.name {
            Some(name) => {
                properties = properties.with(name.as_str(), property(field));
                if field.required == Some(true) {
                    required.push(Json::from(name.as_str()));
                }
            }
            None => nameless.push(property(field)),
        }
    }
    head.with("type", "object")
        .with("properties", properties)
        .with_list("required", required)
        // Undescribed members are legal everywhere.
        .with("additionalProperties", true)
        .with_list("x-unnamed-members", nameless)
}

fn property(field: &Field) -> Json {
    let description = sentences(&[field.meaning.as_deref(), field.notes.as_deref()]);
    // Checked when the contract was read.
    let default = field.default.as_deref().and_then(|default| serde_json::from_str(default).ok());
    let kind = Type::parse(&field.kind);
    let of_type = if field.nullable { nullable(&kind) } else { of_type(&kind) };
    of_type
        .with_some("description", description)
        .with_some("default", default.map(Json::Value))
        .with("x-grade", field.grade.written())
        .with_some("x-name-grade", field.name_grade.map(|grade| grade.written()))
        .with("x-type-grade", field.type_grade().written())
        .with_some("x-source", field.source.as_deref())
        .into()
}

/// Known values as an `enum`, and any other string beside it: an enum of the API may grow.
fn open_enum(head: Object, values: &[EnumValue]) -> Object {
    let known: Vec<Json> = values.iter().map(|value| value.value.as_str().into()).collect();
    let graded = values.iter().map(|value| {
        let graded = Object::new()
            .with("value", value.value.as_str())
            .with_some("description", value.meaning.as_deref())
            .with("x-grade", value.grade.written())
            .with_some("x-source", value.source.as_deref());
        Json::from(graded)
    });
    let graded = graded.collect();
    let head = head.with("type", "string");
    if known.is_empty() {
        return head;
    }
    let known = Object::new().with("enum", Json::List(known));
    let other = Object::new().with("description", "Unlisted values are kept.");
    head.with("anyOf", Json::List(vec![known.into(), other.into()]))
        .with_list("x-enum-values", graded)
}

/// A type, open for further members such as a description.
pub(super) fn of_type(kind: &Type) -> Object {
    let plain = |name: &str| Object::new().with("type", name);
    match kind {
        Type::String => plain("string"),
        Type::Bool => plain("boolean"),
        Type::Integer => plain("integer"),
        Type::Number => plain("number"),
        Type::Object => plain("object").with("additionalProperties", true),
        Type::Id => plain("string")
            .with("format", "asset-id")
            .with("pattern", ASSET_ID)
            .with("examples", Json::List(vec!["2nIemJxCKbFX".into()])),
        Type::IdList => {
            plain("array").with("items", of_type(&Type::Id)).with("x-style", "comma-separated")
        }
        Type::Decimal => plain("number").with("format", "decimal"),
        Type::DecimalString => plain("string")
            .with("format", "decimal")
            .with("pattern", r"^-?[0-9]+(\.[0-9]+)?$")
            .with("examples", Json::List(vec!["12.50".into()])),
        Type::Timestamp => plain("string").with("format", "date-time"),
        Type::UnixTime => plain("integer").with("format", "unix-time"),
        Type::Unknown => Object::new(),
        Type::List(item) => plain("array").with("items", of_type(item)),
        Type::Map(value) => plain("object").with("additionalProperties", of_type(value)),
        Type::Schema(name) => Object::new().with("$ref", format!("#/components/schemas/{name}")),
    }
}

fn nullable(kind: &Type) -> Object {
    let null = Object::new().with("type", "null");
    Object::new().with("anyOf", Json::List(vec![of_type(kind).into(), null.into()]))
}

/// Texts one after the other, each with its full stop.
pub(super) fn sentences(texts: &[Option<&str>]) -> Option<String> {
    let sentence = |text: &str| {
        let text = text.trim_end();
        if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
    };
    let all: Vec<String> = texts.iter().flatten().map(|text| sentence(text)).collect();
    if all.is_empty() { None } else { Some(all.join(" ")) }
}
