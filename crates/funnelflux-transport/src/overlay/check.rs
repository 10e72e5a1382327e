//! Which overrides make no sense, alone or together.

use funnelflux_contract::NODES;
use serde::de::IgnoredAny;

use super::fact::{FUNNELS, Fact, Says};
use super::{Overlay, names};
use crate::base_url::BaseUrl;
use crate::error::Error;

impl Overlay {
    /// What is wrong with the facts, alone or together.
    #[doc(hidden)]
    pub fn fault(&self) -> Option<Error> {
        self.first_fault().map(|(_, error)| error)
    }

    /// Takes out each fact that makes no sense beside those before it, with what is wrong.
    #[doc(hidden)]
    pub fn sound(mut self) -> (Self, Vec<(Fact, String)>) {
        let mut wrong = Vec::new();
        while let Some((index, error)) = self.first_fault() {
            wrong.push((self.facts.remove(index), error.to_string()));
        }
        (self, wrong)
    }

    /// Refuses the first override that makes no sense or claims a name of an earlier one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.fault().map_or(Ok(()), Err)
    }

    fn first_fault(&self) -> Option<(usize, Error)> {
        self.facts.iter().enumerate().find_map(|(index, fact)| {
            let earlier = self.facts.iter().take(index);
            let alone = fault(fact).or_else(|| names::unknown(fact));
            let why = alone.or_else(|| clash(fact, earlier))?;
            let at = fact.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
            let (kind, of) = (kind(&fact.says), &fact.operations);
            let error = Error::invalid_request(format!("{at}{kind} override of {of:?}: {why}"));
            let error = match &fact.rename {
                Some(Err(cause)) => error.with_source(cause.clone()),
                _ => error,
            };
            Some((index, error))
        })
    }
}

fn kind(says: &Says) -> &'static str {
    match says {
        Says::BasePath(_) => "base path",
        Says::Path(_) => "path",
        Says::Method(_) => "method",
        Says::Query { .. } => "query",
        Says::Member { .. } => "member",
        Says::AnswerIn(_) => "answer",
        Says::BodyIn(_) => "body",
        Says::Value { .. } => "value",
        Says::Required(_) => "required member",
        Says::Node { .. } => "node",
        Says::Note { .. } => "note",
    }
}

/// Says why the fact alone makes no sense.
fn fault(fact: &Fact) -> Option<String> {
    let is_of_one = !fact.operations.ends_with('*');
    match &fact.says {
        Says::BasePath(path) => {
            let fault = BaseUrl::fault_of_path(path);
            let is_path = (path.is_empty() || path.starts_with('/')) && !path.ends_with('/');
            let plain = is_path && !path.contains(['?', '#', ' ', '{']);
            (fault.is_some() || !plain).then(|| format!("{path:?} should be a path such as /v1"))
        }
        Says::Path(path) => {
            let (bare, query) = path.split_once('?').unwrap_or((path, ""));
            let fault = BaseUrl::fault_of_path(bare);
            let is_path = bare.starts_with('/') && !path.contains(['#', ' ']);
            if fault.is_none() && is_path && is_of_one && are_places(query) {
                return None;
            }
            let why = fault.map_or_else(String::new, |why| format!("{why}; "));
            Some(format!("{why}{path:?} should be a path such as /campaign/list, of one operation"))
        }
        Says::Method(method) => {
            let is_method = is_of_one && method.bytes().all(|byte| byte.is_ascii_uppercase());
            (!is_method || method.is_empty())
                .then(|| format!("{method:?} should be a method such as PUT, of one operation"))
        }
        Says::Query { ours, theirs } => (ours.is_empty() || theirs.is_empty()).then(|| {
            format!("{ours:?} = {theirs:?} should be our name of a parameter and the server's")
        }),
        Says::Member { ours, theirs } => match &fact.rename {
            Some(Err(_)) => Some(format!("{ours:?} = {theirs:?}")),
            _ => None,
        },
        Says::AnswerIn(within) | Says::BodyIn(within) => (!is_empty_or_names(within)).then(|| {
            format!("{within:?} should be names with dots between them, such as data.items")
        }),
        Says::Value { of, theirs, .. } => (of.is_empty() || theirs.contains(char::is_control))
            .then(|| format!("{theirs:?} should be a value of an enumeration of the contract")),
        Says::Node { kind, part, is } => {
            if fact.operations != FUNNELS {
                return Some(format!("nodes are of {FUNNELS:?}"));
            }
            fault_of_node(kind, part, is)
        }
        Says::Required(_) | Says::Note { .. } => None,
    }
}

fn fault_of_node(kind: &str, part: &str, is: &str) -> Option<String> {
    let kinds = || NODES.iter().map(|node| node.kind);
    if kind != "*" && !kinds().any(|known| known == kind) {
        let kinds: Vec<&str> = kinds().collect();
        return Some(format!("{kind:?} should be * or one of {}", kinds.join(", ")));
    }
    let member = part.split_once('.');
    let (fits, right) = match (kind, part, member) {
        ("*", "positions", _) => (matches!(is, "share" | "canvas"), "share or canvas"),
        ("*", "weights", _) => (matches!(is, "1" | "100" | "any"), "1, 100 or any"),
        ("*", ..) => return Some(format!("{part:?} should be positions or weights")),
        (_, "type" | "object" | "reference" | "exit" | "trigger", _) => {
            (is_empty_or_names(is) && !is.is_empty(), "a word without quotes")
        }
        (_, _, Some(("node" | "object" | "connection" | "exit", name))) if !name.is_empty() => {
            (serde_json::from_str::<IgnoredAny>(is).is_ok(), "JSON, such as false or \"\"")
        }
        _ => {
            let right = "type, object, reference, exit, trigger, or a member such as object.tags";
            return Some(format!("{part:?} should be {right}"));
        }
    };
    (!fits).then(|| format!("{is:?} should be {right}"))
}

/// Whether a query is nothing but parameters whose values are places: `id={id}&a={b}`.
fn are_places(query: &str) -> bool {
    query.is_empty()
        || query.split('&').all(|pair| {
            let value = pair.split_once('=').map_or("", |(_, value)| value);
            value.len() > 2 && value.starts_with('{') && value.ends_with('}')
        })
}

fn is_empty_or_names(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && !name.contains(['"', '\\']) && !name.contains(char::is_control)
    };
    text.is_empty() || text.split('.').all(is_name)
}

/// Says why the fact and an earlier one cannot both hold.
fn clash<'a>(fact: &Fact, earlier: impl Iterator<Item = &'a Fact>) -> Option<String> {
    for other in earlier.filter(|other| other.overlaps(fact)) {
        if other.says == fact.says {
            continue;
        }
        let at = other.place.as_ref().map(|place| format!(" (see {place})")).unwrap_or_default();
        let why = match (&other.says, &fact.says) {
            (Says::Query { ours: theirs, .. }, Says::Query { ours, .. }) if ours == theirs => {
                format!("the parameter {ours:?} is overridden twice{at}")
            }
            (Says::Member { .. }, Says::Member { ours, theirs }) if conflict(other, fact) => {
                let uses = "uses a name that another override uses at the same place";
                format!("{ours:?} = {theirs:?} {uses}{at}")
            }
            (
                Says::Value { of: first, ours: Some(one), theirs: taken },
                Says::Value { of, ours: Some(ours), theirs },
            ) if first == of && (one == ours || taken == theirs) => {
                format!("{ours:?} = {theirs:?} uses a value of {of} that another override uses{at}")
            }
            (Says::Node { kind: first, part: one, .. }, Says::Node { kind, part, .. })
                if first == kind && one == part && (kind == "*" || part.contains('.')) =>
            {
                format!("{part} of {kind} nodes is said twice{at}")
            }
            _ => continue,
        };
        return Some(why);
    }
    None
}

fn conflict(one: &Fact, other: &Fact) -> bool {
    let [Says::Member { ours: a, theirs: x }, Says::Member { ours: b, theirs: y }] =
        [&one.says, &other.says]
    else {
        return false;
    };
    let around = |ours: &str| ours.rsplit_once('.').map(|(around, _)| around.to_owned());
    // One name of the server, confirmed as ours, cannot be that of another member, too.
    if x == y && a != b && around(a) == around(b) {
        return true;
    }
    let [Some(Ok(one)), Some(Ok(other))] = [&one.rename, &other.rename] else { return false };
    one.conflicts(other)
}
