//! What the documentation says of single members: ranges, formats, graphs.

use std::collections::HashSet;

use serde_json::Value;

use super::family::Kind;
use super::ids;
use super::references::list;
use crate::wire::fields::describe;
use crate::wire::refusal::Refusal;

/// Documented: at most 10 KB of code. Whether that is 10,000 or 10,240 bytes is unknown.
pub(crate) const LONGEST_CODE: usize = 10 * 1024;

const CATEGORY_TYPES: [&str; 11] = [
    "trafficsources",
    "offersources",
    "lander",
    "offer",
    "landerGroup",
    "offerGroup",
    "condition",
    "visitorTag",
    "logicscript",
    "middlewareconfig",
    "webhookconfig",
];

/// Refuses what the documentation rules out for such an asset.
pub(crate) fn check(kind: Kind, own_id: &str, asset: &Value) -> Result<(), Refusal> {
    match kind {
        Kind::TrafficSource => traffic_source(asset),
        Kind::Funnel => funnel(own_id, asset),
        Kind::Page => page(asset),
        Kind::LogicScript => logic_script(asset),
        Kind::MiddlewareConfig => middleware_config(asset),
        Kind::Category => category(asset),
        _ => Ok(()),
    }
}

fn wrong(at: &str, value: &Value, right: &str) -> Refusal {
    Refusal::bad_request(format!("`{at}` is {}; expected {right}", describe(value)))
}

/// A number from `low` to `high`, where it is there.
fn range(asset: &Value, name: &str, low: f64, high: f64) -> Result<(), Refusal> {
    match asset.get(name) {
        Some(value) if !value.as_f64().is_some_and(|number| (low..=high).contains(&number)) => {
            Err(wrong(name, value, &format!("a number from {low} to {high}")))
        }
        _ => Ok(()),
    }
}

fn traffic_source(asset: &Value) -> Result<(), Refusal> {
    range(asset, "incomingCostModifier", 0.0, 500.0)?;
    range(asset, "outgoingRevenueModifier", 0.0, 500.0)?;
    range(asset, "outgoingPostbackProbability", 0.0, 100.0)?;
    if let Some(Value::Object(slots)) = asset.get("trackingFieldSlots") {
        for name in slots.keys() {
            let number = name.strip_prefix('c').and_then(|number| number.parse::<u8>().ok());
            let custom = number
                .is_some_and(|number| (1..=20).contains(&number) && *name == format!("c{number}"));
            if !custom && name != "campaign" && name != "external" {
                return Err(Refusal::bad_request(format!(
                    "`trackingFieldSlots.{name}` is not a tracking field; expected campaign, \
                     external or c1 to c20"
                )));
            }
        }
    }
    Ok(())
}

fn page(asset: &Value) -> Result<(), Refusal> {
    if let Some(value) = asset.get("pageType")
        && !matches!(value.as_str(), Some("lander" | "offer"))
    {
        return Err(wrong("pageType", value, "lander or offer"));
    }
    if let Some(value) = asset.get("numberOfActions")
        && !value.as_u64().is_some_and(|number| (1..=64).contains(&number))
    {
        return Err(wrong("numberOfActions", value, "a whole number from 1 to 64"));
    }
    Ok(())
}

fn logic_script(asset: &Value) -> Result<(), Refusal> {
    let Some(value) = asset.get("code") else { return Ok(()) };
    let Some(code) = value.as_str() else { return Err(wrong("code", value, "a string")) };
    if code.len() > LONGEST_CODE {
        return Err(Refusal::bad_request(format!(
            "`code` has {} bytes; expected at most {LONGEST_CODE} (10 KB)",
            code.len()
        )));
    }
    Ok(())
}

fn category(asset: &Value) -> Result<(), Refusal> {
    let value = asset.get("categoryType").unwrap_or(&Value::Null);
    if value.as_str().is_some_and(|name| CATEGORY_TYPES.contains(&name)) {
        return Ok(());
    }
    Err(wrong("categoryType", value, &format!("one of {}", CATEGORY_TYPES.join(", "))))
}

fn middleware_config(asset: &Value) -> Result<(), Refusal> {
    for (at, value) in [
        ("timeoutMs", asset.get("timeoutMs")),
        ("destination.timeoutMs", asset.pointer("/destination/timeoutMs")),
    ] {
        // More than 10 seconds is not refused, but clamped.
        if let Some(value) = value
            && value.as_u64().unwrap_or_default() == 0
        {
            return Err(wrong(at, value, "milliseconds, 1 to 10000"));
        }
    }
    let routes = list(asset, "routes");
    if routes.is_empty() {
        return Ok(());
    }
    let mut keys = HashSet::new();
    let mut defaults = 0;
    for (index, route) in routes.iter().enumerate() {
        let at = |name: &str| format!("routes[{index}].{name}");
        let member = |name: &str| route.get(name).unwrap_or(&Value::Null);
        let key = member("idRoute");
        let sound = key.as_str().is_some_and(|key| {
            let lower = |byte: u8| !byte.is_ascii_uppercase() && byte.is_ascii_graphic();
            !key.is_empty() && key.bytes().all(lower)
        });
        if !sound {
            return Err(wrong(&at("idRoute"), key, "a key of lower-case characters"));
        }
        if !keys.insert(key.as_str().unwrap_or_default()) {
            return Err(wrong(&at("idRoute"), key, "a key that no other route has"));
        }
        let priority = member("priority");
        if member("isDefault").as_bool() == Some(true) {
            defaults += 1;
            if key != "default" {
                return Err(wrong(&at("idRoute"), key, "\"default\" for the default route"));
            }
            if priority.as_u64() != Some(0) {
                return Err(wrong(&at("priority"), priority, "0 for the default route"));
            }
        } else if !priority.as_u64().is_some_and(|number| (1..=255).contains(&number)) {
            return Err(wrong(&at("priority"), priority, "a whole number from 1 to 255"));
        }
    }
    if defaults != 1 {
        return Err(Refusal::bad_request(format!(
            "`routes` has {defaults} default routes; expected exactly one with `isDefault` true"
        )));
    }
    Ok(())
}

/// The ids of nodes and connections, and that every connection leads from node to node.
fn funnel(own_id: &str, asset: &Value) -> Result<(), Refusal> {
    let nodes = parts(own_id, asset, "nodes", "idNode")?;
    parts(own_id, asset, "connections", "idConnection")?;
    for (index, connection) in list(asset, "connections").iter().enumerate() {
        for name in ["idSourceNode", "idTargetNode"] {
            let value = connection.get(name).unwrap_or(&Value::Null);
            if !value.as_str().is_some_and(|id| nodes.contains(id)) {
                return Err(wrong(
                    &format!("connections[{index}].{name}"),
                    value,
                    "the `idNode` of a node of this funnel",
                ));
            }
        }
    }
    Ok(())
}

/// The ids of a funnel's nodes or connections, each there and there once.
fn parts<'v>(
    own_id: &str,
    asset: &'v Value,
    member: &str,
    id_name: &str,
) -> Result<HashSet<&'v str>, Refusal> {
    let mut found = HashSet::new();
    for (index, part) in list(asset, member).iter().enumerate() {
        let at = format!("{member}[{index}].{id_name}");
        let value = part.get(id_name).unwrap_or(&Value::Null);
        let id = value.as_str().ok_or_else(|| wrong(&at, value, ids::RIGHT))?;
        ids::check(&at, id)?;
        if !found.insert(id) {
            return Err(wrong(&at, value, "an id that stands there once"));
        }
        if let Some(value) = part.get("idFunnel")
            && value.as_str() != Some(own_id)
        {
            let at = format!("{member}[{index}].idFunnel");
            return Err(wrong(&at, value, &format!("the funnel's own id, \"{own_id}\"")));
        }
    }
    Ok(found)
}
