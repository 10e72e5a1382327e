//! `find`: the look-ups that the API has beside its lists.

use funnelflux::id::{AssetId, Id};
use funnelflux::ledger::Ledger;
use funnelflux::model::Document;
use funnelflux::model::ledger::Model;

use super::{Context, show};
use crate::args::FindArgs;
use crate::failure::Failure;

/// The same call on whichever kind of assets the name says; only the kinds that have it compile.
macro_rules! on {
    ($name:expr, |$assets:ident| $call:expr, $($kind:literal => $of:expr,)*) => {
        match $name {
            $($kind => {
                let $assets = $of;
                documents($call)
            })*
            // The verb was refused before.
            other => return Err(Failure::failed(format!("{other}: there is no such call"))),
        }
    };
}

pub(super) async fn run(
    context: &Context<'_>,
    args: &FindArgs,
    ledger: &Ledger,
) -> Result<(), Failure> {
    let name = context.assets.name();
    let found = if let Some(status) = &args.status {
        Box::pin(by_status(ledger, name, status)).await?
    } else if let Some(category) = args.category {
        Box::pin(by_category(ledger, name, category)).await?
    } else if let Some(funnel_type) = &args.funnel_type {
        documents(ledger.funnels().find_by_type(funnel_type).await?.into_inner())
    } else {
        Box::pin(by_ids(ledger, name, &args.ids)).await?
    };
    show::print(context, &found)
}

fn documents(found: impl IntoIterator<Item = impl Model>) -> Vec<Document> {
    found.into_iter().map(Model::into_document).collect()
}

async fn by_status(ledger: &Ledger, name: &str, status: &str) -> Result<Vec<Document>, Failure> {
    Ok(on!(name, |assets| assets.find_by_status(status).await?.into_inner(),
        "traffic-sources" => ledger.traffic_sources(),
        "offer-sources" => ledger.offer_sources(),
        "funnel-groups" => ledger.funnel_groups(),
        "current-funnel-groups" => ledger.current_funnel_groups(),
        "funnels" => ledger.funnels(),
        "conditions" => ledger.conditions(),
        "pages" => ledger.pages(),
        "page-groups" => ledger.page_groups(),
        "webhook-configs" => ledger.webhook_configs(),
        "middleware-configs" => ledger.middleware_configs(),
    ))
}

async fn by_category(
    ledger: &Ledger,
    name: &str,
    category: AssetId,
) -> Result<Vec<Document>, Failure> {
    let category = Id::from_untyped(category);
    Ok(on!(name, |assets| assets.find_by_category(&category).await?.into_inner(),
        "traffic-sources" => ledger.traffic_sources(),
        "offer-sources" => ledger.offer_sources(),
        "funnels" => ledger.funnels(),
        "conditions" => ledger.conditions(),
        "pages" => ledger.pages(),
        "page-groups" => ledger.page_groups(),
        "webhook-configs" => ledger.webhook_configs(),
        "middleware-configs" => ledger.middleware_configs(),
    ))
}

async fn by_ids(ledger: &Ledger, name: &str, ids: &[AssetId]) -> Result<Vec<Document>, Failure> {
    Ok(on!(name, |assets| assets.find_by_ids(&typed(ids)).await?,
        "traffic-sources" => ledger.traffic_sources(),
        "offer-sources" => ledger.offer_sources(),
        "funnel-groups" => ledger.funnel_groups(),
        "current-funnel-groups" => ledger.current_funnel_groups(),
        "funnels" => ledger.funnels(),
        "conditions" => ledger.conditions(),
        "pages" => ledger.pages(),
        "page-groups" => ledger.page_groups(),
        "webhook-configs" => ledger.webhook_configs(),
        "middleware-configs" => ledger.middleware_configs(),
        "logic-scripts" => ledger.logic_scripts(),
        "categories" => ledger.categories(),
        "visitor-tags" => ledger.visitor_tags(),
    ))
}

fn typed<T>(ids: &[AssetId]) -> Vec<Id<T>> {
    ids.iter().copied().map(Id::from_untyped).collect()
}
