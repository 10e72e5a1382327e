//! Secrets of middleware configs, and of the funnel nodes that override them. Documented: a read returns
//! `********` in place of a stored secret, with its `has…` flag true. A save keeps the stored one where
//! the flag is true and the value is the placeholder, blank or absent.

use std::collections::HashMap;

use funnelflux_contract::PLACEHOLDER;
use serde_json::Value;

use super::{Entry, Kind, references::list};
use crate::wire::{Refusal, Result, Violations, json_kind, text};

/// The secrets of a destination, each with its flag.
const SECRETS: [(&str, &str); 2] =
    [("/basicAuth/password", "hasBasicAuthPassword"), ("/hmacSecret", "hasHmacSecret")];

/// The objects that may hold secrets: a name that does not depend on the position, and a JSON pointer.
fn places(kind: Kind, asset: &Value) -> Vec<(&str, String)> {
    const NODE: &str = "/nodeMiddlewareRefParams/destinationOverrides";
    match kind {
        Kind::MIDDLEWARE_CONFIG => vec![("destination", "/destination".to_owned())],
        Kind::FUNNEL => list(asset, "nodes")
            .iter()
            .enumerate()
            .filter(|(_, node)| node.pointer(NODE).is_some())
            .filter_map(|(index, node)| {
                Some((node.get("idNode")?.as_str()?, format!("/nodes/{index}{NODE}")))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A JSON pointer as messages write it: `nodes[1].hmacSecret`.
fn written(pointer: &str) -> String {
    let mut written = String::new();
    for name in pointer.split('/').skip(1) {
        match name.parse::<usize>() {
            Ok(index) => written.push_str(&format!("[{index}]")),
            Err(_) if written.is_empty() => written.push_str(name),
            Err(_) => written.push_str(&format!(".{name}")),
        }
    }
    written
}

/// Takes the secrets out of an object that is saved, whose secrets so far are the stored ones.
pub(crate) fn take(entry: &mut Entry, wrong: &mut Violations) {
    if matches!(entry.kind, Kind::MIDDLEWARE_CONFIG | Kind::FUNNEL)
        && let Some(name) = funnelflux_json::repeated(&entry.text)
    {
        let fault = "occurs twice in one object, and only the last secret would be masked";
        wrong.add(Refusal::at(&name, fault, "each member once"));
    }
    let stored = std::mem::take(&mut entry.secrets);
    for (name, place) in places(entry.kind, &entry.value) {
        for (path, flag) in SECRETS {
            let key = format!("{name} {flag}");
            let (path, flag) = (format!("{place}{path}"), format!("{place}/{flag}"));
            let said = said(&entry.value, &path, &flag, stored.get(&key));
            let Some(secret) = wrong.keep(said, None) else { continue };
            for (pointer, value) in [(&path, PLACEHOLDER.into()), (&flag, true.into())] {
                let steps: Vec<&str> = pointer.split('/').skip(1).collect();
                text::set(&mut entry.text, &steps, &value);
            }
            entry.secrets.insert(key, secret);
        }
    }
    entry.parse();
}

/// The secret after a save, if there is one. No message may show the value that was sent.
fn said(asset: &Value, path: &str, flag: &str, stored: Option<&String>) -> Result<Option<String>> {
    let (at, flag_at) = (written(path), written(flag));
    let wrong = |at: &str, value: &Value, right: &str| {
        Err(Refusal::at(at, format_args!("is {}", json_kind(value)), right))
    };
    let sent = match asset.pointer(path) {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) if text.trim().is_empty() => "",
        Some(Value::String(text)) => text,
        Some(other) => return wrong(&at, other, "a string"),
    };
    let flagged = match asset.pointer(flag) {
        None => None,
        Some(Value::Bool(flag)) => Some(*flag),
        Some(other) => return wrong(&flag_at, other, "true or false"),
    };
    let wrong = match (sent, flagged, stored) {
        (PLACEHOLDER | "", Some(true), Some(kept)) => return Ok(Some(kept.clone())),
        ("", Some(false), _) | ("", None, None) => return Ok(None),
        (PLACEHOLDER | "", Some(true), None) => {
            let right = format_args!("the secret in `{at}`, or the flag false");
            Refusal::at(&flag_at, "is true, but no secret is stored", right)
        }
        (PLACEHOLDER, _, _) => {
            let right = "the flag true to keep the stored secret, or a new secret";
            let fault = format_args!("is the placeholder `{PLACEHOLDER}` without `{flag_at}` true");
            Refusal::at(&at, fault, right)
        }
        ("", None, Some(_)) => {
            let right = "true to keep it, or false to remove it";
            Refusal::at(&flag_at, "is missing while a secret is stored", right)
        }
        (new, _, _) => return Ok(Some(new.to_owned())),
    };
    Err(wrong)
}

/// Keeps the secrets of a funnel under the new ids of its nodes.
pub(crate) fn rename(funnel: &mut Entry, nodes: &HashMap<String, String>) {
    let renamed = |key: &str| {
        let (node, flag) = key.split_once(' ')?;
        Some(format!("{} {flag}", nodes.get(node)?))
    };
    let secrets = std::mem::take(&mut funnel.secrets).into_iter();
    funnel.secrets = secrets.map(|(key, it)| (renamed(&key).unwrap_or(key), it)).collect();
}
