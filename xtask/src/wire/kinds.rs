//! The kinds of asset: their table, the types of the ledger crate, and the markers of ids.

use std::collections::BTreeSet;

use funnelflux_contract::Verb;
use minijinja::{Value, context};

use super::prose::{doc, escape};
use super::template::fill;
use crate::Result;
use crate::contract::{Asset, Contract, Field, Operation, Section, Shape, Type};

pub(super) fn render(contract: &Contract) -> Result<String> {
    fill(include_str!("kinds.rs.in"), context! { kinds => kinds(contract) })
}

pub(super) fn render_ledger(contract: &Contract) -> Result<String> {
    fill(include_str!("ledger.rs.in"), context! { kinds => kinds(contract) })
}

fn kinds(contract: &Contract) -> Vec<Value> {
    contract.assets().map(|(section, asset)| kind(asset, section, contract)).collect()
}

fn kind(asset: &Asset, section: &Section, contract: &Contract) -> Value {
    let verbs = section.verbs_of(asset);
    let operation = |verb| verbs.iter().find(|(own, _)| *own == verb).map(|(_, found)| *found);
    let takes_one = |verb: &Verb| operation(*verb).is_some_and(|own| takes_one(own, contract));
    let id_query = operation(Verb::FindById).and_then(|operation| operation.query.first());
    let id_query = id_query.map(|query| &query.name).or(asset.id_members.first());
    let one_at_a_time = [Verb::Archive, Verb::Unarchive, Verb::Move].into_iter().filter(takes_one);
    let first = section.assets.iter().find(|first| first.model == asset.model);
    let mut meaning = asset.meaning.clone();
    meaning.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    context! {
        section => section.name,
        rust => asset.rust_name(),
        info => asset.info(),
        about => format!("{}: {meaning}", capital(&asset.name.replace('-', " "))),
        id_query => id_query.map_or("", String::as_str),
        copy => match operation(Verb::Duplicate).map(|operation| &operation.body) {
            Some(Shape::Schema { name, .. }) => Some(name),
            _ => None,
        },
        one_at_a_time => one_at_a_time.collect::<Vec<_>>(),
        // A second kind of one model has a type of its own.
        is_first => first.is_none_or(|first| first.name == asset.name),
        parent => if takes_one(&Verb::Move) { "FunnelGroup" } else { "Category" },
        verbs => verbs.iter().map(|(verb, found)| (verb, found.rust_name())).collect::<Vec<_>>(),
        ..Value::from_serialize(asset)
    }
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

/// The markers of ids: one for each model of an asset, and one for each part that has ids.
pub(super) fn render_markers(contract: &Contract) -> Result<String> {
    let mut models = BTreeSet::new();
    let mut markers = Vec::new();
    for section in &contract.sections {
        let assets = section.assets.iter().filter(|asset| models.insert(&asset.model));
        let assets = assets.map(|asset| {
            let member = asset.id_members.join("` or `");
            (&asset.model, &asset.noun, &asset.meaning, member, asset.grade)
        });
        let parts = section.markers.iter().map(|part| {
            (&part.name, &part.noun, &part.meaning, part.id_member.clone(), part.grade)
        });
        markers.extend(assets.chain(parts).map(|(name, noun, meaning, member, grade)| {
            let wire = format!("On the wire its id is `{member}` ({grade}).");
            let about = format!("{}. {meaning}", capital(noun));
            context! { name, doc => doc(&[escape(&about), escape(&wire)], "    ") }
        }));
    }
    fill(include_str!("markers.rs.in"), context! { markers })
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}
