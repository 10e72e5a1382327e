//! Which names of the contract a fact may speak of: a mistyped one would have no effect.

use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, MOST_NAMED, Member, Operation, Schema, Shape, Verb, near};

use super::EACH_ID;
use super::fact::{Fact, Says};

/// Says which name of the fact the contract does not have, and which ones are near.
pub(super) fn unknown(fact: &Fact) -> Option<String> {
    let of: Vec<&Operation> = Operation::all().filter(|it| fact.covers(it.id())).collect();
    let own = || of.iter().flat_map(|it| parameters(it));
    match &fact.says {
        _ if of.is_empty() => {
            let ids = || Operation::all().map(Operation::id);
            let families = ids().filter_map(|id| Some(format!("{}.*", id.rsplit_once('.')?.0)));
            let known: BTreeSet<String> = families.chain(ids().map(str::to_owned)).collect();
            let of = fact.operations();
            no(&format!("operation of this id, {of:?}"), of, known.iter().map(String::as_str))
        }
        Says::Query { ours, .. } => no(&format!("parameter {ours:?} there"), ours, own()),
        Says::Member { ours, .. } => {
            let (part, known) = unresolved(&of, ours.split('.'))?;
            no(&format!("member {part:?} there"), part, known.into_iter())
        }
        Says::Path(path) => places(path).find_map(|name| {
            // What is saved has the id of the object in it.
            let sends: Vec<&Operation> = of.iter().copied().filter(|it| has_body(it)).collect();
            let members = match &*sends {
                [] => BTreeSet::new(),
                sends => unresolved(sends, std::iter::once(name))?.1,
            };
            let each = of.iter().any(|it| takes_ids(it)).then_some(EACH_ID);
            no(&format!("parameter {{{name}}} there"), name, own().chain(members).chain(each))
        }),
        Says::BodyIn(_) if !of.iter().any(|it| has_body(it)) => {
            Some(format!("the contract has no body of {}", fact.operations()))
        }
        Says::Required(member) => {
            let (part, known) = unresolved(&of, member.split('.'))?;
            let known: Vec<&str> = known.into_iter().collect();
            // A recording may show that the account needs a member of its own.
            let is_seen = fact.evidence().is_some() && near(part, &known).is_empty();
            let what = format!("member {part:?} there");
            no(&what, part, known.into_iter()).filter(|_| !is_seen)
        }
        Says::Value { of, ours, .. } => {
            let enumerations = || Schema::all().iter().filter(|it| !it.values.is_empty());
            match (enumerations().find(|it| it.name == of), ours) {
                (None, _) => {
                    no(&format!("enumeration {of:?}"), of, enumerations().map(|it| it.name))
                }
                (Some(known), Some(ours)) => {
                    let known = known.values.iter().map(|it| it.value);
                    no(&format!("value {ours:?} of {of}"), ours, known)
                }
                (Some(known), None) if fact.evidence().is_none() => {
                    let known: Vec<&str> = known.values.iter().map(|it| it.value).collect();
                    Some(format!("value_of needs value = \"…\", ours: {}", known.join(", ")))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Says that the wanted name is none of these.
pub(super) fn no<'a>(
    what: &str,
    wanted: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let known: BTreeSet<&str> = known.collect();
    if known.contains(wanted) {
        return None;
    }
    let known: Vec<&str> = known.into_iter().filter(|it| !it.is_empty()).collect();
    let near = match near(wanted, &known) {
        near if near.is_empty() => known.get(..MOST_NAMED).unwrap_or(&known).join(", "),
        near => near.join(", "),
    };
    let near = if near.is_empty() { near } else { format!("; expected such as {near}") };
    Some(format!("the contract has no {what}{near}"))
}

/// Whether an operation of both facts has both parameters.
pub(super) fn has_both(one: &Fact, other: &Fact, names: [&str; 2]) -> bool {
    let mut of_both = Operation::all().filter(|it| one.covers(it.id()) && other.covers(it.id()));
    of_both.any(|it| {
        names.iter().all(|name| it.query().iter().any(|parameter| parameter.name == *name))
    })
}

fn has_body(operation: &Operation) -> bool {
    !matches!(operation.body(), Shape::None { .. })
}

/// Whether it is done to objects by their ids alone.
fn takes_ids(operation: &Operation) -> bool {
    AssetKind::of_operation(operation.id()).is_some_and(|(kind, verb)| match verb {
        Verb::Delete => true,
        Verb::Archive | Verb::Unarchive | Verb::Move => !kind.takes_one(verb),
        _ => false,
    })
}

/// The parameters of the query, by all their spellings, and those of the path.
fn parameters(operation: &Operation) -> impl Iterator<Item = &str> {
    let query = operation.query().iter();
    let query =
        query.flat_map(|it| std::iter::once(it.name).chain(it.alternatives.iter().copied()));
    query.chain(places(operation.path()))
}

/// The names in `{name}`.
fn places(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The first part of a member's name that the bodies of no operation have, and what they have there.
fn unresolved<'n>(
    of: &[&Operation],
    parts: impl Iterator<Item = &'n str>,
) -> Option<(&'n str, BTreeSet<&'static str>)> {
    let (mut level, mut is_open) = (Vec::new(), false);
    for operation in of {
        let shapes = [operation.body(), operation.response()];
        level.extend(shapes.into_iter().filter_map(Shape::schema).filter_map(Schema::find));
        match AssetKind::of_operation(operation.id()) {
            Some((kind, _)) => {
                level.extend([kind.schema, kind.info_schema].into_iter().chain(kind.copy_schema));
            }
            // Nothing is known of what it may hold.
            None => is_open |= shapes.contains(&Shape::Unknown),
        }
    }
    for part in parts {
        if is_open {
            break;
        }
        let members = || level.iter().flat_map(|schema| schema.members);
        let found: Vec<&Member> =
            members().filter(|member| part == "*" || member.name == part).collect();
        if found.is_empty() {
            return Some((part, members().map(|member| member.name).collect()));
        }
        let is_free = |member: &&Member| {
            member.kind.starts_with("map<") || matches!(member.kind, "object" | "unknown")
        };
        is_open = found.iter().any(is_free);
        level =
            found.iter().filter_map(|it| Schema::find(it.kind.trim_end_matches("[]"))).collect();
    }
    None
}
