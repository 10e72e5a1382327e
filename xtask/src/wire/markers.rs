//! The markers of ids: one for each model of an asset, and one for each part that has ids.

use std::collections::BTreeSet;

use super::module;
use super::prose::paragraphs;
use crate::contract::{Contract, Word};

pub(super) fn render(contract: &Contract) -> String {
    let mut text =
        String::from("//! The markers of ids.\n\nuse crate::asset::markers;\n\nmarkers! {\n");
    let mut models = BTreeSet::new();
    for section in &contract.sections {
        for asset in section.assets.iter().filter(|asset| models.insert(&asset.model)) {
            let member = asset.id_members.join("` or `");
            let grade = asset.grade.written();
            text.push_str(&item(&asset.model, &asset.noun, &asset.meaning, &member, grade));
        }
        for marker in &section.markers {
            let grade = marker.grade.written();
            let (name, member) = (&marker.name, &marker.id_member);
            text.push_str(&item(name, &marker.noun, &marker.meaning, member, grade));
        }
    }
    text.push_str("}\n");
    module(&text)
}

fn item(name: &str, noun: &str, meaning: &str, member: &str, grade: &str) -> String {
    let mut noun = noun.to_owned();
    if let Some(first) = noun.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let wire = format!("On the wire its id is `{member}` ({grade}).");
    let doc = paragraphs(&[&format!("{noun}. {meaning}"), &wire], "    ");
    format!("{doc}    {name};\n")
}
