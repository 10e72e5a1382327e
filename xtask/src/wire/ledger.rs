//! The kinds of asset at compile time, for the ledger crate.

use std::fmt::Write as _;

use funnelflux_contract::Verb;

use super::rust_names::camel;
use super::{kinds, module};
use crate::contract::{Asset, Contract, Operation, Section, Shape};

pub(super) fn render(contract: &Contract) -> String {
    let mut text = String::from(
        "//! The kinds of asset at compile time, and their accessors in the ledger.\n\n\
         use crate::kind::kind;\n",
    );
    for section in &contract.sections {
        for asset in &section.assets {
            text.push_str(&item(asset, section, contract));
        }
    }
    module(&text)
}

/// The type of the kind: the model, or a type of its own for a second kind of one model.
fn kind(asset: &Asset, section: &Section) -> String {
    let first = section.assets.iter().find(|first| first.model == asset.model);
    if first.is_none_or(|first| first.name == asset.name) {
        return asset.model.clone();
    }
    camel(&asset.name)
}

fn item(asset: &Asset, section: &Section, contract: &Contract) -> String {
    let (about, mut kind) = (about(asset), kind(asset, section));
    let mut text = String::new();
    if kind == asset.model {
        kind = format!("funnelflux_model::ledger::{kind}");
    } else {
        let _ = write!(text, "\n/// {about}\n#[derive(Debug)]\npub enum {kind} {{}}\n");
    }
    let operations: Vec<(Verb, &Operation)> = section
        .operations
        .iter()
        .filter_map(|operation| Some((asset.verb(&section.name, &operation.id)?, operation)))
        .collect();
    let of = |wanted| operations.iter().find(|(verb, _)| *verb == wanted).map(|(_, found)| *found);
    let copy = match of(Verb::Duplicate).map(|operation| &operation.body) {
        Some(Shape::Schema { name, .. }) => name.as_str(),
        _ => "DuplicateRequest",
    };
    let to_group = of(Verb::Move).is_some_and(|operation| kinds::takes_one(operation, contract));
    let verbs: Vec<String> = operations.iter().map(|(verb, _)| format!("{verb:?}")).collect();
    let _ = write!(
        text,
        "\nkind! {{\n    /// {about}\n    {}: {kind} = {},\n    model = {}, copy = {copy}, parent = {},\n    \
         verbs = [{}]\n}}\n",
        asset.name.replace('-', "_"),
        asset.rust_name(),
        asset.model,
        if to_group { "FunnelGroup" } else { "Category" },
        verbs.join(" "),
    );
    text
}

/// `Traffic sources: where visitors are bought.`
fn about(asset: &Asset) -> String {
    let (name, meaning) = (asset.name.replace('-', " "), &asset.meaning);
    let first = |text: &str, change: fn(&char) -> char| {
        let mut letters = text.chars();
        letters.next().map(|letter| change(&letter)).into_iter().chain(letters).collect::<String>()
    };
    format!(
        "{}: {}",
        first(&name, char::to_ascii_uppercase),
        first(meaning, char::to_ascii_lowercase)
    )
}
