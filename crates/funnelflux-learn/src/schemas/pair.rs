//! Which operation of a file is which of ours.

use std::collections::BTreeSet;

use super::call::Call;
use super::file::Spot;
use super::view::View;
use crate::contract::{Contract, Operation, Shape, Type};
pub(super) use crate::matching::same_path;
use crate::matching::{self, Certainty, Element, Names, Signature, assign};
use crate::words::folded;

/// Parts of parts say little about the whole.
pub(super) const DEPTH: usize = 4;

/// An operation of ours and the call that it is.
pub(super) struct Match<'a, 'f> {
    pub(super) ours: &'a Operation,
    pub(super) theirs: Call<'f>,
    pub(super) certainty: Certainty,
    /// What agrees; empty where method and path say so.
    pub(super) because: Vec<Element>,
    pub(super) runner_up: Option<&'a Operation>,
}

pub(super) struct Pairs<'a, 'f> {
    pub(super) matched: Vec<Match<'a, 'f>>,
    pub(super) ours_left: Vec<&'a Operation>,
    pub(super) theirs_left: Vec<Call<'f>>,
}

/// By method and path first, other readings of a guessed path included; then by what else they have in
/// common.
pub(super) fn pair<'a, 'f>(contract: &'a Contract, theirs: Vec<Call<'f>>) -> Pairs<'a, 'f> {
    let ours: Vec<&Operation> = contract.operations().collect();
    let known = known(&ours, &theirs);
    let our_signatures: Vec<Signature> = ours.iter().map(|own| of_ours(contract, own)).collect();
    let their_signatures: Vec<Signature> = theirs.iter().map(of_call).collect();
    let found = assign(&our_signatures, &their_signatures, known);
    let mut theirs: Vec<Option<Call<'f>>> = theirs.into_iter().map(Some).collect();
    let mut taken = BTreeSet::new();
    let mut matched = Vec::new();
    for matching::Match { ours: own, theirs: other, certainty, because, runner_up } in found {
        let call = theirs.get_mut(other).and_then(Option::take);
        if let (Some(operation), Some(theirs)) = (ours.get(own), call) {
            taken.insert(own);
            let runner_up = runner_up.and_then(|index| ours.get(index).copied());
            matched.push(Match { ours: operation, theirs, certainty, because, runner_up });
        }
    }
    let left = ours.iter().enumerate().filter(|(index, _)| !taken.contains(index));
    let ours_left = left.map(|(_, operation)| *operation).collect();
    Pairs { matched, ours_left, theirs_left: theirs.into_iter().flatten().collect() }
}

/// Whether an operation may have a path.
type Reading = fn(&Operation, &str) -> bool;

/// What method and path say.
fn known(ours: &[&Operation], theirs: &[Call<'_>]) -> Vec<matching::Match> {
    let mut ours: Vec<(usize, &Operation)> = ours.iter().copied().enumerate().collect();
    let mut theirs: Vec<(usize, &Call<'_>)> = theirs.iter().enumerate().collect();
    let mut found = Vec::new();
    let readings: [Reading; 3] = [
        |ours, path| same_path(&ours.path, path),
        |ours, path| ours.alternatives.iter().any(|other| same_path(other, path)),
        |ours, path| folded(&ours.path) == folded(path),
    ];
    for is_same in readings {
        let joined = join(&mut ours, &mut theirs, |(_, own), (_, other)| {
            other.method == own.method.as_str() && is_same(own, &other.path)
        });
        found.extend(joined.into_iter().map(|((ours, _), (theirs, _))| matching::Match {
            ours,
            theirs,
            certainty: Certainty::Certain,
            because: Vec::new(),
            runner_up: None,
        }));
    }
    found
}

fn of_ours(contract: &Contract, operation: &Operation) -> Signature {
    let names = |shape: &Shape| match shape {
        Shape::None { .. } => Some(Names::default()),
        Shape::Unknown => None,
        Shape::Schema { name, .. } => {
            let kind = Type::parse(name);
            let mut members = BTreeSet::new();
            collect(contract, &kind, &mut members, DEPTH);
            let is_list = Some(matches!(kind, Type::List(_)));
            Some(Names::new(members.iter().map(String::as_str), is_list))
        }
    };
    let (family, verb) = operation.id.rsplit_once('.').unwrap_or_default();
    Signature {
        family: family.to_owned(),
        verb: verb.to_owned(),
        method: operation.method.as_str().to_owned(),
        paths: std::iter::once(&operation.path).chain(&operation.alternatives).cloned().collect(),
        title: operation.title.clone(),
        parameters: operation.query.iter().map(|query| query.name.clone()).collect(),
        body: names(&operation.body),
        // An answer that is known to be none may still have one.
        answer: names(&operation.response).filter(|names| *names != Names::default()),
    }
}

fn collect(contract: &Contract, kind: &Type, members: &mut BTreeSet<String>, depth: usize) {
    let schema = kind.schema().and_then(|name| contract.schema(name));
    let Some(schema) = schema.filter(|_| depth > 0) else { return };
    for field in &schema.fields {
        if let Some(name) = &field.name {
            members.insert(name.clone());
        }
        collect(contract, &Type::parse(&field.kind), members, depth - 1);
    }
}

fn of_call(call: &Call<'_>) -> Signature {
    let names = |spot: &Spot<'_>| {
        let mut members = BTreeSet::new();
        gather(spot, &mut members, DEPTH + 2);
        Names::new(members.iter().copied(), is_list(spot, 2))
    };
    let in_query = call.parameters.iter().filter(|parameter| parameter.location == "query");
    Signature {
        method: call.method.clone(),
        paths: vec![call.path.clone()],
        title: call.title.clone(),
        parameters: in_query.map(|parameter| parameter.name.to_owned()).collect(),
        body: Some(call.body.as_ref().map(names).unwrap_or_default()),
        answer: call.response.as_ref().map(names),
        ..Signature::default()
    }
}

/// The names of all members, down to a depth: references may form a circle.
pub(super) fn gather<'a>(spot: &Spot<'a>, members: &mut BTreeSet<&'a str>, depth: usize) {
    if depth == 0 {
        return;
    }
    let view = View::of(spot);
    for inner in view.item.iter().chain(&view.extra) {
        gather(inner, members, depth - 1);
    }
    for member in &view.members {
        // What is known by another way is not gone through again.
        if members.insert(member.name) {
            gather(&member.spot, members, depth - 1);
        }
    }
}

/// Whether it is a list, or an object without an id of its own around one. What is put together from parts
/// is left open.
fn is_list(spot: &Spot<'_>, depth: usize) -> Option<bool> {
    let spot = spot.resolved()?;
    if spot.text("type") == Some("array") || spot.get("items").is_some() {
        return Some(true);
    }
    let members = spot.get("properties")?.members();
    let is_id = |name: &str| crate::words::split(name).iter().any(|word| word == "id");
    let inner = |spot: &Spot<'_>| depth > 0 && is_list(spot, depth - 1) == Some(true);
    let lists = members.iter().filter(|(_, member)| inner(member)).count();
    Some(lists == 1 && !members.iter().any(|(name, _)| is_id(name)))
}

/// Takes off both lists what passes the test together, each of ours with the first of theirs.
pub(super) fn join<A: Copy, B>(
    ours: &mut Vec<A>,
    theirs: &mut Vec<B>,
    test: impl Fn(A, &B) -> bool,
) -> Vec<(A, B)> {
    let mut joined = Vec::new();
    ours.retain(|own| {
        let index = theirs.iter().position(|other| test(*own, other));
        joined.extend(index.map(|index| (*own, theirs.remove(index))));
        index.is_none()
    });
    joined
}
