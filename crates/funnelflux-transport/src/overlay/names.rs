//! Which names of the contract a fact may speak of: a mistyped one would have no effect.

use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, MOST_NAMED, Member, Operation, Schema, Shape, Verb, near};

use super::EACH_ID;
use super::fact::{Fact, Says};

/// The operations of a fact.
pub(super) fn operations(fact: &Fact) -> Vec<&'static Operation> {
    Operation::all().filter(|it| fact.covers(it.id())).collect()
}

/// Says which name of the fact the contract does not have, and which ones are near.
pub(super) fn unknown(fact: &Fact) -> Option<String> {
    let of = operations(fact);
    let own = || of.iter().flat_map(|it| it.query()).map(|it| it.name);
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
            let (part, known) = below(&of, ours.split('.')).err()?;
            no(&format!("member {part:?} there"), part, known.into_iter())
        }
        Says::Path(path) => places(path).find_map(|name| {
            let members = of.iter().filter_map(|it| sent(it)).flat_map(|it| it.members);
            let known = own().chain(of.iter().flat_map(|it| places(it.path())));
            let each = of.iter().any(|it| takes_ids(it)).then_some(EACH_ID);
            let known = known.chain(members.map(|it| it.name)).chain(each);
            no(&format!("parameter {{{name}}} there"), name, known)
        }),
        Says::Required(member) => {
            let (part, known) = below(&of, member.split('.')).err()?;
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

pub(super) fn has_body(operation: &Operation) -> bool {
    !matches!(operation.body(), Shape::None { .. })
}

/// The schema of what it sends: of an object that is saved that of the kind.
fn sent(operation: &Operation) -> Option<&'static Schema> {
    match AssetKind::of_operation(operation.id()) {
        Some((kind, Verb::Create | Verb::Update)) => Some(kind.schema),
        _ => operation.body().schema().and_then(Schema::find),
    }
}

/// Whether it is done to objects by their ids alone.
pub(super) fn takes_ids(operation: &Operation) -> bool {
    AssetKind::of_operation(operation.id()).is_some_and(|(kind, verb)| match verb {
        Verb::Delete => true,
        Verb::Archive | Verb::Unarchive | Verb::Move => !kind.takes_one(verb),
        _ => false,
    })
}

/// The names in `{name}`.
pub(super) fn places(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The schemas of what it is sent and answers, and of the objects of its kind.
pub(super) fn schemas(operation: &Operation) -> Vec<&'static Schema> {
    let shapes = [operation.body(), operation.response()];
    let own = shapes.into_iter().filter_map(Shape::schema).filter_map(Schema::find);
    let kind = AssetKind::of_operation(operation.id()).map(|(kind, _)| kind);
    let of_kind = kind.map(|it| [Some(it.schema), Some(it.info_schema), it.copy_schema]);
    own.chain(of_kind.into_iter().flatten().flatten()).collect()
}

/// The schemas of the bodies, or of what is in them below these members; none where it may be anything. Else the first
/// name that none has, and those that they have in its place.
pub(super) fn below<'n>(
    of: &[&Operation],
    names: impl Iterator<Item = &'n str>,
) -> Result<Vec<&'static Schema>, (&'n str, BTreeSet<&'static str>)> {
    let mut level: Vec<&Schema> = of.iter().flat_map(|it| schemas(it)).collect();
    // Nothing is known of what it may hold.
    let is_unknown = |it: &&Operation| {
        AssetKind::of_operation(it.id()).is_none()
            && [it.body(), it.response()].contains(&Shape::Unknown)
    };
    let mut is_open = of.iter().any(is_unknown);
    for name in names.filter(|name| !name.is_empty()) {
        if is_open {
            return Ok(Vec::new());
        }
        let members = || level.iter().flat_map(|schema| schema.members);
        let found: Vec<&Member> =
            members().filter(|member| name == "*" || member.name == name).collect();
        if found.is_empty() {
            return Err((name, members().map(|member| member.name).collect()));
        }
        let is_free = |member: &&Member| {
            member.kind.starts_with("map<") || matches!(member.kind, "object" | "unknown")
        };
        is_open = found.iter().any(is_free);
        level =
            found.iter().filter_map(|it| Schema::find(it.kind.trim_end_matches("[]"))).collect();
    }
    Ok(if is_open { Vec::new() } else { level })
}
