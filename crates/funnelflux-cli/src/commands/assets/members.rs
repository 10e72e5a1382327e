//! Members: `--set MEMBER=VALUE`, and warnings about members that the contract does not have.

use funnelflux::ledger::AssetKind;
use funnelflux::model::ledger::PLACEHOLDER;
use funnelflux::model::{Document, EditError, edit_distance};
use funnelflux::transport::{Overlay, Says};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Context;
use crate::failure::Failure;
use crate::input::{Shape, each_member_once, json};
use crate::output::{counted, first_few};
use crate::progress::Progress;

#[derive(Clone, Debug)]
pub(in crate::commands) struct Assignment {
    pub(in crate::commands) path: Vec<String>,
    pub(super) value: Box<RawValue>,
}

impl Assignment {
    fn parse(text: &str, root: Shape) -> Result<Self, Failure> {
        let wrong = |why: &str| Failure::usage(format!("--set: {why}; expected MEMBER=VALUE"));
        let (name, value) =
            text.split_once('=').ok_or_else(|| wrong(&format!("`{text}` has no `=`")))?;
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(wrong("a part of the member's name is empty"));
        }
        let about = |why: &str| Failure::usage(format!("--set: {name}: {why}"));
        if value.trim_matches('"') == PLACEHOLDER {
            let hint = "that is what a stored secret reads as; leave the member out to keep it";
            return Err(about(&format!("got {PLACEHOLDER}; expected the secret itself")).hint(hint));
        }
        let shape = root.at(&path);
        let is_meant = |json: &&RawValue| !shape.is_text() || json.get().starts_with('"');
        let value = match serde_json::from_str::<&RawValue>(value).ok().filter(is_meant) {
            Some(value) => json(value.get())
                .and_then(each_member_once)
                .map_err(|why| about(&why).hint("nothing was sent"))?
                .to_owned(),
            None => {
                let hint = "--set 'MEMBER=\"text\"' sends a text; nothing was sent";
                let json = shape.json_of(value).map_err(|expected| about(expected).hint(hint))?;
                RawValue::from_string(json).map_err(|cause| wrong(&cause.to_string()))?
            }
        };
        Ok(Self { path, value })
    }

    pub(in crate::commands) fn parse_all(
        texts: &[String],
        root: Shape,
    ) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for text in texts {
            let set = Self::parse(text, root)?;
            if let Some(lost) = all.iter().find(|earlier| earlier.path.starts_with(&set.path)) {
                let (earlier, later) = (lost.path.join("."), set.path.join("."));
                let why = format!("--set: `{later}` would replace `{earlier}`, set before it");
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

    pub(in crate::commands) fn apply(
        &self,
        object: &mut Document,
        replaces: bool,
    ) -> Result<(), EditError> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match replaces {
            true => object.set_at(&path, &self.value),
            false => object.merge_at(&path, &self.value),
        }
    }

    pub(super) fn replaced_lists(&self, object: &Document) -> Vec<String> {
        fn compare(path: &str, new: &Value, old: &Value, told: &mut Vec<String>) {
            match (new, old) {
                (Value::Object(new), Value::Object(old)) => {
                    for (name, new) in new {
                        let old = old.get(name).unwrap_or(&Value::Null);
                        compare(&format!("{path}.{name}"), new, old, told);
                    }
                }
                (Value::Array(new), Value::Array(old)) if !old.is_empty() && old != new => {
                    let (old, new) = (counted(old.len(), "item"), new.len());
                    let by = format!("is replaced as a whole, by {new}");
                    told.push(format!("`{path}`: the list of {old} {by}"));
                }
                _ => {}
            }
        }
        let escaped = self.path.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
        let place: String = escaped.map(|name| format!("/{name}")).collect();
        let value = |json: &RawValue| serde_json::from_str(json.get()).unwrap_or_default();
        let mut told = Vec::new();
        if let Some(old) = object.pointer(&place) {
            compare(&self.path.join("."), &value(&self.value), &value(old), &mut told);
        }
        told
    }
}

/// Refuses an object without a known member: it is of another kind, or the objects are below a name.
pub(super) fn recognised(kind: &AssetKind, objects: &[Document]) -> Result<(), Failure> {
    for (number, object) in (1..).zip(objects) {
        let names: Vec<_> = object.members().map(|(name, _)| name).collect();
        if names.is_empty() || names.iter().any(|name| is_known(kind, name)) {
            continue;
        }
        let list = object.members().find(|(_, value)| value.get().starts_with('['));
        let expected = match list {
            Some((name, _)) => format!("`{name}` holds a list: expected the list alone"),
            None => format!("expected members that `ffx {} members` lists", kind.name),
        };
        let (kind, names) = (kind.name.replace('-', " "), first_few(names.iter()));
        let why = format!("item {number}: {kind} have no such member: {names}");
        return Err(Failure::usage(format!("{why}; {expected}"))
            .hint("--set sends a member that ffx does not know; nothing was sent"));
    }
    Ok(())
}

/// Warns of a member that the contract does not have. It is sent: the contract may lack it.
pub(super) fn warn_if_unknown(context: &Context<'_>, name: &str) {
    if !is_known(context.kind, name) {
        context.once(&warning(context.kind, name), Progress::warn);
    } else if is_unseen(&context.overlay, context.kind, name) {
        let kind = context.kind.name;
        let why = "the account may have another name for it, which a recording shows (`ffx learn`)";
        context
            .once(&format!("`{name}`: none of the recorded {kind} has it; {why}"), Progress::warn);
    }
}

/// Whether objects of the kind were seen, and no fact has this member.
fn is_unseen(overlay: &Overlay, kind: &AssetKind, name: &str) -> bool {
    let id = kind.verbs.first().map_or("", |(_, operation)| operation.id());
    let mut own = overlay.facts().filter(|fact| fact.covers(id) && fact.evidence().is_some());
    own.any(|fact| matches!(fact.says(), Says::Member { .. }))
        && overlay.grade_of(id, name).is_none()
}

fn is_known(kind: &AssetKind, name: &str) -> bool {
    let members = kind.schema.members;
    members.is_empty()
        || members.iter().any(|member| member.name == name)
        || kind.id_members.contains(&name)
        || kind.name_members.contains(&name)
}

fn warning(kind: &AssetKind, name: &str) -> String {
    let lower = name.to_lowercase();
    let members = kind.schema.members.iter().map(|member| member.name);
    let distances = members.map(|member| (edit_distance(&lower, &member.to_lowercase()), member));
    // If more than a third of the letters differ, it is another word.
    let near = distances.min().filter(|(distance, _)| *distance <= name.chars().count() / 3);
    let near = near.map_or_else(String::new, |(_, near)| format!("; near: {near}"));
    format!("`{name}`: no such member of {} is known{near}; it is sent as it is", kind.name)
}
