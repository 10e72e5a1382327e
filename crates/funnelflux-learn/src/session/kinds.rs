//! Which kind of asset an object is, by the names of its members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use funnelflux_contract::{AssetKind, Schema};

use super::seen::Seen;

/// An object of a kind in a body or an answer.
#[derive(Clone, Debug)]
pub(super) struct Payload<'a> {
    /// The members around it.
    pub(super) within: Vec<String>,
    pub(super) seen: &'a Seen,
    /// The kinds with their scores, best first; kinds of one model have one score.
    pub(super) kinds: Vec<(&'static AssetKind, f64)>,
    /// Another place that may be it as well.
    pub(super) rival: Option<Vec<String>>,
}

impl Payload<'_> {
    /// How well it fits. Of a whole and its part the whole counts, unless the part fits much better.
    fn fit(&self) -> f64 {
        let top = self.kinds.first().map_or(0.0, |(_, score)| *score);
        top - self.within.len() as f64 * 0.75
    }

    /// The kinds of the best model, if it is beyond doubt.
    pub(super) fn certain(&self) -> Option<Vec<&'static AssetKind>> {
        let (best, score) = self.kinds.first()?;
        let other = self.kinds.iter().find(|(kind, _)| kind.schema.name != best.schema.name);
        let is_clear = other.is_none_or(|(_, other)| *score >= other * 1.4 + 1.0);
        let own = self.kinds.iter().filter(|(kind, _)| kind.schema.name == best.schema.name);
        (*score >= 2.0 && is_clear).then(|| own.map(|(kind, _)| *kind).collect())
    }

    /// Whether the kind's model is among the best.
    pub(super) fn may_be(&self, kind: &AssetKind) -> bool {
        self.kinds.iter().take(3).any(|(it, _)| it.schema.name == kind.schema.name)
    }
}

/// The names of a kind's members, whole and in lists.
pub(super) fn names_of(kind: &AssetKind) -> BTreeSet<&'static str> {
    kind.members().map(|member| member.name).collect()
}

/// Whether a kind of the same model is among them.
pub(super) fn is_of_model(kinds: &[&AssetKind], kind: &AssetKind) -> bool {
    kinds.iter().any(|it| it.schema.name == kind.schema.name)
}

/// In how many models each name occurs.
fn frequency(name: &str) -> usize {
    static COUNTS: OnceLock<BTreeMap<&'static str, usize>> = OnceLock::new();
    let counts = COUNTS.get_or_init(|| {
        let mut counts = BTreeMap::new();
        let mut models = BTreeSet::new();
        for kind in AssetKind::all().iter().filter(|kind| models.insert(kind.schema.name)) {
            for name in names_of(kind) {
                *counts.entry(name).or_default() += 1;
            }
        }
        counts
    });
    counts.get(name).copied().unwrap_or(0)
}

const PLAIN_NAMES: &[&str] = &["label", "name", "title"];

/// How well the members fit a kind.
fn score(seen: &Seen, kind: &AssetKind) -> f64 {
    let known = names_of(kind);
    let has = |names: &[&str]| names.iter().any(|name| seen.members.contains_key(*name));
    // Beside these the id and the name of a kind are those of something that the object refers to.
    let refers = has(&["id"]) && has(PLAIN_NAMES);
    let (has_id, has_name) = (has(kind.id_members) && !refers, has(kind.name_members) && !refers);
    // Beside its own id an object may have any name of a name, and beside its own name any id.
    let is_plain = |name: &str| match name {
        "id" => refers || (has_name && !has_id),
        _ => PLAIN_NAMES.contains(&name) && (refers || (has_id && !has_name)),
    };
    let mut score = 0.0;
    let (mut found, mut foreign) = (0, 0);
    for name in seen.names() {
        if known.contains(name) {
            found += 1;
            score += match frequency(name) {
                0 | 1 => 1.0,
                2 => 0.5,
                3 => 0.25,
                _ => 0.1,
            };
        } else if !is_plain(name) {
            foreign += 1;
        }
    }
    let is_of_categories = kind.schema.name == "Category";
    // Every kind refers to categories by their id and name.
    let has_plain = !refers && seen.names().any(|name| !known.contains(name) && is_plain(name));
    score += match (has_id, has_name) {
        _ if has_plain => 3.0,
        (true, true) => 3.0,
        (true, false) | (false, true) if !is_of_categories => 1.5,
        _ => 0.0,
    };
    // A category holds little else.
    let cost = if is_of_categories { 1.0 } else { 0.35 };
    if found == 0 { 0.0 } else { score - cost * f64::from(foreign) }
}

/// The parts of a body or an answer that hold objects, each with up to three members around it.
fn parts(seen: &Seen) -> Vec<(Vec<String>, &Seen)> {
    let (mut all, mut open) = (Vec::new(), vec![(Vec::new(), seen)]);
    while let Some((within, seen)) = open.pop() {
        if within.len() < 3 && !seen.is_map {
            let deeper = |name: &String| [within.clone(), vec![name.clone()]].concat();
            open.extend(seen.members.iter().map(|(name, below)| (deeper(name), below)));
        }
        all.extend(Some((within, seen)).filter(|_| seen.objects > 0));
    }
    all
}

/// The best object of a kind in a body or an answer. Of two that fit as well, the one with an id that was asked for
/// counts, or else the one with more objects.
pub(super) fn payload<'a>(seen: &'a Seen, asked: &BTreeSet<&String>) -> Option<Payload<'a>> {
    let rated = |(within, seen): (Vec<String>, &'a Seen)| {
        let mut kinds: Vec<_> =
            AssetKind::all().iter().map(|kind| (*kind, score(seen, kind))).collect();
        kinds.retain(|(_, score)| *score > 0.0);
        kinds.sort_by(|one, other| other.1.total_cmp(&one.1));
        Payload { within, seen, kinds, rival: None }
    };
    let is_asked = |own: &Payload<'_>| {
        own.seen.members.values().any(|it| it.ids.iter().any(|id| asked.contains(id)))
    };
    let by_rank = |one: &Payload<'_>, other: &Payload<'_>| {
        let by_ids = || is_asked(one).cmp(&is_asked(other));
        let by_fit = one.fit().total_cmp(&other.fit()).then_with(by_ids);
        by_fit.then_with(|| one.seen.objects.cmp(&other.seen.objects))
    };
    let mut all: Vec<_> = parts(seen).into_iter().map(rated).collect();
    all.sort_by(by_rank);
    let best = all.pop().filter(|best| !best.kinds.is_empty())?;
    let rival = all.pop().filter(|it| by_rank(it, &best).is_eq()).map(|it| it.within);
    Some(Payload { rival, ..best })
}

/// The object of this kind, or the list of them, by an id and a name, however they are called, and by the most names of
/// the kind.
pub(super) fn payload_of<'a>(
    seen: &'a Seen,
    kind: &'static AssetKind,
    is_list: bool,
) -> Option<Payload<'a>> {
    let known = names_of(kind);
    let fitting = parts(seen).into_iter().filter_map(|(within, seen)| {
        let has = |own: &[&str], plain: &[&str]| {
            own.iter().chain(plain).any(|it| seen.members.contains_key(*it))
        };
        let is_it = seen.is_list == is_list
            && has(kind.id_members, &["id"])
            && has(kind.name_members, PLAIN_NAMES);
        let points = seen.names().filter(|name| known.contains(name)).count();
        is_it.then(|| (points, Payload { within, seen, kinds: vec![(kind, 0.0)], rival: None }))
    });
    let mut fitting: Vec<_> = fitting.collect();
    fitting.sort_by_key(|(points, _)| *points);
    let best = fitting.pop()?;
    fitting.last().is_none_or(|(points, _)| *points < best.0).then_some(best.1)
}

/// How well the members fit a schema: the number of them that it has, those of parts included, times their
/// share.
pub(super) fn fits(seen: &Seen, schema: &Schema) -> f64 {
    fit_below(seen, schema, 0)
}

fn fit_below(seen: &Seen, schema: &Schema, depth: usize) -> f64 {
    let mut known = 0.0;
    for (name, below) in &seen.members {
        let Some(member) = schema.member(name) else { continue };
        known += 1.0;
        let inner = Schema::find(member.bare_kind()).filter(|_| depth < 3);
        known += inner.map_or(0.0, |inner| 0.5 * fit_below(below, inner, depth + 1));
    }
    let foreign = seen.names().filter(|name| schema.member(name).is_none()).count();
    if known == 0.0 { 0.0 } else { known * (known / (known + foreign as f64)) }
}
