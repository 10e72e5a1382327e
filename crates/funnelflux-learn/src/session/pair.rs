//! Calls and operations, matched.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Operation, Schema, Verb};
use funnelflux_transport::Overlay;

use super::call::{Call, Segment};
use super::kinds::{Payload, fits, is_of_model};
use super::known::{Known, PART};
use super::params::{is_paging, of_values};
use super::places::{Places, Sighting, place};
use super::prefix::ends_with;
use super::seen::Seen;
use super::traits::Traits;
use super::words::words;
use crate::matching::Certainty;

/// A call and the operation that it is.
pub(super) struct Match<'a> {
    pub(super) traits: Traits<'a>,
    pub(super) operation: &'static Operation,
    pub(super) kind: Option<(&'static AssetKind, Verb)>,
    pub(super) sure: Certainty,
    /// What else it may be.
    pub(super) runner_up: Option<&'static Operation>,
    /// The kind and its place, if that is accounted for.
    place: Option<(&'static str, &'a [Segment])>,
}

impl<'a> Match<'a> {
    /// Whether both are operations of one kind at one place that is accounted for, and different ones.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let is_other = self.operation.id() != other.operation.id();
        is_other && self.place.is_some() && self.place == other.place
    }
}

/// The matches, and the calls that are no operation of the contract.
pub(super) struct Pairs<'a> {
    pub(super) matches: Vec<Match<'a>>,
    pub(super) rest: Vec<&'a Call>,
}

struct Candidate {
    call: usize,
    operation: &'static Operation,
    score: f64,
    /// The path and the method are those of the contract.
    is_exact: bool,
    /// The kind and what is done are beyond doubt.
    is_clear: bool,
    /// They are, if the place is accounted for.
    may_be_clear: bool,
    /// The objects are of the kind's model beyond doubt, and the call does what the operation does.
    is_of_model: bool,
    /// How much the call itself speaks for any operation, before the score.
    rank: u8,
}

/// The kinds of places: `/affiliate/network` of `/affiliate/network/list`.
pub(super) type Roots<'a> = BTreeMap<&'a [Segment], &'static AssetKind>;

/// Each round uses what the one before it settled.
const ROUNDS: usize = 6;

/// Matches the calls below the base path. The operations of `refused` were never taken at the path of the contract.
pub(super) fn pair<'a>(
    calls: &[&'a Call],
    base: usize,
    overlay: &Overlay,
    refused: BTreeSet<&'static str>,
) -> Pairs<'a> {
    let common = common(calls);
    let traits: Vec<Traits<'a>> =
        calls.iter().map(|call| Traits::of(call, base, &common)).collect();
    let mut known = Known::of(&traits, overlay, refused);
    // What some calls of a place show is true of the others.
    for _ in 0..ROUNDS {
        let sightings = sightings(&traits, &candidates(&traits, &known), &known);
        let (places, roots) = Places::of(&sightings);
        let roots = roots_of(&traits, roots);
        let is_last = known.roots.keys().eq(roots.keys()) && known.places == places;
        (known.roots, known.places) = (roots, places);
        if is_last {
            break;
        }
    }
    let mut choices: BTreeMap<usize, Choice> =
        chosen(&candidates(&traits, &known)).into_iter().map(|it| (it.call, it)).collect();
    let (mut matches, mut rest) = (Vec::new(), Vec::new());
    for (call, mut traits) in traits.into_iter().enumerate() {
        match choices.remove(&call) {
            Some(Choice { operation, sure, runner_up, .. }) => {
                let kind = kind_of(operation);
                kind.into_iter().for_each(|(kind, verb)| traits.read_as(kind, verb));
                let place = kind.and_then(|(kind, verb)| {
                    let place = place(traits.below, kind, verb);
                    known.places.explain(place, kind, verb).then_some((kind.name, place))
                });
                matches.push(Match { traits, operation, kind, sure, runner_up, place });
            }
            None => rest.push(traits.call),
        }
    }
    Pairs { matches, rest }
}

/// The parameters that most calls, or most of a method, have whatever they do, such as a version, a time or a workspace.
fn common<'a>(calls: &[&'a Call]) -> BTreeSet<&'a str> {
    let mut all: BTreeMap<(&str, &str), Vec<&Seen>> = BTreeMap::new();
    for (call, (name, seen)) in
        calls.iter().flat_map(|call| call.query.iter().map(move |it| (call, it)))
    {
        for method in [&call.method, ""] {
            all.entry((method, name)).or_default().push(seen);
        }
    }
    let is_common = |&((method, name), ref seen): &((&str, &str), Vec<&Seen>)| {
        let of_method = calls.iter().filter(|call| method.is_empty() || call.method == method);
        let ids: BTreeSet<&String> = seen.iter().flat_map(|it| &it.ids).take(2).collect();
        let is_id = words(name).iter().any(|word| word == "id");
        let filters = seen.iter().all(|it| !it.values.is_empty() && of_values(it));
        seen.len() >= 4
            && seen.len() * 2 >= of_method.count()
            && (ids.len() <= 1 || !is_id)
            && !filters
            && !is_paging(name)
    };
    all.into_iter().filter(is_common).map(|((_, name), _)| name).collect()
}

/// Adds the places that are left for the one kind that is left of a model.
fn roots_of<'a>(traits: &[Traits<'a>], mut roots: Roots<'a>) -> Roots<'a> {
    let mut models: BTreeMap<&[Segment], BTreeSet<&str>> = BTreeMap::new();
    for traits in traits.iter().filter(|it| it.call.method == "GET") {
        let Some(answer) = &traits.answer else { continue };
        let Some(kind) = answer.certain().and_then(|kinds| kinds.first().copied()) else {
            continue;
        };
        let verb = if answer.seen.is_list { Verb::List } else { Verb::FindById };
        models.entry(place(traits.below, kind, verb)).or_default().insert(kind.schema.name);
    }
    // Where objects of several models are, is the place of none, and so is what is below a place.
    let is_below = |root: &[Segment]| models.keys().any(|it| *it != root && root.starts_with(it));
    let mut open: BTreeMap<&str, Vec<&[Segment]>> = BTreeMap::new();
    for (root, own) in models.iter().filter(|(root, own)| own.len() == 1 && !is_below(root)) {
        let left = own.first().filter(|_| !roots.contains_key(root));
        left.into_iter().for_each(|model| open.entry(model).or_default().push(root));
    }
    for (model, left) in open {
        let is_open = |kind: &&&'static AssetKind| {
            kind.schema.name == model && !roots.values().any(|it| it.name == kind.name)
        };
        let kinds: Vec<_> = AssetKind::all().iter().filter(is_open).collect();
        if let ([root], [kind]) = (left.as_slice(), kinds.as_slice()) {
            roots.insert(root, kind);
        }
    }
    roots
}

/// The calls that show or name an object, each as what it is if its place is accounted for.
fn sightings<'a>(
    traits: &[Traits<'a>],
    candidates: &[Candidate],
    known: &Known<'_>,
) -> Vec<Sighting<'a>> {
    let mut best: Vec<_> = candidates.iter().rev().filter(|it| it.score >= 3.0).collect();
    best.sort_by(|one, other| one.score.total_cmp(&other.score));
    let best: BTreeMap<usize, &Candidate> = best.into_iter().map(|it| (it.call, it)).collect();
    let sighting = |candidate: &&Candidate| {
        let (traits, (kind, verb)) = (traits.get(candidate.call)?, kind_of(candidate.operation)?);
        let has_object = !traits.answers_nothing() && traits.has_object(kind, known);
        (has_object && candidate.may_be_clear).then_some((kind, verb, traits.below))
    };
    best.values().filter_map(sighting).collect()
}

fn candidates(traits: &[Traits<'_>], known: &Known<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (call, traits) in traits.iter().enumerate() {
        for operation in Operation::all() {
            candidates.extend(weigh(call, traits, operation, known));
        }
    }
    candidates.sort_by(|one, other| {
        let order = |it: &Candidate| (it.rank, it.score);
        order(other).partial_cmp(&order(one)).unwrap_or(std::cmp::Ordering::Equal)
    });
    candidates
}

/// What a call is.
struct Choice {
    call: usize,
    operation: &'static Operation,
    sure: Certainty,
    runner_up: Option<&'static Operation>,
}

/// Gives each call the best operation that is left, the best matches first.
fn chosen(candidates: &[Candidate]) -> Vec<Choice> {
    let (mut by_call, mut taken) = (BTreeMap::<usize, &Candidate>::new(), BTreeMap::new());
    for candidate in candidates.iter().filter(|candidate| candidate.score >= 3.0) {
        let id = candidate.operation.id();
        if !by_call.contains_key(&candidate.call) && !taken.contains_key(id) {
            by_call.insert(candidate.call, candidate);
            taken.insert(id, candidate);
        }
    }
    let choose = |chosen: &&Candidate| {
        // An operation that another call is for sure is no rival.
        let is_open = |rival: &&Candidate| {
            let holder = taken.get(rival.operation.id());
            holder.is_none_or(|holder| !holder.is_exact || holder.call == chosen.call)
        };
        let rivals = candidates
            .iter()
            .filter(|it| it.call == chosen.call && it.operation.id() != chosen.operation.id());
        let rival = rivals.filter(is_open).max_by(|one, other| one.score.total_cmp(&other.score));
        let is_apart = rival.is_none_or(|rival| chosen.score - rival.score >= 1.0);
        // Another call that is the same operation as clearly: one of them is something else.
        let is_twice = candidates.iter().any(|it| {
            it.operation.id() == chosen.operation.id()
                && it.is_clear
                && it.rank >= chosen.rank
                && !by_call.contains_key(&it.call)
                && chosen.score - it.score < 1.0
        });
        let is_hollow = chosen.rank == 0
            && candidates.iter().any(|it| {
                it.operation.id() == chosen.operation.id() && it.rank > 0 && it.score >= 3.0
            });
        let is_certain = (chosen.is_exact && !is_hollow)
            || (is_apart && !is_twice && (chosen.is_clear || is_left(chosen, &taken)));
        let sure = if is_certain { Certainty::Certain } else { Certainty::Likely };
        let runner_up = rival.filter(|it| !is_certain && it.score >= 3.0).map(|it| it.operation);
        Choice { call: chosen.call, operation: chosen.operation, sure, runner_up }
    };
    let mut choices: Vec<Choice> = by_call.values().map(choose).collect();
    // What would be clear if another call were not it already: the evidence is in conflict.
    let mut seen = BTreeSet::new();
    for candidate in candidates.iter().filter(|it| it.score >= 3.0 && it.is_clear) {
        let (call, operation) = (candidate.call, candidate.operation);
        if !by_call.contains_key(&call) && seen.insert(call) {
            choices.push(Choice { call, operation, sure: Certainty::Likely, runner_up: None });
        }
    }
    choices
}

/// Whether the call lists or sends objects of a model, and the operation is the one of this verb that is
/// left of the model: every other is another call for sure.
fn is_left(chosen: &Candidate, taken: &BTreeMap<&str, &Candidate>) -> bool {
    let Some((own, verb)) = kind_of(chosen.operation).filter(|_| chosen.is_of_model) else {
        return false;
    };
    let mut others = AssetKind::all()
        .iter()
        .filter(|kind| kind.schema.name == own.schema.name && kind.name != own.name)
        .filter_map(|kind| kind.operation(verb));
    let is_taken = |other: &Operation| {
        let holder = taken.get(other.id());
        holder.is_some_and(|holder| holder.is_exact && holder.call != chosen.call)
    };
    others.all(is_taken)
}

pub(super) fn kind_of(operation: &Operation) -> Option<(&'static AssetKind, Verb)> {
    AssetKind::of_operation(operation.id())
}

/// A call as an operation, unless nothing speaks for it.
fn weigh(
    call: usize,
    traits: &Traits<'_>,
    operation: &'static Operation,
    known: &Known<'_>,
) -> Option<Candidate> {
    let is_same_method = operation.method().as_str() == traits.call.method;
    let is_path = |path: &str| ends_with(traits.below, path) == Some(0);
    let at_path = is_path(operation.path());
    let at_other = operation.alternatives().iter().any(|path| is_path(path));
    let by_path = match (at_path, at_other, is_same_method) {
        (true, _, true) => 10.0,
        (true, _, false) => 4.0,
        (_, true, true) => 8.0,
        (_, true, false) => 3.0,
        _ => 0.0,
    };
    let method = if is_same_method { 1.0 } else { -1.0 };
    // Another method at a path that no other operation has.
    let is_of_no_other = at_path
        && !is_same_method
        && !Operation::all().any(|other| other.id() != operation.id() && is_path(other.path()));
    let Some((kind, verb)) = kind_of(operation) else {
        let by_shape = by_schema(traits, operation);
        let last = |path: &'static str| path.rsplit('/').next();
        // A last name that no other operation has, and a shape that agrees.
        let own = traits.below.last().map(|it| it.name().unwrap_or("{}"));
        let is_own_name = last(operation.path()) == own
            && Operation::all()
                .filter(|other| last(other.path()) == last(operation.path()))
                .count()
                == 1;
        let by_name = if is_own_name && by_shape > 1.0 { 3.0 } else { 0.0 };
        if by_path == 0.0 && by_shape + by_name < 3.0 {
            return None;
        }
        let is_exact = at_path && is_same_method;
        let is_clear = (by_shape + by_name >= 3.0 && is_same_method) || is_of_no_other;
        let (score, rank) = (by_path + by_shape + by_name + method, if is_exact { 3 } else { 1 });
        let (may_be_clear, is_of_model) = (is_clear, false);
        return Some(Candidate {
            call,
            operation,
            score,
            is_exact,
            is_clear,
            may_be_clear,
            is_of_model,
            rank,
        });
    };
    let fit = known.fit(traits, kind, verb);
    if by_path == 0.0 && fit < 0.0 {
        return None;
    }
    let (by_kind, is_clear) = by_kind(traits, kind, verb, known);
    if by_path == 0.0 && by_kind <= 0.0 {
        return None;
    }
    let parameters = operation.query().iter().filter(|it| it.required);
    let named = parameters.filter(|it| traits.query.contains_key(it.name)).count();
    let score = by_path + by_kind + fit.max(0.0) + method * 0.5 + named as f64;
    // Of what is elsewhere in the contract, the path must not be that of another kind.
    let is_exact = at_path && is_same_method && by_kind > -4.0;
    let is_at_known_path = (at_other && is_same_method) && by_kind > -4.0;
    // By more than the kind of its objects.
    let is_here = is_exact || is_at_known_path || (is_of_no_other && by_kind > -4.0);
    let may_be_clear = (is_clear && fit >= PART) || is_here;
    let is_refused = known.refused.contains(operation.id());
    let is_known = known.has_path(traits, operation);
    let accounted = || known.places.account_for(traits.below, kind, verb, is_refused);
    let does = fit >= PART && (is_known || accounted());
    let is_clear = (is_clear && does) || is_here;
    let rank = match is_clear {
        // An empty list at our path proves less than objects elsewhere.
        _ if verb == Verb::List && traits.answers_nothing() => 0,
        true if is_known => 4,
        true if is_exact => 3,
        true if fit > PART => 2,
        false if !does => 0,
        _ => 1,
    };
    let lists = traits.answer.as_ref().and_then(Payload::certain);
    let is_of_model = does && lists.is_some_and(|kinds| is_of_model(&kinds, kind));
    Some(Candidate { call, operation, score, is_exact, is_clear, may_be_clear, is_of_model, rank })
}

/// How well the call fits the kind, and whether there is no doubt.
fn by_kind(
    traits: &Traits<'_>,
    kind: &'static AssetKind,
    verb: Verb,
    known: &Known<'_>,
) -> (f64, bool) {
    let (mut score, mut is_clear) = (0.0, false);
    let path = &traits.path_kinds;
    let is_named = path.iter().any(|named| named.name == kind.name);
    let of_model = |other: &AssetKind| other.schema.name == kind.schema.name;
    // Kinds of one model have the same members: then the path decides, or what only one of them can do.
    let can = |other: &AssetKind| of_model(other) && other.operation(verb).is_some();
    let siblings = AssetKind::all().iter().filter(|other| can(other)).count();
    for payload in [&traits.answer, &traits.body].into_iter().flatten() {
        match payload.certain() {
            Some(kinds) if is_of_model(&kinds, kind) => {
                score += 4.0;
                is_clear |= siblings == 1 || is_named;
            }
            Some(_) => score -= 8.0,
            None => {}
        }
    }
    if traits.asks().any(|id| known.is_of(kind, id)) {
        score += 3.0;
        is_clear |= siblings == 1 || is_named;
    }
    let names_id =
        |name: &str| name == kind.id_query || name.strip_suffix('s') == Some(kind.id_query);
    if traits.query.keys().any(|name| names_id(name)) {
        score += 2.0;
        is_clear |= siblings == 1;
    }
    let own = known.roots.get(place(traits.below, kind, verb));
    if let Some(own) = own {
        let is_it = own.name == kind.name;
        score += if is_it { 4.0 } else { -2.0 };
        is_clear |= is_it;
    }
    match is_named {
        true => score += 3.0,
        false if !path.is_empty() => score -= 3.0,
        false => {}
    }
    is_clear |= is_named && path.len() == 1 && score >= 3.0;
    (score, is_clear)
}

/// How well body and answer fit the schemas of an operation outside of the assets.
fn by_schema(traits: &Traits<'_>, operation: &Operation) -> f64 {
    let schema = |shape: funnelflux_contract::Shape| shape.schema().and_then(Schema::find);
    let body = schema(operation.body()).map_or(0.0, |schema| fits(&traits.call.body, schema));
    let answer = schema(operation.response()).map_or(0.0, |schema| {
        let inner = traits.call.answer.members.values().map(|seen| fits(seen, schema));
        inner.fold(fits(&traits.call.answer, schema), f64::max)
    });
    body + answer
}
