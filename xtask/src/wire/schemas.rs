//! The table of schemas.

use heck::ToShoutySnakeCase as _;

use super::{all, module};
use crate::contract::{Contract, EnumValue, Field, Schema};

pub(super) fn render(contract: &Contract) -> String {
    let mut schemas: Vec<&Schema> = contract.schemas.iter().collect();
    schemas.sort_by(|a, b| a.name.cmp(&b.name));
    let items: String = schemas.iter().map(|schema| item(schema)).collect();
    let names = schemas.iter().map(|schema| rust_name(&schema.name));
    module(&format!(
        "//! The schemas: members of objects and values of enumerations.\n\n\
         use crate::{{Grade, Member, Schema, Value}};\n{items}{}",
        all("schema, sorted by name", "Schema", names)
    ))
}

/// The name of a schema's `static`.
pub(super) fn rust_name(schema: &str) -> String {
    schema.to_shouty_snake_case()
}

fn item(schema: &Schema) -> String {
    let Schema { name, grade, source, meaning, .. } = schema;
    let (rust, meaning) = (rust_name(name), meaning.as_deref().unwrap_or_default());
    let members = slice(schema.fields.iter().filter_map(|field| member(field, schema)));
    let values = slice(schema.values.iter().map(|given| value(given, schema)));
    format!(
        "
/// `{name}` ({grade}).
pub static {rust}: Schema = Schema {{
    name: {name:?},
    grade: Grade::{grade:?},
    source: {source:?},
    meaning: {meaning:?},
    members: {members},
    values: {values},
}};
"
    )
}

fn slice(items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("        {item},\n")).collect();
    if items.is_empty() { "&[]".to_owned() } else { format!("&[\n{items}    ]") }
}

/// A member, unless its name is unknown.
fn member(field: &Field, schema: &Schema) -> Option<String> {
    let Field { name, kind, server_managed, reserved, .. } = field;
    let name = name.as_ref()?;
    let (grade, of_type, of_required) = (field.known(), field.type_grade(), field.grade);
    let source = field.source.as_ref().unwrap_or(&schema.source);
    let meaning = field.meaning.as_deref().unwrap_or_default();
    let required = field.required == Some(true);
    Some(format!(
        "Member {{ name: {name:?}, kind: {kind:?}, grade: Grade::{grade:?}, \
         type_grade: Grade::{of_type:?}, source: {source:?}, meaning: {meaning:?}, \
         alternatives: &[], required: {required}, required_grade: Grade::{of_required:?}, \
         server_managed: {server_managed}, reserved: {reserved} }}"
    ))
}

fn value(given: &EnumValue, schema: &Schema) -> String {
    let EnumValue { value, grade, .. } = given;
    let source = given.source.as_ref().unwrap_or(&schema.source);
    let meaning = given.meaning.as_deref().unwrap_or_default();
    format!(
        "Value {{ value: {value:?}, grade: Grade::{grade:?}, source: {source:?}, meaning: {meaning:?} }}"
    )
}
