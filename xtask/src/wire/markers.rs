//! The markers of ids: one for each model of an asset, and one for each part that has ids.

use std::collections::BTreeSet;

use super::module;
use super::prose::{doc, escape};
use crate::contract::{Contract, Grade};

pub(super) fn render(contract: &Contract) -> String {
    let mut items = String::new();
    let mut models = BTreeSet::new();
    for section in &contract.sections {
        for asset in section.assets.iter().filter(|asset| models.insert(&asset.model)) {
            let member = asset.id_members.join("` or `");
            items.push_str(&item(&asset.model, &asset.noun, &asset.meaning, &member, asset.grade));
        }
        for marker in &section.markers {
            let (name, member) = (&marker.name, &marker.id_member);
            items.push_str(&item(name, &marker.noun, &marker.meaning, member, marker.grade));
        }
    }
    module(&format!(
        "//! The markers of ids.\n\nuse crate::asset::markers;\n\nmarkers! {{\n{items}}}\n"
    ))
}

fn item(name: &str, noun: &str, meaning: &str, member: &str, grade: Grade) -> String {
    let mut noun = noun.to_owned();
    noun.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    let wire = format!("On the wire its id is `{member}` ({grade}).");
    let doc = doc(&[escape(&format!("{noun}. {meaning}")), escape(&wire)], "    ");
    format!("{doc}    {name};\n")
}
