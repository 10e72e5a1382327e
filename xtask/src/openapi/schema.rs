//! The contract's types and schemas as JSON Schema.

use indexmap::IndexMap;
use serde_json::Value;

use super::json::Object;
use crate::contract::{EnumValue, Field, Kind, Schema, Type};
use crate::wire::sentence;

const ANY_OBJECT: &str = r#"{"type":"object","additionalProperties":true}"#;
/// Digits of base 62, or the empty string where there is no such asset (documented). Each pattern has an
/// example, because mock servers make up a string that does not fit otherwise.
const ASSET_ID: &str = r#"{"type":"string","format":"asset-id","pattern":"^([0-9A-Za-z]{12})?$","examples":["2nIemJxCKbFX"]}"#;
const DECIMAL: &str = r#"{"type":"string","format":"decimal","pattern":"^-?[0-9]+(\\.[0-9]+)?$","examples":["12.50"]}"#;

pub(super) fn component(schema: &Schema) -> Object {
    let description = sentences(&[schema.meaning.as_deref(), schema.notes.as_deref()]);
    let head = Object::new().with_some("description", description);
    let body = match schema.kind {
        Kind::Object => object(head, &schema.fields),
        Kind::Enum => open_enum(head, &schema.values),
    };
    body.with("x-grade", schema.grade).with("x-source", &schema.source)
}

fn object(head: Object, fields: &[Field]) -> Object {
    let properties = fields.iter().filter_map(|it| Some((it.name.as_ref()?, property(it))));
    let required = fields.iter().filter(|field| field.required == Some(true));
    let nameless = fields.iter().filter(|field| field.name.is_none());
    head.with("type", "object")
        .with("properties", properties.collect::<IndexMap<_, _>>())
        .with_list("required", required.filter_map(|field| field.name.as_deref()))
        // Undescribed members are legal everywhere.
        .with("additionalProperties", true)
        .with_list("x-unnamed-members", nameless.map(property))
}

fn property(field: &Field) -> Object {
    let description = sentences(&[field.meaning.as_deref(), field.notes.as_deref()]);
    // Checked when the contract was read.
    let default = field.default.as_deref();
    let default = default.and_then(|default| serde_json::from_str::<Value>(default).ok());
    let kind = Type::parse(&field.kind);
    let mut of_type = of_type(&kind);
    if field.nullable {
        of_type = Object::new().with_list("anyOf", [of_type, Object::of(r#"{"type":"null"}"#)]);
    }
    of_type
        .with_some("description", description)
        .with_some("default", default)
        .with("x-grade", field.grade)
        .with_some("x-name-grade", field.name_grade)
        .with("x-type-grade", field.type_grade())
        .with_some("x-source", field.source.as_deref())
}

/// Known values as an `enum`, and any other string beside it: an enum of the API may grow.
fn open_enum(head: Object, values: &[EnumValue]) -> Object {
    let head = head.with("type", "string");
    if values.is_empty() {
        return head;
    }
    let known = Object::new().with_list("enum", values.iter().map(|value| &value.value));
    let other = Object::new().with("description", "Unlisted values are kept.");
    let graded = values.iter().map(|value| {
        Object::new()
            .with("value", &value.value)
            .with_some("description", value.meaning.as_deref())
            .with("x-grade", value.grade)
            .with_some("x-source", value.source.as_deref())
    });
    head.with_list("anyOf", [known, other]).with_list("x-enum-values", graded)
}

/// A type, open for further members such as a description.
pub(super) fn of_type(kind: &Type) -> Object {
    let list = |item| Object::of(r#"{"type":"array"}"#).with("items", of_type(item));
    Object::of(match kind {
        Type::String => r#"{"type":"string"}"#,
        Type::Bool => r#"{"type":"boolean"}"#,
        Type::Integer => r#"{"type":"integer"}"#,
        Type::Number => r#"{"type":"number"}"#,
        Type::Object => ANY_OBJECT,
        Type::Id => ASSET_ID,
        Type::Decimal => r#"{"type":"number","format":"decimal"}"#,
        Type::DecimalString => DECIMAL,
        Type::Timestamp => r#"{"type":"string","format":"date-time"}"#,
        Type::UnixTime => r#"{"type":"integer","format":"unix-time"}"#,
        Type::Unknown => "{}",
        Type::IdList => return list(&Type::Id).with("x-style", "comma-separated"),
        Type::List(item) => return list(item),
        Type::Map(value) => {
            return Object::of(ANY_OBJECT).with("additionalProperties", of_type(value));
        }
        Type::Schema(name) => {
            return Object::new().with("$ref", format!("#/components/schemas/{name}"));
        }
    })
}

pub(super) fn sentences(texts: &[Option<&str>]) -> Option<String> {
    let all: Vec<String> = texts.iter().flatten().map(|text| sentence(text)).collect();
    if all.is_empty() { None } else { Some(all.join(" ")) }
}
