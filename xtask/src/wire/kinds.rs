//! The kinds of asset: their table, the types of the ledger crate, and the markers of ids.

use std::collections::BTreeSet;

use funnelflux_contract::Verb;
use heck::ToUpperCamelCase as _;

use super::prose::{doc, escape};
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
fn takes_one(operation: &Operation, contract: &Contract) -> bool {
    let Shape::Schema { name, .. } = &operation.body else { return true };
    let is_list = |field: &Field| match Type::parse(&field.kind) {
        Type::IdList => true,
        Type::List(item) => *item == Type::Id,
        _ => false,
    };
    !contract.schema(name).is_some_and(|schema| schema.fields.iter().any(is_list))
}

/// The kinds at compile time, for the ledger crate.
pub(super) fn render_ledger(contract: &Contract) -> String {
    let (of_their_own, kinds): (String, String) =
        contract.assets().map(|(section, asset)| declared(asset, section, contract)).unzip();
    module(&format!(
        "//! The kinds of asset at compile time, and their accessors in the ledger.\n\n\
         use crate::kind::kinds;\n{of_their_own}\nkinds! {{{kinds}}}\n"
    ))
}

/// The type of a kind that has no model of its own, and the declaration of the kind.
fn declared(asset: &Asset, section: &Section, contract: &Contract) -> (String, String) {
    let (about, model) = (about(asset), &asset.model);
    // A second kind of one model has a type of its own.
    let first = section.assets.iter().find(|first| first.model == *model);
    let (of_its_own, kind) = if first.is_none_or(|first| first.name == asset.name) {
        (String::new(), format!("funnelflux_model::ledger::{model}"))
    } else {
        let kind = asset.name.to_upper_camel_case();
        (format!("\n/// {about}\n#[derive(Debug)]\npub enum {kind} {{}}\n"), kind)
    };
    let operations = section.verbs_of(asset);
    let of = |wanted| operations.iter().find(|(verb, _)| *verb == wanted).map(|(_, found)| *found);
    let copy = match of(Verb::Duplicate).map(|operation| &operation.body) {
        Some(Shape::Schema { name, .. }) => name.as_str(),
        _ => "DuplicateRequest",
    };
    let to_group = of(Verb::Move).is_some_and(|operation| takes_one(operation, contract));
    let parent = if to_group { "FunnelGroup" } else { "Category" };
    let verbs: Vec<String> = operations.iter().map(|(verb, _)| format!("{verb:?}")).collect();
    let (name, rust, verbs) = (asset.name.replace('-', "_"), asset.rust_name(), verbs.join(" "));
    let declared = format!(
        "
    /// {about}
    {name}: {kind} = {rust},
    model = {model}, copy = {copy}, parent = {parent},
    verbs = [{verbs}];
"
    );
    (of_its_own, declared)
}

/// `Traffic sources: where visitors are bought.`
fn about(asset: &Asset) -> String {
    let (name, mut meaning) = (capital(&asset.name.replace('-', " ")), asset.meaning.clone());
    meaning.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    format!("{name}: {meaning}")
}

/// The markers of ids: one for each model of an asset, and one for each part that has ids.
pub(super) fn render_markers(contract: &Contract) -> String {
    let mut items = String::new();
    let mut models = BTreeSet::new();
    for section in &contract.sections {
        let assets = section.assets.iter().filter(|asset| models.insert(&asset.model));
        let assets = assets.map(|asset| {
            let member = asset.id_members.join("` or `");
            (&asset.model, &asset.noun, &asset.meaning, member, asset.grade)
        });
        let parts = section.markers.iter().map(|part| {
            (&part.name, &part.noun, &part.meaning, part.id_member.clone(), part.grade)
        });
        for (name, noun, meaning, member, grade) in assets.chain(parts) {
            let wire = format!("On the wire its id is `{member}` ({grade}).");
            let about = format!("{}. {meaning}", capital(noun));
            let doc = doc(&[escape(&about), escape(&wire)], "    ");
            items.push_str(&format!("{doc}    {name};\n"));
        }
    }
    module(&format!(
        "//! The markers of ids.\n\nuse crate::asset::markers;\n\nmarkers! {{\n{items}}}\n"
    ))
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}
