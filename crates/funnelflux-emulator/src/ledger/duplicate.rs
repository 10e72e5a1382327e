//! Duplicates: a copy under ids that the server makes.

use std::collections::{BTreeMap, HashMap};

use funnelflux_contract::{AssetKind, kinds};
use funnelflux_json::{Part, rewrite};
use serde_json::Value;

use super::{Call, Entry, Kind, Status, Store, ids, kind, references::list, save, secrets};
use crate::wire::{Refusal, fields, text};

/// The only overrides that a logic script takes (documented).
const SCRIPT_OVERRIDES: [&str; 3] = ["idCategory", "categoryName", "description"];
/// The members that the server always sets (documented), and `meta`, which belongs to the app.
const PROTECTED: [&str; 3] = ["owner", "status", "meta"];
const FUNNEL_PROTECTED: [&str; 2] = ["idFunnelGroup", "idCampaign"];

struct Wanted<'t> {
    name: String,
    parent: Option<String>,
    /// Members and the text of their values.
    updates: Vec<(String, &'t str)>,
}

pub(crate) fn duplicate(store: &mut Store, call: &Call<'_>, id: &str) -> Result<Entry, Refusal> {
    let (asset, kind) = (call.asset, call.kind());
    let source = call.living(store, id)?.clone();
    let wanted = read(call, &source)?;
    let id = store.make_id(call.now_millis);
    let mut text = source.text.clone();
    for (name, value) in &wanted.updates {
        if allowed(asset, name) {
            text::set_raw(&mut text, &[name], value);
        }
    }
    let spellings = |names: &[&'static str]| {
        let known: Vec<_> =
            names.iter().copied().filter(|name| source.value.get(*name).is_some()).collect();
        if known.is_empty() { names.iter().copied().take(1).collect() } else { known }
    };
    let mut put = |names: Vec<&str>, value: &str| {
        for name in names {
            text::set(&mut text, &[name], &value.into());
        }
    };
    put(spellings(&kind::id_names(asset)), &id);
    put(spellings(&kind::name_names(asset)), &wanted.name);
    put(vec!["status"], Status::Active.name());
    if let Some(parent) = &wanted.parent {
        match kind {
            Kind::FUNNEL => put(spellings(&FUNNEL_PROTECTED), parent),
            _ => put(vec!["idCategory"], parent),
        }
    }
    let mut kept = source.secrets.clone();
    let mut companions = Vec::new();
    if kind == Kind::FUNNEL {
        let nodes;
        (nodes, companions) = renew(store, call.now_millis, &source.id, &id, &mut text);
        kept = secrets::renamed(&source.secrets, |node| nodes.get(node).cloned());
    }
    let value = serde_json::from_str(&text).unwrap_or_default();
    // Copied conditions and the new funnel refer to each other. So the conditions are stored first, and
    // removed again if the funnel is refused.
    let ids: Vec<String> = companions.iter().map(|entry| entry.id.clone()).collect();
    for companion in companions {
        store.put(companion);
    }
    match save::admit(store, call, text, value, id, None, &kept) {
        Ok(entry) => {
            store.put(entry.clone());
            Ok(entry)
        }
        Err(refusal) => {
            ids.iter().for_each(|id| store.remove_last(Kind::CONDITION, id));
            Err(refusal)
        }
    }
}

fn allowed(asset: &'static AssetKind, name: &str) -> bool {
    let kind = Kind::of(asset);
    let protected = PROTECTED.contains(&name)
        || asset.id_members.contains(&name)
        || (kind == Kind::FUNNEL && FUNNEL_PROTECTED.contains(&name));
    match kind {
        Kind::LOGIC_SCRIPT => SCRIPT_OVERRIDES.contains(&name),
        _ => !protected,
    }
}

fn read<'c>(call: &'c Call<'_>, source: &Entry) -> Result<Wanted<'c>, Refusal> {
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
        return Err(Refusal::bad_request(
            "`parentId` is missing; expected the id of the copy's funnel group",
        ));
    }
    if let Some(parent) = parent.as_deref().filter(|parent| !parent.is_empty()) {
        ids::check("parentId", parent)?;
    }
    let updates = text::members(body).into_iter().find(|(name, _)| name == "bodyUpdates");
    match value.get("bodyUpdates") {
        None | Some(Value::Null | Value::Object(_)) => {}
        Some(_) => {
            return Err(Refusal::bad_request(
                "`bodyUpdates` is not an object; expected members of the copy and their values",
            ));
        }
    }
    let updates = updates.map(|(_, text)| text::members(text)).unwrap_or_default();
    Ok(Wanted { name, parent, updates })
}

/// Gives a funnel's nodes and connections new ids, and copies its own conditions, wherever the text names
/// them. Global conditions stay referenced (sibling). Returns the nodes' new ids and the copies.
fn renew(
    store: &mut Store,
    now_millis: i64,
    source: &str,
    id: &str,
    text: &mut String,
) -> (HashMap<String, String>, Vec<Entry>) {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let mut parts = [HashMap::new(), HashMap::new()];
    for (new, (member, name)) in
        parts.iter_mut().zip([("nodes", "idNode"), ("connections", "idConnection")])
    {
        let old = list(&value, member).iter().filter_map(|part| part.get(name)?.as_str());
        new.extend(old.map(|old| (old.to_owned(), store.make_id(now_millis))));
    }
    let [nodes, connections] = parts;
    let mut copies: BTreeMap<String, Entry> = BTreeMap::new();
    for node in list(&value, "nodes") {
        let old = node.pointer("/nodeConditionParams/idCondition").and_then(Value::as_str);
        let old = old.unwrap_or_default();
        let Some(condition) = store.get(Kind::CONDITION, old) else { continue };
        let is_own = condition.string("restrictToFunnelId") == source;
        if is_own && !copies.contains_key(old) {
            let mut copy = condition.clone();
            copy.id = store.make_id(now_millis);
            let copied = Value::from(copy.id.as_str());
            copy.set(&[kinds::CONDITIONS.id_query], &copied);
            copy.set(&["restrictToFunnelId"], &id.into());
            copies.insert(old.to_owned(), copy);
        }
    }
    let renewed = rewrite(text, |part, member, old| match (part, member) {
        (Part::Text, "idFunnel") if old == source => Some(id.to_owned()),
        (Part::Text, "idNode" | "idSourceNode" | "idTargetNode") => nodes.get(old).cloned(),
        (Part::Text, "idConnection") => connections.get(old).cloned(),
        (Part::Text, "idCondition") => copies.get(old).map(|copy| copy.id.clone()),
        _ => None,
    });
    if let Some(renewed) = renewed {
        *text = renewed;
    }
    (nodes, copies.into_values().collect())
}
