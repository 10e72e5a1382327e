//! Members: `--set MEMBER=VALUE`, and warnings about members that the contract does not have.

use std::cell::RefCell;
use std::collections::BTreeSet;

use funnelflux::ledger::AssetKind;
use funnelflux::model::ledger::PLACEHOLDER;
use funnelflux::model::{Document, EditError, edit_distance};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::Shape;
use crate::output::counted;

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
        let shape = Shape::of(kind).at(&path);
        let about = |why: String| {
            Failure::usage(format!("--set: {}: {why}", path.join("."))).hint("nothing was sent")
        };
        let json = serde_json::from_str::<Box<RawValue>>(value)
            .ok()
            .filter(|json| !shape.is_text() || json.get().starts_with('"'));
        if let Some(json) = &json {
            crate::input::json(json.get()).map_err(about)?;
            if let Some(name) = funnelflux_json::repeated(json.get()) {
                return Err(about(format!("the member `{name}` is there twice in one object")));
            }
        }
        let value = match json {
            Some(json) => json,
            None => {
                let json = shape.json_of(value).map_err(|expected| {
                    Failure::usage(format!("--set: {}: {expected}", path.join(".")))
                        .hint("--set 'MEMBER=\"text\"' sends a text; nothing was sent")
                })?;
                RawValue::from_string(json).map_err(|cause| wrong(&cause.to_string()))?
            }
        };
        Ok(Self { path, value })
    }

    pub(super) fn parse_all(texts: &[String], kind: &AssetKind) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for text in texts {
            let set = Self::parse(text, kind)?;
            if let Some(lost) = all.iter().find(|earlier| earlier.path.starts_with(&set.path)) {
                let (earlier, later) = (lost.path.join("."), set.path.join("."));
                let why =
                    format!("--set: `{later}` would replace `{earlier}`, which is set before");
                return Err(Failure::usage(why).hint("set a member once; nothing was sent"));
            }
            all.push(set);
        }
        Ok(all)
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

    /// Merges the value into the object, or replaces what is there as a whole.
    pub(super) fn apply(&self, object: &mut Document, replaces: bool) -> Result<(), EditError> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match replaces {
            true => object.set_at(&path, &self.value),
            false => object.merge_at(&path, &self.value),
        }
    }

    /// Says which lists of the object the value replaces as a whole.
    pub(super) fn replaced_lists(&self, object: &Document) -> Vec<String> {
        let value = serde_json::from_str::<Value>(self.value.get()).unwrap_or_default();
        let (mut open, mut told) = (vec![(self.path.clone(), value)], Vec::new());
        while let Some((path, value)) = open.pop() {
            let place: String = path
                .iter()
                .map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")))
                .collect();
            let there = || serde_json::from_str::<Value>(object.pointer(&place)?.get()).ok();
            match value {
                Value::Object(members) => open.extend(members.into_iter().map(|(name, value)| {
                    let path = path.iter().cloned().chain([name]).collect();
                    (path, value)
                })),
                Value::Array(new) => {
                    if let Some(Value::Array(old)) = there()
                        && !old.is_empty()
                        && old != new
                    {
                        let (name, old) = (path.join("."), counted(old.len(), "item"));
                        told.push(format!(
                            "`{name}`: the list of {old} is replaced as a whole, by {}",
                            new.len()
                        ));
                    }
                }
                _ => {}
            }
        }
        told
    }
}

/// Refuses a file in which an object has no member that is known: it is for another kind, or its
/// objects are below a name.
pub(super) fn recognised(kind: &AssetKind, objects: &[Document]) -> Result<(), Failure> {
    for (number, object) in (1..).zip(objects) {
        let mut names: Vec<_> = object.members().map(|(name, _)| name).collect();
        if names.is_empty() || names.iter().any(|name| is_known(kind, name)) {
            continue;
        }
        let list = object.members().find(|(_, value)| value.get().starts_with('['));
        let why = match list {
            Some((name, _)) => {
                format!("; `{name}` holds a list: expected the list alone, without the name")
            }
            None => format!("; expected members that `ffx {} members` lists", kind.name),
        };
        let more = if names.len() > 5 { ", …" } else { "" };
        names.truncate(5);
        let names = names.join(", ");
        return Err(Failure::usage(format!(
            "item {number}: {} have no such member: {names}{more}{why}",
            kind.name.replace('-', " ")
        ))
        .hint("--set sends a member that ffx does not know; nothing was sent"));
    }
    Ok(())
}

/// Members that the contract does not have. They are sent with a warning: it may lack them.
#[derive(Debug, Default)]
pub(super) struct Unknown(RefCell<BTreeSet<String>>);

impl Unknown {
    /// Those of these texts that were not told before.
    pub(super) fn once(&self, texts: Vec<String>) -> Vec<String> {
        let mut told = self.0.borrow_mut();
        texts.into_iter().filter(|text| told.insert(text.clone())).collect()
    }

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
