//! Duplicates: a copy under ids that the server makes.

use std::collections::{BTreeMap, HashMap};

use funnelflux_contract::{AssetKind, kinds};
use funnelflux_json::{Part, quote, rewrite};
use serde_json::Value;

use super::save::{GROUP, admit};
use super::store::{Entry, Status, Store};
use super::{Call, Kind, kind, references::list, secrets};
use crate::wire::fields::{self, check_id};
use crate::wire::{Refusal, Result, text};

/// The only overrides that a logic script takes (documented).
const SCRIPT_OVERRIDES: [&str; 3] = ["idCategory", "categoryName", "description"];
/// The members that the server always sets (documented), and `meta`, which belongs to the app.
const PROTECTED: [&str; 3] = ["owner", "status", "meta"];

/// The name and the parent of a copy, and its other members, each with the text of its value.
type Wanted<'t> = (String, Option<String>, Vec<(String, &'t str)>);

pub(crate) fn duplicate(store: &mut Store, call: &Call<'_>) -> Result<String> {
    let (asset, kind) = (call.asset, call.kind());
    let source = call.living(store, call.query_id()?)?.clone();
    let (name, parent, updates) = read(call, &source)?;
    let mut copy = Entry { id: store.make_id(call.now_millis), ..source.clone() };
    for (member, value) in updates.iter().filter(|(member, _)| allowed(asset, member)) {
        text::set_raw(&mut copy.text, &[member], value);
    }
    // Each spelling that the source has, or the first.
    let mut put = |names: &[&str], value: &str| {
        let known = names.iter().filter(|name| source.value.get(**name).is_some());
        let first = names.iter().take(usize::from(known.clone().next().is_none()));
        for name in known.chain(first) {
            text::set(&mut copy.text, &[name], &value.into());
        }
    };
    put(&kind::own_first(asset, asset.id_members), &copy.id);
    let names = kind::own_first(asset, asset.name_members);
    put(&names, &name);
    put(&["status"], Status::Active.as_str());
    if let Some(parent) = &parent {
        put(if kind == Kind::FUNNEL { &GROUP } else { &["idCategory"] }, parent);
    }
    let companions = match kind {
        Kind::FUNNEL => renew(store, call.now_millis, &source.id, &mut copy),
        _ => Vec::new(),
    };
    copy.parse();
    // Copied conditions and the new funnel refer to each other. So the conditions are stored first, and
    // removed again if the funnel is refused.
    let ids: Vec<String> = companions.iter().map(|entry| entry.id.clone()).collect();
    companions.into_iter().for_each(|companion| store.put(companion));
    let copy = admit(store, call, copy).inspect_err(|_| {
        ids.iter().for_each(|id| store.remove(Kind::CONDITION, id));
    })?;
    let name = names.first().copied().unwrap_or("name");
    Ok(text::object(&[(asset.id_query, quote(&copy.id)), (name, quote(&copy.name))]))
}

fn allowed(asset: &'static AssetKind, name: &str) -> bool {
    match Kind::of(asset) {
        Kind::LOGIC_SCRIPT => SCRIPT_OVERRIDES.contains(&name),
        Kind::FUNNEL if GROUP.contains(&name) => false,
        _ => !PROTECTED.contains(&name) && !asset.id_members.contains(&name),
    }
}

fn read<'c>(call: &'c Call<'_>, source: &Entry) -> Result<Wanted<'c>> {
    let kind = call.kind();
    let body = call.body.trim();
    let body = if body.is_empty() { "{}" } else { body };
    let value = fields::parse(body.as_bytes(), "a JSON object")?;
    let fields = call.fields(&value)?;
    let string =
        |name: &str| fields.optional_string(name, "a string").map(|text| text.map(str::to_owned));
    // The self-hosted product adds the time in seconds to the names of its clones.
    let made = || format!("{} - {}.1", source.name, call.now_millis / 1000);
    let name = string("name")?.filter(|name| !name.trim().is_empty()).unwrap_or_else(made);
    let parent = match kind {
        Kind::LOGIC_SCRIPT => None,
        _ => string("parentId")?,
    };
    if kind == Kind::FUNNEL && parent.as_deref().unwrap_or_default().is_empty() {
        let right = "the id of the copy's funnel group";
        return Err(Refusal::at("parentId", "is missing", right));
    }
    if let Some(parent) = parent.as_deref().filter(|parent| !parent.is_empty()) {
        check_id("parentId", parent)?;
    }
    if fields.optional("bodyUpdates").is_some_and(|updates| !updates.is_object()) {
        let right = "members of the copy and their values";
        return Err(Refusal::at("bodyUpdates", "is not an object", right));
    }
    let updates = text::members(body).into_iter().find(|(name, _)| name == "bodyUpdates");
    let updates = updates.map(|(_, text)| text::members(text)).unwrap_or_default();
    Ok((name, parent, updates))
}

/// Gives a funnel's nodes and connections new ids, and copies its own conditions, wherever its text names
/// them. Global conditions stay referenced (sibling). Returns the copies.
fn renew(store: &mut Store, now_millis: i64, source: &str, funnel: &mut Entry) -> Vec<Entry> {
    funnel.parse();
    let (value, id) = (&funnel.value, &funnel.id);
    let mut parts = [HashMap::new(), HashMap::new()];
    for (new, (member, name)) in
        parts.iter_mut().zip([("nodes", "idNode"), ("connections", "idConnection")])
    {
        let old = list(value, member).iter().filter_map(|part| part.get(name)?.as_str());
        new.extend(old.map(|old| (old.to_owned(), store.make_id(now_millis))));
    }
    let [nodes, connections] = parts;
    let mut copies: BTreeMap<String, Entry> = BTreeMap::new();
    for node in list(value, "nodes") {
        let old = node.pointer("/nodeConditionParams/idCondition").and_then(Value::as_str);
        let old = old.unwrap_or_default();
        let Some(condition) = store.get(Kind::CONDITION, old) else { continue };
        let is_own = condition.string("restrictToFunnelId") == source;
        if is_own && !copies.contains_key(old) {
            let mut copy = condition.clone();
            copy.id = store.make_id(now_millis);
            copy.set(&[kinds::CONDITIONS.id_query], copy.id.clone());
            copy.set(&["restrictToFunnelId"], id.as_str());
            copies.insert(old.to_owned(), copy);
        }
    }
    let renewed = rewrite(&funnel.text, |part, member, old| match (part, member) {
        (Part::Text, "idFunnel") if old == source => Some(id.clone()),
        (Part::Text, "idNode" | "idSourceNode" | "idTargetNode") => nodes.get(old).cloned(),
        (Part::Text, "idConnection") => connections.get(old).cloned(),
        (Part::Text, "idCondition") => copies.get(old).map(|copy| copy.id.clone()),
        _ => None,
    });
    if let Some(renewed) = renewed {
        funnel.text = renewed;
    }
    secrets::rename(funnel, &nodes);
    copies.into_values().collect()
}
