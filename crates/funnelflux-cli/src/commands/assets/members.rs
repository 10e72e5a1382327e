//! Members: `--set MEMBER=VALUE`, and warnings about members that the contract does not have.

use std::cell::RefCell;
use std::collections::BTreeSet;

use funnelflux::ledger::AssetKind;
use funnelflux::model::ledger::PLACEHOLDER;
use funnelflux::model::{Document, edit_distance};
use serde_json::value::RawValue;

use crate::failure::Failure;

#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) path: Vec<String>,
    pub(super) value: Box<RawValue>,
}

impl Assignment {
    /// Reads `destination.url=https://…`.
    pub(super) fn parse(text: &str, kind: &AssetKind) -> Result<Self, Failure> {
        let wrong = |why: &str| Failure::usage(format!("--set: {why}; expected MEMBER=VALUE"));
        let (path, value) =
            text.split_once('=').ok_or_else(|| wrong(&format!("`{text}` has no `=`")))?;
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(wrong("a part of the member's name is empty"));
        }
        if value.trim_matches('"') == PLACEHOLDER {
            return Err(Failure::usage(format!(
                "--set: {}: got {PLACEHOLDER}; expected the secret itself",
                path.join(".")
            ))
            .hint("that is what a stored secret reads as: it is kept by leaving the member out"));
        }
        let json = serde_json::from_str::<Box<RawValue>>(value)
            .ok()
            .filter(|json| !(is_text(kind, &path) && is_scalar(json)));
        let value = match json {
            Some(json) => json,
            None => RawValue::from_string(serde_json::Value::from(value).to_string())
                .map_err(|cause| wrong(&cause.to_string()))?,
        };
        Ok(Self { path, value })
    }

    pub(super) fn parse_all(texts: &[String], kind: &AssetKind) -> Result<Vec<Self>, Failure> {
        texts.iter().map(|text| Self::parse(text, kind)).collect()
    }

    pub(super) fn of_members(object: &Document, kind: &AssetKind) -> Vec<Self> {
        let members = object.members().filter(|(name, _)| !kind.id_members.contains(&&**name));
        members
            .map(|(name, value)| Self { path: vec![name.into_owned()], value: value.to_owned() })
            .collect()
    }

    pub(super) fn top(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    pub(super) fn apply(&self, object: &mut Document) -> Result<(), funnelflux::model::EditError> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        object.set_at(&path, &self.value)
    }
}

/// Whether the member is text in the contract: `--set offerSourceName=2024` sets the text `2024`.
fn is_text(kind: &AssetKind, path: &[String]) -> bool {
    let [name] = path else { return false };
    let mut members = kind.schema.members.iter();
    members.any(|member| member.name == name && matches!(member.kind, "string" | "id"))
}

fn is_scalar(json: &RawValue) -> bool {
    !json.get().starts_with(['"', '{', '[', 'n'])
}

/// Members that the contract does not have. They are sent with a warning: it may lack them.
#[derive(Debug, Default)]
pub(super) struct Unknown(RefCell<BTreeSet<String>>);

impl Unknown {
    /// The warnings about the unknown ones of these members, one for each in all.
    pub(super) fn among(
        &self,
        kind: &AssetKind,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Vec<String> {
        let mut told = self.0.borrow_mut();
        let names = names.into_iter().filter(|name| !is_known(kind, name.as_ref()));
        let new = names.filter(|name| told.insert(name.as_ref().to_owned()));
        new.map(|name| warning(kind, name.as_ref())).collect()
    }
}

fn is_known(kind: &AssetKind, name: &str) -> bool {
    let members = kind.schema.members;
    members.is_empty()
        || members.iter().any(|member| member.name == name)
        || kind.id_members.contains(&name)
        || kind.name_members.contains(&name)
}

fn warning(kind: &AssetKind, name: &str) -> String {
    let near = match near(kind, name) {
        Some(near) => format!("; near: {near}"),
        None => String::new(),
    };
    let kind = kind.name;
    format!("`{name}`: no such member of {kind} is known{near}; it is sent as it is")
}

fn near(kind: &AssetKind, name: &str) -> Option<&'static str> {
    let members = kind.schema.members.iter().map(|member| member.name);
    let lower = name.to_lowercase();
    let distances = members.map(|member| (edit_distance(&lower, &member.to_lowercase()), member));
    let (distance, near) = distances.min()?;
    // If more than a third of the letters differ, it is another word.
    (distance <= name.chars().count() / 3).then_some(near)
}
