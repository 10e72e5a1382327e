//! The table of kinds of asset.

use funnelflux_contract::Verb;

use super::{all, module, schemas};
use crate::contract::{Asset, Contract, Field, Operation, Section, Shape, Type};

pub(super) fn render(contract: &Contract) -> String {
    let items: String =
        contract.assets().map(|(section, asset)| item(asset, section, contract)).collect();
    let names = contract.assets().map(|(_, asset)| asset.rust_name());
    module(&format!(
        "//! The kinds of asset.\n\nuse crate::{{AssetKind, Verb, operations, schemas}};\n{items}{}",
        all("kind, in the order of the contract", "AssetKind", names)
    ))
}

fn item(asset: &Asset, section: &Section, contract: &Contract) -> String {
    let Asset { name, noun, meaning, id_members, name_members, category_types, .. } = asset;
    let Asset { grade, source, .. } = asset;
    let verbs = section.verbs_of(asset);
    let operation = |verb| verbs.iter().find(|(own, _)| *own == verb).map(|(_, found)| *found);
    let schema = |name: &str| format!("&schemas::{}", schemas::rust_name(name));
    let id_query = operation(Verb::FindById)
        .and_then(|operation| operation.query.first())
        .map(|query| &query.name)
        .or(id_members.first());
    let id_query = id_query.map_or("", String::as_str);
    let copy = match operation(Verb::Duplicate).map(|operation| &operation.body) {
        Some(Shape::Schema { name, .. }) => format!("Some({})", schema(name)),
        _ => "None".to_owned(),
    };
    let one_at_a_time: Vec<String> = [Verb::Archive, Verb::Unarchive, Verb::Move]
        .into_iter()
        .filter(|verb| operation(*verb).is_some_and(|operation| takes_one(operation, contract)))
        .map(|verb| format!("Verb::{verb:?}"))
        .collect();
    let one_at_a_time = one_at_a_time.join(", ");
    let (rust, full, slim) = (asset.rust_name(), schema(&asset.model), schema(&asset.info()));
    let verbs = verbs.iter().map(|(verb, operation)| {
        let path = format!("operations::{}::{}", section.name, operation.rust_name());
        format!("        (Verb::{verb:?}, &{path}),\n")
    });
    let verbs: String = verbs.collect();
    format!(
        "
/// {meaning}
///
/// The name of the id's member: {grade} ({source}).
pub static {rust}: AssetKind = AssetKind {{
    name: {name:?},
    noun: {noun:?},
    meaning: {meaning:?},
    id_query: {id_query:?},
    id_members: &{id_members:?},
    name_members: &{name_members:?},
    category_types: &{category_types:?},
    schema: {full},
    info_schema: {slim},
    copy_schema: {copy},
    one_at_a_time: &[{one_at_a_time}],
    verbs: &[
{verbs}    ],
}};
"
    )
}

/// Whether the operation takes one id: no member of its body is a list of ids.
pub(super) fn takes_one(operation: &Operation, contract: &Contract) -> bool {
    let Shape::Schema { name, .. } = &operation.body else { return true };
    let is_list = |field: &Field| match Type::parse(&field.kind) {
        Type::IdList => true,
        Type::List(item) => *item == Type::Id,
        _ => false,
    };
    !contract.schema(name).is_some_and(|schema| schema.fields.iter().any(is_list))
}
