//! Rules for single members. `docs/emulator.md` tells which of them are documented, the sibling's, or
//! the emulator's alone.

use std::collections::HashSet;

use funnelflux_contract::{Schema, schemas};
use serde_json::Value;

use super::{Entry, Kind, references::list};
use crate::traffic::TrackingField;
use crate::wire::fields::{ID, is_id, one_of};
use crate::wire::{Refusal, Violations};

/// Documented: at most 10 KB of code. Whether that is 10,000 or 10,240 bytes is unknown.
const LONGEST_CODE: usize = 10 * 1024;

/// The members that are right or wrong by themselves, where they are there.
const RULES: [(Kind, &str, Form); 7] = [
    (Kind::TRAFFIC_SOURCE, "incomingCostModifier", UP_TO_500),
    (Kind::TRAFFIC_SOURCE, "outgoingRevenueModifier", UP_TO_500),
    (Kind::TRAFFIC_SOURCE, "outgoingPostbackProbability", UP_TO_100),
    (Kind::PAGE, "numberOfActions", ACTIONS),
    (Kind::LOGIC_SCRIPT, "code", ("a string", Value::is_string)),
    (Kind::MIDDLEWARE_CONFIG, "timeoutMs", TIMEOUT),
    (Kind::MIDDLEWARE_CONFIG, "destination.timeoutMs", TIMEOUT),
];

/// What is right, and whether a value is.
type Form = (&'static str, fn(&Value) -> bool);

const UP_TO_500: Form = ("a number from 0 to 500", |value| is_number(value, 500.0));
const UP_TO_100: Form = ("a number from 0 to 100", |value| is_number(value, 100.0));
const ACTIONS: Form = ("a whole number from 1 to 64", |value| is_count(value, 64));
/// A larger value is clamped.
const TIMEOUT: Form = ("milliseconds, 1 to 10000", |value| is_count(value, u64::MAX));

fn is_number(value: &Value, most: f64) -> bool {
    value.as_f64().is_some_and(|number| (0.0..=most).contains(&number))
}

fn is_count(value: &Value, most: u64) -> bool {
    value.as_u64().is_some_and(|number| (1..=most).contains(&number))
}

pub(crate) fn check(entry: &Entry, found: &mut Violations) {
    let asset = &entry.value;
    for (_, member, (right, fits)) in RULES.iter().filter(|(kind, ..)| *kind == entry.kind) {
        if let Some(value) = asset.pointer(&format!("/{}", member.replace('.', "/"))) {
            found.check(fits(value), member, value, right);
        }
    }
    match entry.kind {
        Kind::TRAFFIC_SOURCE => traffic_source(asset, found),
        Kind::FUNNEL => funnel(entry, found),
        Kind::PAGE => word(asset.get("pageType"), "pageType", &schemas::PAGE_TYPE, found),
        Kind::LOGIC_SCRIPT if entry.string("code").len() > LONGEST_CODE => {
            let fault = format!("has {} bytes", entry.string("code").len());
            found.add(Refusal::at("code", fault, format!("at most {LONGEST_CODE} (10 KB)")));
        }
        Kind::MIDDLEWARE_CONFIG => middleware_config(asset, found),
        Kind::CATEGORY => {
            let value = asset.get("categoryType").or(Some(&Value::Null));
            word(value, "categoryType", &schemas::CATEGORY_TYPE, found);
        }
        _ => {}
    }
}

fn word(value: Option<&Value>, at: &str, known: &Schema, found: &mut Violations) {
    if let Some(value) = value {
        found.keep(one_of(known, at, value).map(drop), ());
    }
}

fn traffic_source(asset: &Value, found: &mut Violations) {
    let Some(Value::Object(slots)) = asset.get("trackingFieldSlots") else { return };
    for name in slots.keys() {
        let field = TrackingField::named(&format!("trackingFieldSlots.{name}"), name);
        found.keep(field.map(drop), ());
    }
}

fn middleware_config(asset: &Value, found: &mut Violations) {
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
            let right = "a whole number from 1 to 255";
            found.check(is_count(priority, 255), &at("priority"), priority, right);
        }
    }
    if !routes.is_empty() && defaults != 1 {
        let right = "exactly one with `isDefault` true";
        found.add(Refusal::at("routes", format_args!("has {defaults} default routes"), right));
    }
}

fn funnel(entry: &Entry, found: &mut Violations) {
    let nodes = parts(entry, "nodes", "idNode", found);
    parts(entry, "connections", "idConnection", found);
    for (index, connection) in list(&entry.value, "connections").iter().enumerate() {
        for name in ["idSourceNode", "idTargetNode"] {
            let value = connection.get(name).unwrap_or(&Value::Null);
            let fits = value.as_str().is_some_and(|id| nodes.contains(id));
            let at = format!("connections[{index}].{name}");
            found.check(fits, &at, value, "the `idNode` of a node of this funnel");
        }
    }
}

/// The ids of a funnel's nodes or connections. Each must be present, and unique.
fn parts<'v>(entry: &'v Entry, member: &str, id: &str, found: &mut Violations) -> HashSet<&'v str> {
    let mut seen = HashSet::new();
    for (index, part) in list(&entry.value, member).iter().enumerate() {
        let at = format!("{member}[{index}].{id}");
        let value = part.get(id).unwrap_or(&Value::Null);
        let id = value.as_str().filter(|id| is_id(id));
        found.check(id.is_some(), &at, value, ID);
        let is_new = value.as_str().is_none_or(|text| seen.insert(text)) || id.is_none();
        found.check(is_new, &at, value, "an id that is there once");
        if let Some(value) = part.get("idFunnel") {
            let at = format!("{member}[{index}].idFunnel");
            let right = format!("the funnel's own id, \"{}\"", entry.id);
            found.check(value.as_str() == Some(&*entry.id), &at, value, &right);
        }
    }
    seen
}
