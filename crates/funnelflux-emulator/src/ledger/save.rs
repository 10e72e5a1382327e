//! Creating and saving objects.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use funnelflux_contract::AssetKind;
use funnelflux_json::equal;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    Call, Entry, Kind, Status, Store, Violations, conflict, ids, kind, missing, references, rules,
    secrets, slim,
};
use crate::options::UnknownMembers;
use crate::wire::{Refusal, json_kind, text};

/// Documented: a longer timeout is clamped to 10 seconds.
const LONGEST_TIMEOUT_MILLIS: u64 = 10_000;

pub(crate) fn create(store: &mut Store, call: &Call<'_>) -> Result<Entry, Refusal> {
    let value = read(call)?;
    let id = id(call.asset, &value)?;
    check_meta(call, &value, None)?;
    if let Some(old) = store.get(call.kind(), &id) {
        return Err(conflict(format!(
            "`{}` is \"{id}\", and there is a {} with that id already ({}); expected a new id, or \
             PUT to save that one",
            call.asset.id_query,
            call.asset.noun,
            old.status.name(),
        )));
    }
    let entry = admit(store, call, call.body.to_owned(), value, id, None, &BTreeMap::new())?;
    store.put(entry.clone());
    Ok(entry)
}

pub(crate) fn update(store: &mut Store, call: &Call<'_>) -> Result<Entry, Refusal> {
    let value = read(call)?;
    let id = id(call.asset, &value)?;
    let Some(old) = store.get(call.kind(), &id) else {
        return Err(missing(call.kind(), call.asset.id_query, &id, "; POST creates one"));
    };
    if old.status == Status::Deleted {
        return Err(call.deleted(&id));
    }
    check_meta(call, &value, old.value.get("meta"))?;
    let entry = admit(store, call, call.body.to_owned(), value, id, Some(old), &old.secrets)?;
    store.put(entry.clone());
    Ok(entry)
}

/// `idCampaign` on a funnel is the legacy alias of `idFunnelGroup` (documented).
const GROUP: [&str; 2] = ["idFunnelGroup", "idCampaign"];

fn read(call: &Call<'_>) -> Result<Value, Refusal> {
    let right = format!("a {} as a JSON object", call.asset.noun);
    let value = call.json(&right)?;
    if value.is_object() {
        return Ok(value);
    }
    let is = json_kind(&value);
    Err(Refusal::bad_request(format!("the body is {is}; expected {right}")))
}

/// Refuses a `meta` of the caller's own. Documented: it belongs to the app, and is sent back as it was
/// read. That the server refuses anything else is a choice.
fn check_meta(call: &Call<'_>, value: &Value, stored: Option<&Value>) -> Result<(), Refusal> {
    let Some(sent) = value.get("meta") else { return Ok(()) };
    if stored.is_some_and(|stored| equal(&stored.to_string(), &sent.to_string())) {
        return Ok(());
    }
    let empty = sent.is_null() || sent.as_object().is_some_and(Map::is_empty);
    if call.unknown_members == UnknownMembers::Ignore || (stored.is_none() && empty) {
        return Ok(());
    }
    let right = match stored {
        Some(_) => "it as it was read, or no such member",
        None => "no such member: the app keeps its own state there",
    };
    Err(Refusal::wrong("meta", sent, right))
}

fn id(asset: &AssetKind, value: &Value) -> Result<String, Refusal> {
    let at = asset.id_query;
    let id = agreed(value, &kind::id_names(asset), None)?.ok_or_else(|| {
        Refusal::bad_request(format!("`{at}` is missing; expected {}", ids::RIGHT))
    })?;
    ids::check(at, &id)?;
    Ok(id)
}

/// Checks an object, and writes the members that the server manages into it. `secrets` are those that
/// it had.
pub(crate) fn admit(
    store: &Store,
    call: &Call<'_>,
    mut text: String,
    value: Value,
    id: String,
    before: Option<&Entry>,
    secrets: &BTreeMap<String, String>,
) -> Result<Entry, Refusal> {
    let (asset, kind) = (call.asset, call.kind());
    let mut wrong = Violations::default();
    let name = wrong.keep(name(asset, &value, before.map(|old| &*old.name)), String::new());
    let group = match kind {
        Kind::FUNNEL => wrong.keep(group(&value, before.map(slim::group_of)).map(Some), None),
        _ => None,
    };
    let status = wrong.keep(status(&value, before.map(|old| old.status)), Status::Active);
    rules::check(kind, &id, &value, &mut wrong);
    // The references are checked with the spelling of the parent that will be stored.
    if let Some(group) = &group {
        spell(&mut text, &value, &GROUP, group);
    }
    let value: Value = serde_json::from_str(&text).unwrap_or(value);
    references::check(store, kind, &id, &value, &mut wrong);
    references::check_referrers(store, kind, &id, &value, &mut wrong);
    let secrets = secrets::take(kind, &value, &mut text, secrets, &mut wrong);
    wrong.finish()?;
    spell(&mut text, &value, asset.id_members, &id);
    spell(&mut text, &value, asset.name_members, &name);
    if status != Status::Active || kind == Kind::LOGIC_SCRIPT || value.get("status").is_some() {
        text::set(&mut text, &["status"], &status.name().into());
    }
    managed(kind, call.owner, &mut text, &value);
    let value = serde_json::from_str(&text).unwrap_or(value);
    Ok(Entry { kind, id, name, status, text, value, secrets })
}

fn name(asset: &'static AssetKind, value: &Value, before: Option<&str>) -> Result<String, Refusal> {
    let names = kind::name_names(asset);
    let at = names.first().copied().unwrap_or("name");
    let name = agreed(value, &names, before)?;
    // Documented for logic scripts only: the name is trimmed.
    let name = name.map(|name| match Kind::of(asset) {
        Kind::LOGIC_SCRIPT => name.trim().to_owned(),
        _ => name,
    });
    match name {
        Some(name) if !name.trim().is_empty() => Ok(name),
        Some(_) => Err(Refusal::bad_request(format!("`{at}` is empty; expected a name"))),
        None => Err(Refusal::bad_request(format!("`{at}` is missing; expected a name"))),
    }
}

fn group(value: &Value, before: Option<&str>) -> Result<String, Refusal> {
    agreed(value, &GROUP, before)?.filter(|group| !group.is_empty()).ok_or_else(|| {
        Refusal::bad_request("`idFunnelGroup` is missing; expected the id of a funnel group")
    })
}

/// The status after a save. An object without one keeps it, and begins as active.
fn status(value: &Value, before: Option<Status>) -> Result<Status, Refusal> {
    let at = match value.get("status") {
        None => return Ok(before.unwrap_or(Status::Active)),
        Some(value) => value,
    };
    match at.as_str().and_then(Status::parse) {
        Some(status) if status != Status::Deleted => Ok(status),
        _ => {
            let right = "active or archived (deletion is a call of its own)";
            Err(Refusal::wrong("status", at, right))
        }
    }
}

/// The value of a member with several spellings. Where two differ, the changed one counts.
fn agreed(
    value: &Value,
    spellings: &[&str],
    before: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for name in spellings {
        match value.get(*name) {
            None => {}
            Some(Value::String(text)) => found.push((name, text)),
            Some(other) => return Err(Refusal::wrong(name, other, "a string")),
        }
    }
    let changed: Vec<_> = found.iter().filter(|(_, text)| Some(*text) != before).collect();
    match changed.as_slice() {
        [] => Ok(found.first().map(|(_, text)| (*text).to_owned())),
        [(name, first), rest @ ..] => match rest.iter().find(|(_, other)| other != first) {
            None => Ok(Some((*first).to_owned())),
            Some((other_name, other)) => Err(Refusal::bad_request(format!(
                "`{name}` is {first:?} and `{other_name}` is {other:?}; expected the same in both"
            ))),
        },
    }
}

/// Writes a value under each spelling that the object has.
fn spell(text: &mut String, value: &Value, spellings: &[&str], to: &str) {
    for name in spellings.iter().filter(|name| value.get(**name).is_some()) {
        text::set(text, &[name], &to.into());
    }
}

/// Writes the members that the server manages beside names and status.
fn managed(kind: Kind, owner: &str, text: &mut String, value: &Value) {
    if matches!(kind, Kind::LOGIC_SCRIPT | Kind::FUNNEL) {
        text::set(text, &["owner"], &owner.into());
    }
    if kind == Kind::LOGIC_SCRIPT {
        let code = value.get("code").and_then(Value::as_str).unwrap_or_default();
        text::set(text, &["codeHash"], &code_hash(code).into());
    }
    if kind == Kind::MIDDLEWARE_CONFIG {
        for path in [&["timeoutMs"][..], &["destination", "timeoutMs"]] {
            let millis = path.iter().try_fold(value, |value, name| value.get(*name));
            if millis.and_then(Value::as_u64).is_some_and(|it| it > LONGEST_TIMEOUT_MILLIS) {
                text::set(text, path, &LONGEST_TIMEOUT_MILLIS.into());
            }
        }
    }
}

/// The SHA-256 of the code (documented), in lower-case hexadecimal (a guess).
fn code_hash(code: &str) -> String {
    Sha256::digest(code.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}
