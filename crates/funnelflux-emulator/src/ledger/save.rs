//! Creating and saving objects.

use funnelflux_contract::AssetKind;
use funnelflux_json::equal;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::store::{Entry, Status, Store};
use super::{Call, Kind, conflict, kind, missing, references, rules, secrets};
use crate::options::UnknownMembers;
use crate::wire::fields::{ID, check_id};
use crate::wire::{Refusal, Result, Violations, json_kind};

/// Documented: a longer timeout is clamped to 10 seconds.
const LONGEST_TIMEOUT_MILLIS: u64 = 10_000;

/// Creates the object in the body where it is `new`, else saves it.
pub(crate) fn save(store: &mut Store, call: &Call<'_>, new: bool) -> Result<Entry> {
    let (asset, right) = (call.asset, format!("a {} as a JSON object", call.asset.noun));
    let value = call.json(&right)?;
    if !value.is_object() {
        let is = json_kind(&value);
        return Err(Refusal::bad_request(format!("the body is {is}; expected {right}")));
    }
    let at = asset.id_query;
    let id = agreed(&value, &kind::own_first(asset, asset.id_members), None)?;
    let id = id.ok_or_else(|| Refusal::at(at, "is missing", ID))?;
    let mut entry = Entry::new(call.kind(), check_id(at, &id)?, call.body.to_owned());
    match store.get(entry.kind, &id) {
        None if new => check_meta(call, &value, None)?,
        None => return Err(missing(entry.kind, at, &id, "; POST creates one")),
        Some(old) if new => {
            check_meta(call, &value, None)?;
            let (noun, status) = (asset.noun, old.status.as_str());
            return Err(conflict(format!(
                "`{at}` is \"{id}\", and there is a {noun} with that id already ({status}); expected a \
                 new id, or PUT to save that one"
            )));
        }
        Some(old) if old.is_deleted() => return Err(call.deleted(&id)),
        Some(old) => {
            check_meta(call, &value, old.value.get("meta"))?;
            entry.secrets.clone_from(&old.secrets);
        }
    }
    admit(store, call, entry)
}

/// `idCampaign` on a funnel is the legacy alias of `idFunnelGroup` (documented).
pub(crate) const GROUP: [&str; 2] = ["idFunnelGroup", "idCampaign"];

/// Refuses a `meta` of the caller's own. Documented: it belongs to the app, and is sent back as it was
/// read. That the server refuses anything else is a choice.
fn check_meta(call: &Call<'_>, value: &Value, stored: Option<&Value>) -> Result<()> {
    let Some(sent) = value.get("meta") else { return Ok(()) };
    if stored.is_some_and(|stored| equal(&stored.to_string(), &sent.to_string())) {
        return Ok(());
    }
    let empty = sent.is_null() || sent.as_object().is_some_and(Map::is_empty);
    if call.options.unknown_members == UnknownMembers::Ignore || (stored.is_none() && empty) {
        return Ok(());
    }
    let right = match stored {
        Some(_) => "it as it was read, or no such member",
        None => "no such member: the app keeps its own state there",
    };
    Err(Refusal::wrong("meta", sent, right))
}

/// Checks an object, writes the members that the server manages into it, and stores it.
pub(crate) fn admit(store: &mut Store, call: &Call<'_>, mut entry: Entry) -> Result<Entry> {
    let (asset, kind, id) = (call.asset, entry.kind, entry.id.clone());
    let before = store.get(kind, &id);
    let mut wrong = Violations::default();
    let name = name(asset, &entry.value, before.map(|old| &*old.name));
    entry.name = wrong.keep(name, String::new());
    if kind == Kind::FUNNEL {
        // The references are checked with the spelling of the parent that will be stored.
        match group(&entry.value, before.map(Entry::group)) {
            Ok(group) => entry.spell(&GROUP, &group),
            Err(refusal) => wrong.add(refusal),
        }
    }
    let status = status(&entry.value, before.map(|old| old.status));
    entry.status = wrong.keep(status, Status::Active);
    rules::check(&entry, &mut wrong);
    references::check(store, &entry, &mut wrong);
    references::check_referrers(store, &entry, &mut wrong);
    secrets::take(&mut entry, &mut wrong);
    wrong.finish()?;
    entry.spell(asset.id_members, &id);
    let name = entry.name.clone();
    entry.spell(asset.name_members, &name);
    let status = entry.status;
    let managed = kind == Kind::LOGIC_SCRIPT || entry.value.get("status").is_some();
    if status != Status::Active || managed {
        entry.set_status(status);
    }
    manage(&mut entry, call.owner);
    store.put(entry.clone());
    Ok(entry)
}

fn name(asset: &'static AssetKind, value: &Value, before: Option<&str>) -> Result<String> {
    let names = kind::own_first(asset, asset.name_members);
    let at = names.first().copied().unwrap_or("name");
    match agreed(value, &names, before)? {
        None => Err(Refusal::at(at, "is missing", "a name")),
        Some(name) if name.trim().is_empty() => Err(Refusal::at(at, "is empty", "a name")),
        // Documented for logic scripts only.
        Some(name) if Kind::of(asset) == Kind::LOGIC_SCRIPT => Ok(name.trim().to_owned()),
        Some(name) => Ok(name),
    }
}

fn group(value: &Value, before: Option<&str>) -> Result<String> {
    let group = agreed(value, &GROUP, before)?.filter(|group| !group.is_empty());
    group.ok_or_else(|| Refusal::at("idFunnelGroup", "is missing", "the id of a funnel group"))
}

/// The status after a save. An object without one keeps it, and begins as active.
fn status(value: &Value, before: Option<Status>) -> Result<Status> {
    let Some(value) = value.get("status") else { return Ok(before.unwrap_or(Status::Active)) };
    let status = value.as_str().and_then(Status::find);
    let right = "`active` or `archived` (deletion is a call of its own)";
    let status = status.filter(|status| *status != Status::Deleted);
    status.ok_or_else(|| Refusal::wrong("status", value, right))
}

/// The value of a member with several spellings. Where two differ, the changed one counts.
fn agreed(value: &Value, spellings: &[&str], before: Option<&str>) -> Result<Option<String>> {
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
            Some((other_name, other)) => {
                let fault = format_args!("is {first:?} and `{other_name}` is {other:?}");
                Err(Refusal::at(name, fault, "the same in both"))
            }
        },
    }
}

/// Writes the members that the server manages beside names and status.
fn manage(entry: &mut Entry, owner: &str) {
    if matches!(entry.kind, Kind::LOGIC_SCRIPT | Kind::FUNNEL) {
        entry.set(&["owner"], owner);
    }
    if entry.kind == Kind::LOGIC_SCRIPT {
        // The SHA-256 of the code (documented), in lower-case hexadecimal (a guess).
        let hash = Sha256::digest(entry.string("code"));
        entry.set(&["codeHash"], hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
    if entry.kind == Kind::MIDDLEWARE_CONFIG {
        for path in [&["timeoutMs"][..], &["destination", "timeoutMs"]] {
            let millis = path.iter().try_fold(&entry.value, |value, name| value.get(*name));
            if millis.and_then(Value::as_u64).is_some_and(|it| it > LONGEST_TIMEOUT_MILLIS) {
                entry.set(path, LONGEST_TIMEOUT_MILLIS);
            }
        }
    }
}
