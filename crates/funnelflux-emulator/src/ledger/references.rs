//! References between assets.

use serde_json::Value;

use super::save::GROUP;
use super::store::{Entry, Store};
use super::{Kind, no_such};
use crate::wire::fields::{check_id, list as names};
use crate::wire::{Refusal, Result, Violations, describe};

/// A reference: its place for messages, the kind it leads to, and the id, or a value that is none.
type Reference<'v> = (String, Kind, Result<&'v str, &'v Value>);

/// The kind that refers, the list whose items do (if any), the member, and the kind that it leads to.
const KNOWN: [(Kind, &str, &str, Kind); 9] = [
    (Kind::PAGE, "", "offerParams.idOfferSource", Kind::OFFER_SOURCE),
    (Kind::CONDITION, "", "restrictToFunnelId", Kind::FUNNEL),
    (Kind::FUNNEL, "", GROUP[0], Kind::FUNNEL_GROUP),
    (Kind::FUNNEL, "", GROUP[1], Kind::FUNNEL_GROUP),
    (Kind::FUNNEL, "nodes", "nodePageParams.idPage", Kind::PAGE),
    (Kind::FUNNEL, "nodes", "nodeConditionParams.idCondition", Kind::CONDITION),
    (Kind::FUNNEL, "nodes", "nodeMiddlewareRefParams.idMiddlewareConfig", Kind::MIDDLEWARE_CONFIG),
    // An invention, named after the one above.
    (Kind::FUNNEL, "nodes", "nodeWebhookRefParams.idWebhookConfig", Kind::WEBHOOK_CONFIG),
    (Kind::FUNNEL, "postbackOverrides", "idTrafficSource", Kind::TRAFFIC_SOURCE),
];

/// The known references of an asset. Absent and empty mean none.
fn of(entry: &Entry) -> Vec<Reference<'_>> {
    let (mut found, asset) = (Vec::new(), &entry.value);
    if !entry.category_types().is_empty() {
        take(&mut found, "", asset, "idCategory", Kind::CATEGORY);
    }
    for (_, parts, member, kind) in KNOWN.into_iter().filter(|(own, ..)| *own == entry.kind) {
        if parts.is_empty() {
            take(&mut found, "", asset, member, kind);
        }
        for (index, part) in list(asset, parts).iter().enumerate() {
            take(&mut found, &format!("{parts}[{index}]."), part, member, kind);
        }
    }
    if let Some(Value::Object(costs)) = asset.get("incomingTrafficCostOverrides") {
        for id in costs.keys().filter(|id| entry.kind == Kind::FUNNEL && !id.is_empty()) {
            let at = format!("incomingTrafficCostOverrides.{id}");
            found.push((at, Kind::TRAFFIC_SOURCE, Ok(id)));
        }
    }
    found
}

/// Takes the reference at a member of `part`, which is itself at `at`.
fn take<'v>(found: &mut Vec<Reference<'v>>, at: &str, part: &'v Value, member: &str, kind: Kind) {
    let value = part.pointer(&format!("/{}", member.replace('.', "/")));
    if let Some(value) = value.filter(|value| value.as_str() != Some("")) {
        found.push((format!("{at}{member}"), kind, value.as_str().ok_or(value)));
    }
}

pub(crate) fn list<'v>(asset: &'v Value, name: &str) -> &'v [Value] {
    asset.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Notes references to nothing, categories of another type, and conditions of another funnel.
pub(crate) fn check(store: &Store, entry: &Entry, wrong: &mut Violations) {
    for (at, wanted, id) in of(entry) {
        let id = id.map_err(|other| {
            let noun = wanted.noun();
            let right = format_args!("the id of an existing {noun}, or the empty string for none");
            Refusal::wrong(&at, other, right)
        });
        let outcome = id.and_then(|id| match (store.living(wanted, check_id(&at, id)?), wanted) {
            (None, _) => Err(Refusal::bad_request(no_such(wanted, &at, id, ""))),
            (Some(target), Kind::CATEGORY) => check_category(&at, entry, target),
            (Some(target), Kind::CONDITION) => check_condition(&at, entry, target),
            (Some(_), _) => Ok(()),
        });
        wrong.keep(outcome, ());
    }
}

pub(crate) fn check_category(at: &str, entry: &Entry, category: &Entry) -> Result<()> {
    let (right, id) = (entry.category_types(), &category.id);
    let is = category.string("categoryType");
    if right.contains(&is) {
        return Ok(());
    }
    let fault = format_args!("is \"{id}\", a category of the `categoryType` `{is}`");
    Err(Refusal::at(at, fault, format_args!("one of {}", names(right))))
}

fn check_condition(at: &str, entry: &Entry, condition: &Entry) -> Result<()> {
    let (funnel, id) = (condition.string("restrictToFunnelId"), &condition.id);
    if funnel.is_empty() || funnel == entry.id {
        return Ok(());
    }
    let fault = format_args!("is \"{id}\", a condition restricted to the funnel \"{funnel}\"");
    Err(Refusal::at(at, fault, "a global condition or one of this funnel"))
}

/// Notes the first asset whose reference to this one would no longer be allowed.
pub(crate) fn check_referrers(store: &Store, entry: &Entry, wrong: &mut Violations) {
    let member = match entry.kind {
        Kind::CATEGORY => "categoryType",
        Kind::CONDITION => "restrictToFunnelId",
        _ => return,
    };
    let is = entry.string(member);
    let misfit = referrers(store, entry).find(|(other, _)| match entry.kind {
        Kind::CATEGORY => !other.category_types().contains(&is),
        _ => !is.is_empty() && is != other.id,
    });
    if let Some((other, at)) = misfit {
        let (noun, own, id) = (other.kind.noun(), entry.kind.noun(), &other.id);
        let is = describe(&is.into());
        let fault = format!("is {is}, while the {noun} \"{id}\" refers to this {own} in `{at}`");
        wrong.add(Refusal::at(member, fault, "what it was, or that reference to be removed first"));
    }
}

/// Every asset that refers to this one, and where.
fn referrers<'s>(store: &'s Store, entry: &Entry) -> impl Iterator<Item = (&'s Entry, String)> {
    let living = store.all().filter(|other| !other.is_deleted());
    living.filter_map(move |other| {
        let mut references = of(other).into_iter();
        let own = |kind, id| kind == entry.kind && id == Ok(entry.id.as_str());
        let (at, ..) = references.find(|(_, kind, id)| own(*kind, *id))?;
        Some((other, at))
    })
}

/// The own conditions of a funnel do not count, since they are deleted with it.
pub(crate) fn referrer<'s>(store: &'s Store, entry: &Entry) -> Option<(&'s Entry, String)> {
    referrers(store, entry).find(|(other, _)| {
        let own_condition = entry.kind == Kind::FUNNEL && other.kind == Kind::CONDITION;
        !own_condition && (other.id != entry.id || other.kind != entry.kind)
    })
}
