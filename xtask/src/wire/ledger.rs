//! The kinds of asset at compile time, for the ledger crate.

use funnelflux_contract::Verb;
use heck::ToUpperCamelCase as _;

use super::{kinds, module};
use crate::contract::{Asset, Contract, Section, Shape};

pub(super) fn render(contract: &Contract) -> String {
    let items: String =
        contract.assets().map(|(section, asset)| item(asset, section, contract)).collect();
    module(&format!(
        "//! The kinds of asset at compile time, and their accessors in the ledger.\n\n\
         use crate::kind::kind;\n{items}"
    ))
}

fn item(asset: &Asset, section: &Section, contract: &Contract) -> String {
    let (about, model) = (about(asset), &asset.model);
    // A second kind of one model has a type of its own.
    let first = section.assets.iter().find(|first| first.model == *model);
    let (declared, kind) = if first.is_none_or(|first| first.name == asset.name) {
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
    let to_group = of(Verb::Move).is_some_and(|operation| kinds::takes_one(operation, contract));
    let parent = if to_group { "FunnelGroup" } else { "Category" };
    let verbs: Vec<String> = operations.iter().map(|(verb, _)| format!("{verb:?}")).collect();
    let (name, rust, verbs) = (asset.name.replace('-', "_"), asset.rust_name(), verbs.join(" "));
    format!(
        "{declared}
kind! {{
    /// {about}
    {name}: {kind} = {rust},
    model = {model}, copy = {copy}, parent = {parent},
    verbs = [{verbs}]
}}
"
    )
}

/// `Traffic sources: where visitors are bought.`
fn about(asset: &Asset) -> String {
    let (mut name, mut meaning) = (asset.name.replace('-', " "), asset.meaning.clone());
    name.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    meaning.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    format!("{name}: {meaning}")
}
