//! The table of schemas.

use std::fmt::Write as _;

use super::rust_names::snake;
use super::{list, module};
use crate::contract::{Content, Contract, EnumValue, Field, Schema, Word};

pub(super) fn render(contract: &Contract) -> String {
    let mut text = String::from(
        "//! The schemas: members of objects and values of enumerations.\n\n\
         use crate::{Grade, Member, Schema, Value};\n",
    );
    let mut schemas: Vec<&Schema> = contract.schemas.iter().collect();
    schemas.sort_by(|a, b| a.name.cmp(&b.name));
    for schema in &schemas {
        text.push('\n');
        text.push_str(&item(schema));
    }
    let names: Vec<String> = schemas.iter().map(|schema| rust_name(&schema.name)).collect();
    let _ = write!(
        text,
        "\n/// Every schema, sorted by name.\npub static ALL: &[&Schema] = {}",
        list(&names)
    );
    module(&text)
}

/// The name of a schema's `static`.
pub(super) fn rust_name(schema: &str) -> String {
    snake(schema).to_ascii_uppercase()
}

fn item(schema: &Schema) -> String {
    let Schema { name, grade, source, meaning, .. } = schema;
    let meaning = meaning.as_deref().unwrap_or_default();
    let mut text = format!(
        "/// `{name}` ({}).\n\
         pub static {}: Schema = Schema {{\n    \
             name: {name:?},\n    \
             grade: Grade::{},\n    \
             source: {source:?},\n    \
             meaning: {meaning:?},\n",
        grade.written(),
        rust_name(name),
        grade.in_rust(),
    );
    let (fields, values): (&[Field], &[EnumValue]) = match &schema.content {
        Content::Object(fields) => (fields, &[]),
        Content::Enum(values) => (&[], values),
    };
    let members = fields.iter().filter_map(|field| member(field, schema));
    text.push_str(&slice("members", members));
    text.push_str(&slice("values", values.iter().map(|given| value(given, schema))));
    text.push_str("};\n");
    text
}

fn slice(name: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| format!("        {item},\n")).collect();
    if items.is_empty() {
        return format!("    {name}: &[],\n");
    }
    format!("    {name}: &[\n{}    ],\n", items.concat())
}

/// A member, unless its name is unknown.
fn member(field: &Field, schema: &Schema) -> Option<String> {
    let Field { name, kind, server_managed, reserved, .. } = field;
    let name = name.as_ref()?;
    let (grade, type_grade) = (field.known().in_rust(), field.type_grade().in_rust());
    let source = field.source.as_ref().unwrap_or(&schema.source);
    let meaning = field.meaning.as_deref().unwrap_or_default();
    let required = field.required == Some(true);
    Some(format!(
        "Member {{ name: {name:?}, kind: {kind:?}, grade: Grade::{grade}, \
         type_grade: Grade::{type_grade}, source: {source:?}, meaning: {meaning:?}, \
         alternatives: &[], required: {required}, required_grade: Grade::{}, \
         server_managed: {server_managed}, reserved: {reserved} }}",
        field.grade.in_rust(),
    ))
}

fn value(given: &EnumValue, schema: &Schema) -> String {
    let EnumValue { value, grade, .. } = given;
    let grade = grade.in_rust();
    let source = given.source.as_ref().unwrap_or(&schema.source);
    let meaning = given.meaning.as_deref().unwrap_or_default();
    format!(
        "Value {{ value: {value:?}, grade: Grade::{grade}, source: {source:?}, meaning: {meaning:?} }}"
    )
}
