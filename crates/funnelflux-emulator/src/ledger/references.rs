//! References between assets.

use serde_json::Value;

use super::{Entry, Kind, Status, Store, Violations, ids};
use crate::wire::{Refusal, describe};

/// One reference in an asset: its place for messages, the kind it leads to, and the id, or a value that
/// is none.
type Reference<'v> = (String, Kind, Result<&'v str, &'v Value>);

/// The known references of an asset. Absent and empty mean none.
fn of(kind: Kind, asset: &Value) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    if !kind.category_types(asset).is_empty() {
        take(&mut found, "", asset, "idCategory", Kind::CATEGORY);
    }
    match kind {
        Kind::PAGE => {
            take(&mut found, "", asset, "offerParams.idOfferSource", Kind::OFFER_SOURCE);
        }
        Kind::CONDITION => take(&mut found, "", asset, "restrictToFunnelId", Kind::FUNNEL),
        Kind::FUNNEL => funnel(asset, &mut found),
        _ => {}
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

fn funnel<'v>(asset: &'v Value, found: &mut Vec<Reference<'v>>) {
    for name in ["idFunnelGroup", "idCampaign"] {
        take(found, "", asset, name, Kind::FUNNEL_GROUP);
    }
    for (index, node) in list(asset, "nodes").iter().enumerate() {
        for (member, kind) in [
            ("nodePageParams.idPage", Kind::PAGE),
            ("nodeConditionParams.idCondition", Kind::CONDITION),
            ("nodeMiddlewareRefParams.idMiddlewareConfig", Kind::MIDDLEWARE_CONFIG),
            // An invention, named after the one above.
            ("nodeWebhookRefParams.idWebhookConfig", Kind::WEBHOOK_CONFIG),
        ] {
            take(found, &format!("nodes[{index}]."), node, member, kind);
        }
    }
    for (index, postback) in list(asset, "postbackOverrides").iter().enumerate() {
        let at = format!("postbackOverrides[{index}].");
        take(found, &at, postback, "idTrafficSource", Kind::TRAFFIC_SOURCE);
    }
    if let Some(Value::Object(costs)) = asset.get("incomingTrafficCostOverrides") {
        for id in costs.keys().filter(|id| !id.is_empty()) {
            let at = format!("incomingTrafficCostOverrides.{id}");
            found.push((at, Kind::TRAFFIC_SOURCE, Ok(id)));
        }
    }
}

pub(crate) fn list<'v>(asset: &'v Value, name: &str) -> &'v [Value] {
    asset.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Notes references to nothing, categories of another type, and conditions of another funnel.
pub(crate) fn check(
    store: &Store,
    kind: Kind,
    own_id: &str,
    asset: &Value,
    wrong: &mut Violations,
) {
    for (at, wanted, id) in of(kind, asset) {
        let noun = wanted.noun();
        let id = id.map_err(|other| {
            let right = format!("the id of an existing {noun}, or the empty string for none");
            Refusal::wrong(&at, other, &right)
        });
        let outcome = id.and_then(|id| {
            ids::check(&at, id)?;
            match (store.living(wanted, id), wanted) {
                (None, _) => Err(Refusal::bad_request(format!(
                    "`{at}` is \"{id}\", and there is no such {noun}; expected the id of an \
                     existing {noun}"
                ))),
                (Some(target), Kind::CATEGORY) => check_category(&at, kind, asset, target),
                (Some(target), Kind::CONDITION) => check_condition(&at, own_id, target),
                (Some(_), _) => Ok(()),
            }
        });
        wrong.keep(outcome, ());
    }
}

pub(crate) fn check_category(
    at: &str,
    kind: Kind,
    asset: &Value,
    category: &Entry,
) -> Result<(), Refusal> {
    let right = kind.category_types(asset);
    let is = category.string("categoryType");
    if right.contains(&is) {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "`{at}` is \"{}\", a category of the `categoryType` {is}; expected one of {}",
        category.id,
        right.join(" or ")
    )))
}

fn check_condition(at: &str, own_id: &str, condition: &Entry) -> Result<(), Refusal> {
    let funnel = condition.string("restrictToFunnelId");
    if funnel.is_empty() || funnel == own_id {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "`{at}` is \"{}\", a condition restricted to the funnel \"{funnel}\"; expected a global \
         condition or one of this funnel",
        condition.id
    )))
}

/// Notes the first asset whose reference to this one would no longer be allowed.
pub(crate) fn check_referrers(
    store: &Store,
    kind: Kind,
    own_id: &str,
    asset: &Value,
    wrong: &mut Violations,
) {
    let member = match kind {
        Kind::CATEGORY => "categoryType",
        Kind::CONDITION => "restrictToFunnelId",
        _ => return,
    };
    let is = asset.get(member).and_then(Value::as_str).unwrap_or_default();
    let misfit = referrers(store, kind, own_id).find(|(other, _)| match kind {
        Kind::CATEGORY => !other.kind.category_types(&other.value).contains(&is),
        _ => !is.is_empty() && is != other.id,
    });
    if let Some((other, at)) = misfit {
        wrong.add(Refusal::bad_request(format!(
            "`{member}` is {}, while the {} \"{}\" refers to this {} in `{at}`; expected what it was, \
             or that reference to be removed first",
            describe(&is.into()),
            other.kind.noun(),
            other.id,
            kind.noun()
        )));
    }
}

/// Every asset, not deleted, that refers to this one, and where.
fn referrers<'s>(
    store: &'s Store,
    kind: Kind,
    id: &str,
) -> impl Iterator<Item = (&'s Entry, String)> {
    store.all().iter().filter(|other| other.status != Status::Deleted).filter_map(move |other| {
        let mut references = of(other.kind, &other.value).into_iter();
        let (at, ..) = references.find(|(_, to, found)| *to == kind && *found == Ok(id))?;
        Some((other, at))
    })
}

/// The first asset that refers to this one. The own conditions of a funnel do not count, since they are
/// deleted with it.
pub(crate) fn referrer<'s>(store: &'s Store, entry: &Entry) -> Option<(&'s Entry, String)> {
    referrers(store, entry.kind, &entry.id).find(|(other, _)| {
        let own_condition = entry.kind == Kind::FUNNEL && other.kind == Kind::CONDITION;
        !own_condition && (other.id != entry.id || other.kind != entry.kind)
    })
}
