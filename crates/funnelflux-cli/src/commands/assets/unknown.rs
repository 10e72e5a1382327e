//! Warnings about members that the contract does not have.

use std::collections::BTreeSet;
use std::sync::Mutex;

use funnelflux::ledger::AssetKind;
use funnelflux::model::{Document, edit_distance};

use super::set::Assignment;

/// Members that the contract does not have. They are sent, since the contract may lack them, with a
/// warning, since a typing error is more likely.
#[derive(Debug, Default)]
pub(super) struct Unknown(Mutex<BTreeSet<String>>);

impl Unknown {
    /// The warnings about members that are set and that neither `object` nor the contract has. Each
    /// member has one warning in all.
    pub(super) fn in_assignments(
        &self,
        kind: &AssetKind,
        object: &Document,
        assignments: &[Assignment],
    ) -> Vec<String> {
        let names = assignments.iter().map(Assignment::top);
        self.told(kind, names.filter(|name| !object.contains(name)))
    }

    /// The warnings about the members of a new object.
    pub(super) fn in_object(&self, kind: &AssetKind, object: &Document) -> Vec<String> {
        let names: Vec<_> = object.members().map(|(name, _)| name.into_owned()).collect();
        self.told(kind, names.iter().map(String::as_str))
    }

    fn told<'a>(&self, kind: &AssetKind, names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let unknown = names.filter(|name| !is_known(kind, name));
        let Ok(mut told) = self.0.lock() else { return Vec::new() };
        let new: Vec<&str> = unknown.filter(|name| told.insert((*name).to_owned())).collect();
        new.into_iter().map(|name| warning(kind, name)).collect()
    }
}

fn is_known(kind: &AssetKind, name: &str) -> bool {
    let members = kind.schema().members();
    members.is_empty()
        || members.iter().any(|member| member.name() == name)
        || kind.id_members().contains(&name)
        || kind.name_members().contains(&name)
}

fn warning(kind: &AssetKind, name: &str) -> String {
    let near = match near(kind, name) {
        Some(near) => format!("; near: {near}"),
        None => String::new(),
    };
    let kind = kind.name();
    format!("`{name}`: no such member of {kind} is known{near}; it is sent as it is")
}

fn near(kind: &AssetKind, name: &str) -> Option<&'static str> {
    let members = kind.schema().members().iter().map(|member| member.name());
    let lower = name.to_lowercase();
    let distances = members.map(|member| (edit_distance(&lower, &member.to_lowercase()), member));
    let (distance, near) = distances.min()?;
    // If more than a third of the letters differ, it is another word.
    (distance <= name.chars().count() / 3).then_some(near)
}
