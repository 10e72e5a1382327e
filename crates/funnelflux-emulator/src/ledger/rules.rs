//! Rules for single members. Documented are the ranges of a traffic source, the slots, the length of
//! code, the types of categories, the timeouts, and the default route and priorities of middleware. The
//! kinds and actions of a page are the sibling's. That each route, node and connection has a key of its
//! own, and that a connection leads from node to node of its funnel, are rules of the emulator.

use std::collections::HashSet;

use funnelflux_contract::schemas;
use serde_json::Value;

use super::{Entry, Kind, references::list};
use crate::traffic::TrackingField;
use crate::wire::fields::{ID, is_id, one_of};
use crate::wire::{Refusal, Violations};

/// Documented: at most 10 KB of code. Whether that is 10,000 or 10,240 bytes is unknown.
const LONGEST_CODE: usize = 10 * 1024;

pub(crate) fn check(entry: &Entry, found: &mut Violations) {
    let asset = &entry.value;
    match entry.kind {
        Kind::TRAFFIC_SOURCE => traffic_source(asset, found),
        Kind::FUNNEL => funnel(&entry.id, asset, found),
        Kind::PAGE => page(asset, found),
        Kind::LOGIC_SCRIPT => logic_script(asset, found),
        Kind::MIDDLEWARE_CONFIG => middleware_config(asset, found),
        Kind::CATEGORY => {
            let value = asset.get("categoryType").unwrap_or(&Value::Null);
            found.keep(one_of(&schemas::CATEGORY_TYPE, "categoryType", value).map(drop), ());
        }
        _ => {}
    }
}

fn range(asset: &Value, name: &str, (low, high): (f64, f64), found: &mut Violations) {
    if let Some(value) = asset.get(name) {
        let fits = value.as_f64().is_some_and(|number| (low..=high).contains(&number));
        found.check(fits, name, value, &format!("a number from {low} to {high}"));
    }
}

fn traffic_source(asset: &Value, found: &mut Violations) {
    range(asset, "incomingCostModifier", (0.0, 500.0), found);
    range(asset, "outgoingRevenueModifier", (0.0, 500.0), found);
    range(asset, "outgoingPostbackProbability", (0.0, 100.0), found);
    let Some(Value::Object(slots)) = asset.get("trackingFieldSlots") else { return };
    for name in slots.keys() {
        let field = TrackingField::named(&format!("trackingFieldSlots.{name}"), name);
        found.keep(field.map(drop), ());
    }
}

/// The self-hosted product's rules (sibling).
fn page(asset: &Value, found: &mut Violations) {
    if let Some(value) = asset.get("pageType") {
        found.keep(one_of(&schemas::PAGE_TYPE, "pageType", value).map(drop), ());
    }
    if let Some(value) = asset.get("numberOfActions") {
        let fits = value.as_u64().is_some_and(|number| (1..=64).contains(&number));
        found.check(fits, "numberOfActions", value, "a whole number from 1 to 64");
    }
}

fn logic_script(asset: &Value, found: &mut Violations) {
    let Some(value) = asset.get("code") else { return };
    match value.as_str() {
        None => found.add(Refusal::wrong("code", value, "a string")),
        Some(code) if code.len() > LONGEST_CODE => {
            let right = format_args!("at most {LONGEST_CODE} (10 KB)");
            found.add(Refusal::at("code", format_args!("has {} bytes", code.len()), right));
        }
        Some(_) => {}
    }
}

fn middleware_config(asset: &Value, found: &mut Violations) {
    for (at, value) in [
        ("timeoutMs", asset.get("timeoutMs")),
        ("destination.timeoutMs", asset.pointer("/destination/timeoutMs")),
    ] {
        // A larger value is clamped.
        if let Some(value) = value {
            found.check(value.as_u64() > Some(0), at, value, "milliseconds, 1 to 10000");
        }
    }
    let routes = list(asset, "routes");
    let mut keys = HashSet::new();
    let mut defaults = 0;
    for (index, route) in routes.iter().enumerate() {
        let at = |name: &str| format!("routes[{index}].{name}");
        let member = |name: &str| route.get(name).unwrap_or(&Value::Null);
        let key = member("idRoute");
        let lower = |byte: u8| !byte.is_ascii_uppercase() && byte.is_ascii_graphic();
        let sound = key.as_str().filter(|key| !key.is_empty() && key.bytes().all(lower));
        found.check(sound.is_some(), &at("idRoute"), key, "a key of lower-case characters");
        let is_new = sound.is_none_or(|key| keys.insert(key));
        found.check(is_new, &at("idRoute"), key, "a key that no other route has");
        let priority = member("priority");
        if member("isDefault").as_bool() == Some(true) {
            defaults += 1;
            let fits = sound.is_none_or(|key| key == "default");
            found.check(fits, &at("idRoute"), key, "\"default\" for the default route");
            let fits = priority.as_u64() == Some(0);
            found.check(fits, &at("priority"), priority, "0 for the default route");
        } else {
            let fits = priority.as_u64().is_some_and(|number| (1..=255).contains(&number));
            found.check(fits, &at("priority"), priority, "a whole number from 1 to 255");
        }
    }
    if !routes.is_empty() && defaults != 1 {
        let right = "exactly one with `isDefault` true";
        found.add(Refusal::at("routes", format_args!("has {defaults} default routes"), right));
    }
}

/// Checks the ids of nodes and connections, and that every connection leads from node to node.
fn funnel(own_id: &str, asset: &Value, found: &mut Violations) {
    let nodes = parts(own_id, asset, "nodes", "idNode", found);
    parts(own_id, asset, "connections", "idConnection", found);
    for (index, connection) in list(asset, "connections").iter().enumerate() {
        for name in ["idSourceNode", "idTargetNode"] {
            let value = connection.get(name).unwrap_or(&Value::Null);
            let fits = value.as_str().is_some_and(|id| nodes.contains(id));
            let at = format!("connections[{index}].{name}");
            found.check(fits, &at, value, "the `idNode` of a node of this funnel");
        }
    }
}

/// The ids of a funnel's nodes or connections. Each must be present, and unique.
fn parts<'v>(
    own_id: &str,
    asset: &'v Value,
    member: &str,
    id_name: &str,
    found: &mut Violations,
) -> HashSet<&'v str> {
    let mut seen = HashSet::new();
    for (index, part) in list(asset, member).iter().enumerate() {
        let at = format!("{member}[{index}].{id_name}");
        let value = part.get(id_name).unwrap_or(&Value::Null);
        let id = value.as_str().filter(|id| is_id(id));
        found.check(id.is_some(), &at, value, ID);
        let is_new = value.as_str().is_none_or(|text| seen.insert(text)) || id.is_none();
        found.check(is_new, &at, value, "an id that is there once");
        if let Some(value) = part.get("idFunnel") {
            let at = format!("{member}[{index}].idFunnel");
            let right = format!("the funnel's own id, \"{own_id}\"");
            found.check(value.as_str() == Some(own_id), &at, value, &right);
        }
    }
    seen
}
