//! `find`: the look-ups that the API has beside its lists.

use funnelflux::ledger::Capability;

use super::{Context, show};
use crate::args::FindArgs;
use crate::failure::Failure;

pub(super) async fn run(context: &Context<'_>, args: &FindArgs) -> Result<(), Failure> {
    let assets = &context.assets;
    let by = |capability, value: String| async move {
        Ok::<_, Failure>(assets.find_by(capability, &value).await?.into_inner())
    };
    let found = if let Some(status) = &args.status {
        by(Capability::FindByStatus, status.clone()).await?
    } else if let Some(category) = args.category {
        by(Capability::FindByCategory, category.to_string()).await?
    } else if let Some(funnel_type) = &args.funnel_type {
        by(Capability::FindByType, funnel_type.clone()).await?
    } else {
        assets.find_by_ids(&args.ids).await?
    };
    show::print(context, &found)
}
