//! The table of kinds of asset.

use std::fmt::Write as _;

use funnelflux_contract::Verb;

use super::{list, module, schemas, texts};
use crate::contract::{Asset, Contract, Field, Operation, Section, Shape, Type, Word};

pub(super) fn render(contract: &Contract) -> String {
    let mut text = String::from(
        "//! The kinds of asset.\n\nuse crate::{AssetKind, Verb, operations, schemas};\n",
    );
    let mut names = Vec::new();
    for section in &contract.sections {
        for asset in &section.assets {
            text.push('\n');
            text.push_str(&item(asset, section, contract));
            names.push(asset.rust_name());
        }
    }
    let _ = write!(
        text,
        "\n/// Every kind, in the order of the contract.\npub static ALL: &[&AssetKind] = {}",
        list(&names)
    );
    module(&text)
}

fn item(asset: &Asset, section: &Section, contract: &Contract) -> String {
    let Asset { name, noun, meaning, model, id_members, name_members, category_types, .. } = asset;
    let Asset { grade, source, .. } = asset;
    let verbs: Vec<(Verb, &Operation)> = section
        .operations
        .iter()
        .filter_map(|operation| Some((asset.verb(&section.name, &operation.id)?, operation)))
        .collect();
    let operation =
        |verb| verbs.iter().find(|(own, _)| *own == verb).map(|(_, operation)| *operation);
    let schema = |name: &str| format!("&schemas::{}", schemas::rust_name(name));
    let id_query = operation(Verb::FindById)
        .and_then(|operation| operation.query.first())
        .map(|query| query.name.as_str())
        .or_else(|| id_members.first().map(String::as_str));
    let copy = operation(Verb::Duplicate).and_then(|operation| match &operation.body {
        Shape::Schema { name, .. } => Some(schema(name)),
        Shape::None { .. } | Shape::Unknown => None,
    });
    let one_at_a_time: Vec<String> = [Verb::Archive, Verb::Unarchive, Verb::Move]
        .into_iter()
        .filter(|verb| operation(*verb).is_some_and(|operation| takes_one(operation, contract)))
        .map(|verb| format!("Verb::{verb:?}"))
        .collect();

    let mut text = format!(
        "/// {meaning}\n///\n/// The name of the id's member: {} ({source}).\n\
         pub static {}: AssetKind = AssetKind {{\n",
        grade.written(),
        asset.rust_name()
    );
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(text, "    {name}: {value},");
    };
    field("name", &format!("{name:?}"));
    field("noun", &format!("{noun:?}"));
    field("meaning", &format!("{meaning:?}"));
    field("id_query", &format!("{:?}", id_query.unwrap_or_default()));
    field("id_members", &texts(id_members));
    field("name_members", &texts(name_members));
    field("category_types", &texts(category_types));
    field("schema", &schema(model));
    field("info_schema", &schema(&asset.info()));
    field("copy_schema", &copy.map_or("None".to_owned(), |copy| format!("Some({copy})")));
    field("one_at_a_time", &format!("&[{}]", one_at_a_time.join(", ")));
    text.push_str("    verbs: &[\n");
    for (verb, operation) in &verbs {
        let path = format!("operations::{}::{}", section.name, operation.rust_name());
        let _ = writeln!(text, "        (Verb::{verb:?}, &{path}),");
    }
    text.push_str("    ],\n};\n");
    text
}

/// Whether the operation takes one id: no member of its body is a list of ids.
pub(super) fn takes_one(operation: &Operation, contract: &Contract) -> bool {
    let Shape::Schema { name, .. } = &operation.body else { return true };
    let schema = contract.schemas.iter().find(|schema| schema.name == *name);
    let is_list = |field: &Field| match Type::parse(&field.kind) {
        Type::IdList => true,
        Type::List(item) => *item == Type::Id,
        _ => false,
    };
    !schema.is_some_and(|schema| schema.fields().iter().any(is_list))
}
