//! Secrets of middleware configs, and of the funnel nodes that override them.
//!
//! Documented: a read returns `********` in place of a stored secret, with its `has…` flag true. A save
//! keeps the stored one where the flag is true and the value is the placeholder, blank or absent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::kind::Kind;
use super::references::list;
use super::violations::Violations;
use crate::wire::fields::kind as json_kind;
use crate::wire::refusal::Refusal;
use crate::wire::text;

/// A destination that signs its requests, with its secret apart from it.
pub(crate) fn signed(url: &str, secret: String) -> (Value, BTreeMap<String, String>) {
    let destination = json!({
        "type": "http", "method": "POST", "url": url, "headers": {},
        "hmacSecret": PLACEHOLDER, "hasHmacSecret": true, "hasBasicAuthPassword": false
    });
    (destination, BTreeMap::from([("destination hasHmacSecret".to_owned(), secret)]))
}

/// The value in place of a secret.
pub(crate) use funnelflux_contract::PLACEHOLDER;

/// A secret of a destination: its path and its flag.
struct Secret {
    path: &'static [&'static str],
    flag: &'static str,
}

const SECRETS: [Secret; 2] = [
    Secret { path: &["basicAuth", "password"], flag: "hasBasicAuthPassword" },
    Secret { path: &["hmacSecret"], flag: "hasHmacSecret" },
];

/// An object that may hold secrets.
struct Place<'v> {
    /// Its name, which does not depend on its position.
    key: String,
    path: Vec<String>,
    object: Option<&'v Value>,
}

impl Place<'_> {
    /// A member of the object, for messages.
    fn written(&self, names: &[&str]) -> String {
        let mut written = String::new();
        for name in self.path.iter().map(String::as_str).chain(names.iter().copied()) {
            match name.parse::<usize>() {
                Ok(index) => written.push_str(&format!("[{index}]")),
                Err(_) if written.is_empty() => written.push_str(name),
                Err(_) => written.push_str(&format!(".{name}")),
            }
        }
        written
    }
}

fn places(kind: Kind, asset: &Value) -> Vec<Place<'_>> {
    const NODE: [&str; 2] = ["nodeMiddlewareRefParams", "destinationOverrides"];
    match kind {
        Kind::MIDDLEWARE_CONFIG => vec![Place {
            key: "destination".to_owned(),
            path: vec!["destination".to_owned()],
            object: asset.get("destination"),
        }],
        Kind::FUNNEL => list(asset, "nodes")
            .iter()
            .enumerate()
            .filter_map(|(index, node)| {
                let object = NODE.iter().try_fold(node, |value, name| value.get(name))?;
                let key = node.get("idNode").and_then(Value::as_str)?.to_owned();
                let index = index.to_string();
                let path = ["nodes", &index].into_iter().chain(NODE);
                Some(Place { key, path: path.map(str::to_owned).collect(), object: Some(object) })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Takes the secrets out of `text`, and returns those that the object has after the save.
pub(crate) fn take(
    kind: Kind,
    asset: &Value,
    text: &mut String,
    stored: &BTreeMap<String, String>,
    wrong: &mut Violations,
) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    if matches!(kind, Kind::MIDDLEWARE_CONFIG | Kind::FUNNEL)
        && let Some(name) = text::repeated(text)
    {
        wrong.add(Refusal::bad_request(format!(
            "`{name}` occurs twice in one object, and only the last secret would be masked; \
             expected each member once"
        )));
    }
    for place in places(kind, asset) {
        for Secret { path, flag } in &SECRETS {
            let key = format!("{} {flag}", place.key);
            let said = said(&place, path, flag, stored.get(&key));
            let Some(secret) = wrong.keep(said, None) else { continue };
            let steps = |names: &[&'static str]| {
                let own = place.path.iter().map(String::as_str);
                own.chain(names.iter().copied()).collect::<Vec<_>>()
            };
            text::set(text, &steps(path), &PLACEHOLDER.into());
            text::set(text, &steps(&[flag]), &true.into());
            secrets.insert(key, secret);
        }
    }
    secrets
}

/// The secret after a save, if there is one.
fn said(
    place: &Place<'_>,
    path: &[&'static str],
    flag: &str,
    stored: Option<&String>,
) -> Result<Option<String>, Refusal> {
    let (written, flag_at) = (place.written(path), place.written(&[flag]));
    let value = place
        .object
        .and_then(|object| path.iter().try_fold(object, |object, name| object.get(*name)));
    let sent = sent(&written, value)?;
    let flagged = match place.object.and_then(|object| object.get(flag)) {
        None => None,
        Some(Value::Bool(flag)) => Some(*flag),
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "`{flag_at}` is {}; expected true or false",
                json_kind(other)
            )));
        }
    };
    let wrong = match (sent, flagged, stored) {
        (Sent::New(secret), _, _) => return Ok(Some(secret.to_owned())),
        (_, Some(true), Some(kept)) => return Ok(Some(kept.clone())),
        (Sent::Nothing, Some(false), _) | (Sent::Nothing, None, None) => return Ok(None),
        (_, Some(true), None) => format!(
            "`{flag_at}` is true, but no secret is stored; expected the secret in `{written}`, or \
             the flag false"
        ),
        (Sent::Placeholder, _, _) => format!(
            "`{written}` is the placeholder `{PLACEHOLDER}` without `{flag_at}` true; expected the \
             flag true to keep the stored secret, or a new secret"
        ),
        (Sent::Nothing, None, Some(_)) => format!(
            "`{flag_at}` is missing while a secret is stored; expected true to keep it, or false \
             to remove it"
        ),
    };
    Err(Refusal::bad_request(wrong))
}

enum Sent<'v> {
    New(&'v str),
    Placeholder,
    Nothing,
}

/// Reads the value in place of a secret, which no message may show.
fn sent<'v>(at: &str, value: Option<&'v Value>) -> Result<Sent<'v>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Sent::Nothing),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Sent::Nothing),
        Some(Value::String(text)) if text == PLACEHOLDER => Ok(Sent::Placeholder),
        Some(Value::String(text)) => Ok(Sent::New(text)),
        Some(other) => {
            Err(Refusal::bad_request(format!("`{at}` is {}; expected a string", json_kind(other))))
        }
    }
}

/// The secrets after nodes got other ids.
pub(crate) fn renamed(
    secrets: &BTreeMap<String, String>,
    rename: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, String> {
    secrets
        .iter()
        .map(|(key, secret)| {
            let renamed = key
                .split_once(' ')
                .and_then(|(place, flag)| Some(format!("{} {flag}", rename(place)?)));
            (renamed.unwrap_or_else(|| key.clone()), secret.clone())
        })
        .collect()
}
