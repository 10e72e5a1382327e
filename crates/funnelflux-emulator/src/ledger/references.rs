//! References between assets.

use serde_json::Value;

use super::ids;
use super::kind::Kind;
use super::status::Status;
use super::store::{Entry, Store};
use super::violations::Violations;
use crate::wire::fields::describe;
use crate::wire::refusal::Refusal;

/// One reference in an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Its place, for messages.
    pub(crate) at: String,
    pub(crate) kind: Kind,
    pub(crate) id: String,
}

/// Collects the references of one asset.
#[derive(Default)]
struct Collector {
    found: Vec<Reference>,
    /// Values that are no references.
    wrong: Vec<Refusal>,
}

impl Collector {
    /// Takes the id at `value`. Absent and empty mean none.
    fn take(&mut self, at: String, kind: Kind, value: Option<&Value>) {
        match value {
            None => {}
            Some(Value::String(id)) if id.is_empty() => {}
            Some(Value::String(id)) => match ids::check(&at, id) {
                Ok(_) => self.found.push(Reference { at, kind, id: id.clone() }),
                Err(refusal) => self.wrong.push(refusal),
            },
            Some(other) => {
                let right = format!("the id of a {}, or the empty string for none", kind.noun());
                self.wrong.push(Refusal::wrong(&at, other, &right));
            }
        }
    }
}

/// Collects the known references of an asset.
fn of(kind: Kind, asset: &Value) -> Collector {
    let mut found = Collector::default();
    if !kind.category_types(asset).is_empty() {
        found.take("idCategory".to_owned(), Kind::CATEGORY, asset.get("idCategory"));
    }
    match kind {
        Kind::PAGE => found.take(
            "offerParams.idOfferSource".to_owned(),
            Kind::OFFER_SOURCE,
            asset.pointer("/offerParams/idOfferSource"),
        ),
        Kind::CONDITION => found.take(
            "restrictToFunnelId".to_owned(),
            Kind::FUNNEL,
            asset.get("restrictToFunnelId"),
        ),
        Kind::FUNNEL => funnel(asset, &mut found),
        _ => {}
    }
    found
}

fn funnel(asset: &Value, found: &mut Collector) {
    for name in ["idFunnelGroup", "idCampaign"] {
        found.take(name.to_owned(), Kind::FUNNEL_GROUP, asset.get(name));
    }
    for (index, node) in list(asset, "nodes").iter().enumerate() {
        for (member, kind) in [
            ("nodePageParams.idPage", Kind::PAGE),
            ("nodeConditionParams.idCondition", Kind::CONDITION),
            ("nodeMiddlewareRefParams.idMiddlewareConfig", Kind::MIDDLEWARE_CONFIG),
            // A choice, named after the one above, which is documented.
            ("nodeWebhookRefParams.idWebhookConfig", Kind::WEBHOOK_CONFIG),
        ] {
            let pointer = format!("/{}", member.replace('.', "/"));
            found.take(format!("nodes[{index}].{member}"), kind, node.pointer(&pointer));
        }
    }
    for (index, postback) in list(asset, "postbackOverrides").iter().enumerate() {
        found.take(
            format!("postbackOverrides[{index}].idTrafficSource"),
            Kind::TRAFFIC_SOURCE,
            postback.get("idTrafficSource"),
        );
    }
    if let Some(Value::Object(costs)) = asset.get("incomingTrafficCostOverrides") {
        for id in costs.keys() {
            let at = format!("incomingTrafficCostOverrides.{id}");
            found.take(at, Kind::TRAFFIC_SOURCE, Some(&Value::from(id.as_str())));
        }
    }
}

/// The items of a list member.
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
    let references = of(kind, asset);
    references.wrong.into_iter().for_each(|refusal| wrong.add(refusal));
    for Reference { at, kind: wanted, id } in references.found {
        let noun = wanted.noun();
        let outcome = match (store.living(wanted, &id), wanted) {
            (None, _) => Err(Refusal::bad_request(format!(
                "`{at}` is \"{id}\", and there is no such {noun}; expected the id of a {noun} that \
                 exists"
            ))),
            (Some(target), Kind::CATEGORY) => check_category(&at, kind, asset, target),
            (Some(target), Kind::CONDITION) => check_condition(&at, own_id, target),
            (Some(_), _) => Ok(()),
        };
        wrong.keep(outcome, ());
    }
}

/// Refuses a category of another type of asset.
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
    if !matches!(kind, Kind::CATEGORY | Kind::CONDITION) {
        return;
    }
    for other in store.all().iter().filter(|other| other.status != Status::Deleted) {
        let to_it = |found: &&Reference| found.kind == kind && found.id == own_id;
        let found = of(other.kind, &other.value).found;
        let Some(Reference { at, .. }) = found.iter().find(to_it) else { continue };
        let (member, is) = match kind {
            Kind::CATEGORY => ("categoryType", text(asset, "categoryType")),
            _ => ("restrictToFunnelId", text(asset, "restrictToFunnelId")),
        };
        let fits = match kind {
            Kind::CATEGORY => other.kind.category_types(&other.value).contains(&is),
            _ => is.is_empty() || is == other.id,
        };
        if !fits {
            wrong.add(Refusal::bad_request(format!(
                "`{member}` is {}, while the {} \"{}\" refers to this {} in `{at}`; expected what it \
                 was, or that reference to be removed first",
                describe(&is.into()),
                other.kind.noun(),
                other.id,
                kind.noun()
            )));
            return;
        }
    }
}

fn text<'v>(asset: &'v Value, name: &str) -> &'v str {
    asset.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The first asset, not deleted, that refers to this one. The own conditions of a funnel do not count,
/// since they are deleted with it.
pub(crate) fn referrer<'s>(store: &'s Store, entry: &Entry) -> Option<(&'s Entry, String)> {
    store.all().iter().filter(|other| other.status != Status::Deleted).find_map(|other| {
        if entry.kind == Kind::FUNNEL && other.kind == Kind::CONDITION {
            return None;
        }
        let to_it = |found: &Reference| found.kind == entry.kind && found.id == entry.id;
        let found = of(other.kind, &other.value).found.into_iter().find(to_it)?;
        (other.id != entry.id || other.kind != entry.kind).then_some((other, found.at))
    })
}
