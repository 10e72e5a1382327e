//! Which overrides make no sense, alone or together.

use std::mem::discriminant;

use funnelflux_contract::NODES;
use serde::de::IgnoredAny;

use super::fact::{FUNNELS, Fact, Says};
use super::{Overlay, effect, names};
use crate::base_url::BaseUrl;
use crate::error::Error;

/// So many faults are told at once.
const MOST_TOLD: usize = 20;

/// The methods that an account may want in place of ours.
const METHODS: &[&str] = &["DELETE", "GET", "PATCH", "POST", "PUT"];

/// The topics of notes.
const TOPICS: &[&str] = &[
    "error",
    "order",
    "paging",
    "refusal in a normal answer",
    "required parameter",
    "silent error",
];

impl Overlay {
    /// What is wrong with the facts, alone or together.
    #[doc(hidden)]
    pub fn fault(&self) -> Option<Error> {
        told(self.faults())
    }

    /// Takes out each fact that makes no sense beside those before it, with what is wrong. What is only likely need
    /// make sense alone.
    #[doc(hidden)]
    pub fn sound(self) -> (Self, Vec<(Fact, String)>) {
        let (mut sound, mut wrong) = (Self::new(), Vec::new());
        let all = self.clone();
        for fact in self.facts.into_iter().chain(self.likely) {
            let alone = fault(&fact).or_else(|| names::unknown(&fact));
            let alone = alone.or_else(|| effect::alone(&fact));
            let clash = || clash(&fact, &sound.facts).or_else(|| effect::beside(&fact, &all));
            match alone.or_else(|| fact.doubt.is_none().then(clash)?) {
                None => sound = sound.fact(fact),
                Some(why) => {
                    let at = fact.place().map(|place| format!("{place}: ")).unwrap_or_default();
                    let why = format!("{at}{fact}: {why}");
                    wrong.push((fact, why));
                }
            }
        }
        (sound, wrong)
    }

    /// Refuses overrides that make no sense or claim a name of an earlier one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.fault().map_or(Ok(()), Err)
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.clone().sound().1.into_iter().map(|(_, why)| why).collect()
    }
}

/// What is wrong, as one error.
pub(super) fn told(mut faults: Vec<String>) -> Option<Error> {
    faults.truncate(MOST_TOLD);
    (!faults.is_empty()).then(|| Error::invalid_request(faults.join("; ")))
}

/// Says why the fact alone makes no sense.
fn fault(fact: &Fact) -> Option<String> {
    let is_of_one = !fact.operations.ends_with('*');
    let names: Vec<&str> = match &fact.says {
        Says::Query { ours, theirs } => vec![ours, theirs],
        Says::Member { ours, theirs } => ours.split('.').chain([&**theirs]).collect(),
        Says::AnswerIn(within) | Says::BodyIn(within) if within.is_empty() => Vec::new(),
        Says::AnswerIn(names) | Says::BodyIn(names) | Says::Required(names) => {
            names.split('.').collect()
        }
        _ => Vec::new(),
    };
    if let Some(name) = names.into_iter().find(|name| !is_name(name)) {
        return Some(format!(
            "{name:?} should be a name without spaces and quotes, or several with dots between them"
        ));
    }
    match &fact.says {
        Says::BasePath(_) | Says::Value { .. } if fact.operations != "*" => {
            Some(format!("it is of all operations; leave out of = {:?}", fact.operations))
        }
        Says::BasePath(path) => {
            let is_plain = !path.ends_with('/') && !path.contains(['?', '{']);
            let is_path = path.is_empty() || (is_plain && fault_of_path(path).is_none());
            (!is_path).then(|| format!("{path:?} should be a path such as /v1"))
        }
        Says::Path(path) => {
            let (bare, query) = path.split_once('?').unwrap_or((path, ""));
            let why = match fault_of_path(bare) {
                None if bare.trim_matches('/').is_empty() => None,
                None if is_of_one && are_places(query) => return None,
                why => why,
            };
            let why = why.map_or_else(String::new, |why| format!("{why}; "));
            Some(format!("{why}{path:?} should be a path such as /campaign/list, of one operation"))
        }
        Says::Method(method) if is_of_one => {
            names::no(&format!("method {method:?}"), method, METHODS.iter().copied())
        }
        Says::Method(method) => Some(format!("{method:?} should be the method of one operation")),
        Says::Member { ours, theirs } => match &fact.rename {
            Some(Err(cause)) => Some(format!("{ours:?} = {theirs:?}: {cause}")),
            _ => None,
        },
        Says::Value { of, theirs, .. } => (of.is_empty() || theirs.contains(char::is_control))
            .then(|| format!("{theirs:?} should be a value of an enumeration of the contract")),
        Says::Node { .. } if fact.operations != FUNNELS => {
            Some(format!("nodes are of {FUNNELS:?}"))
        }
        Says::Node { kind, part, is } => fault_of_node(kind, part, is),
        Says::Note { topic, .. } => {
            names::no(&format!("topic {topic:?} of notes"), topic, TOPICS.iter().copied())
        }
        _ => None,
    }
}

/// Says why it is no path.
fn fault_of_path(path: &str) -> Option<&'static str> {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "#\"<>\\^`|".contains(c);
    let is_whole = |part: &str| {
        let place = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        place.is_none_or(is_name) && !place.unwrap_or(part).contains(['{', '}'])
    };
    match BaseUrl::fault_of_path(path) {
        None if !path.split('/').all(is_whole) => Some("a place in a path is {name}"),
        None if path.contains(is_odd) => {
            Some("a path has no spaces, control characters, # or quotes")
        }
        None if !path.starts_with('/') => Some("a path begins with a slash"),
        fault => fault,
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
            (is.split(' ').all(is_name), "a word without quotes")
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
    let is_place = |value: &str| value.len() > 2 && value.starts_with('{') && value.ends_with('}');
    let mut pairs = query.split('&').map(|pair| pair.split_once('='));
    query.is_empty() || pairs.all(|pair| pair.is_some_and(|(_, value)| is_place(value)))
}

fn is_name(name: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\');
    !name.is_empty() && !name.contains(is_odd)
}

/// Says why the fact and an earlier one cannot both hold.
fn clash(fact: &Fact, earlier: &[Fact]) -> Option<String> {
    let is_other = |other: &&Fact| other.overlaps(fact) && other.says != fact.says;
    for other in earlier.iter().filter(is_other) {
        let places = fact.place.as_ref().zip(other.place.as_ref());
        let is_of_file = fact.operations == other.operations
            && places.is_some_and(|(own, other)| own.file == other.file);
        let why = match (&other.says, &fact.says) {
            // A file says one; in a program the last holds.
            (one, own) if is_of_file && says_one(own) && discriminant(one) == discriminant(own) => {
                format!("another fact says {other}")
            }
            (Says::Node { kind: first, part: one, .. }, Says::Node { kind, part, .. })
                if first == kind && one == part && (kind == "*" || part.contains('.')) =>
            {
                format!("{part} of {kind} nodes is said twice")
            }
            _ => match effect::crossed(other, fact) {
                Some(why) => why,
                None => continue,
            },
        };
        return Some(format!("{why}{}; keep one of the two", other.see()));
    }
    None
}

/// Whether an operation has one of these.
fn says_one(says: &Says) -> bool {
    use Says::{AnswerIn, BasePath, BodyIn, Method, Path};
    matches!(says, AnswerIn(_) | BasePath(_) | BodyIn(_) | Method(_) | Path(_))
}
