use std::collections::{BTreeMap, BTreeSet, HashMap};

use funnelflux_contract::AssetKind;
use funnelflux_funnels::{FunnelDialect, Plan, PlanError, PlanObject};
use funnelflux_id::AssetId;
use funnelflux_transport::Error;

use super::look_up::look_up;
use crate::FunnelFlux;

/// Compares objects with the account: what has to be sent so that it has them, what is referred to first.
///
/// An asset that a funnel of the plan refers to has to be in the plan or in the account.
///
/// ```no_run
/// # async fn example(
/// #     api: funnelflux::FunnelFlux, funnel: funnelflux::model::ledger::Funnel,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use funnelflux::funnels::{Application, FunnelDialect, PlanObject, plan_of};
///
/// let plan = plan_of(&api, vec![PlanObject::funnel(&funnel)?], &FunnelDialect::shipped()).await?;
/// plan.steps().iter().for_each(|step| println!("{:?} {}", step.action, step.called()));
/// let sent = Application::of(&api, &plan).await?.send().await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If objects refer to each other in a circle, or a funnel to what does not exist; and as any read.
pub async fn plan_of(
    api: &FunnelFlux,
    objects: Vec<PlanObject>,
    dialect: &FunnelDialect,
) -> Result<Plan, Error> {
    missing(api, &objects, dialect).await?;
    let mut there = HashMap::with_capacity(objects.len());
    for object in &objects {
        let assets = api.ledger().dynamic_of(object.kind);
        there.extend(assets.try_find_by_id(&object.id).await?.map(|found| (object.id, found)));
    }
    let plan = Plan::of(api.base_url().to_string(), objects, &there, dialect);
    plan.map_err(|error| refused(&error))
}

fn refused(error: &PlanError) -> Error {
    let refused = Error::invalid_request(format!("{error}; nothing was sent"));
    match error.advice() {
        "" => refused,
        advice => refused.with_advice(advice),
    }
}

/// Looks up what the funnels refer to outside of the plan.
pub(super) async fn missing(
    api: &FunnelFlux,
    objects: &[PlanObject],
    dialect: &FunnelDialect,
) -> Result<(), Error> {
    let own: BTreeSet<AssetId> = objects.iter().map(|object| object.id).collect();
    let mut wanted: BTreeMap<&'static str, BTreeMap<AssetId, String>> = BTreeMap::new();
    for object in objects {
        for (kind, id) in object.of_graph(dialect) {
            if !own.contains(&id) {
                wanted.entry(kind.name).or_default().entry(id).or_insert_with(|| object.called());
            }
        }
    }
    let mut missing = Vec::new();
    for (kind, by) in wanted {
        let Some(kind) = AssetKind::find(kind) else { continue };
        let ids: Vec<AssetId> = by.keys().copied().collect();
        for (id, found) in look_up(&api.ledger().dynamic_of(kind), &ids).await? {
            if let (None, Some(by)) = (found, by.get(&id)) {
                missing.push(format!("{by} refers to {} {id}", kind.noun));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let why = format!("the account has no such assets: {}; nothing was sent", missing.join("; "));
    Err(Error::invalid_request(why).with_advice("Create them first, or add them to the plan."))
}
