use std::borrow::Cow;

use funnelflux_id::Id;

use super::{
    Identified,
    common::KeyValue,
    macros::{asset, model},
    words::Status,
};
use crate::DecodeError;

model! {
    /// A funnel group: a folder of funnels, called *campaign* in older names.
    ///
    /// Its own names were not readable: the funnel's row says `idFunnelGroup`, the self-hosted
    /// product says `idCampaign`. Reading takes whichever is there; a new group carries both.
    FunnelGroup {
        "idFunnelGroup": id(funnel_group_id, funnel_group_id_text, set_only_funnel_group_id, FunnelGroup), Inferred, Pattern, "its id, as a funnel's row calls it.";
        "funnelGroupName": text(funnel_group_name, set_only_funnel_group_name), Inferred, Pattern, "its name, as a funnel's row calls it.";
        "idCampaign": id(campaign_id, campaign_id_text, set_only_campaign_id, FunnelGroup), Sibling, SelfHosted, "its id.";
        "campaignName": text(campaign_name, set_only_campaign_name), Sibling, SelfHosted, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state; lists filter by it (documented).";
        "acculumatedUrlParams": parts(accumulated_url_params, set_accumulated_url_params, KeyValue), Sibling, SelfHosted, "query parameters added to tracking URLs. The spelling is the vendor's.";
        "customTokens": parts(custom_tokens, set_custom_tokens, KeyValue), Sibling, SelfHosted, "tokens of its own.";
    }
}

model! {
    /// A funnel group as lists return it. With `includeChilds=true` (proven) it holds its funnels,
    /// in a shape that is not known.
    FunnelGroupInfo {
        "idFunnelGroup": id(funnel_group_id, funnel_group_id_text, set_only_funnel_group_id, FunnelGroup), Inferred, Pattern, "its id, as a funnel's row calls it.";
        "funnelGroupName": text(funnel_group_name, set_only_funnel_group_name), Inferred, Pattern, "its name, as a funnel's row calls it.";
        "idCampaign": id(campaign_id, campaign_id_text, set_only_campaign_id, FunnelGroup), Sibling, SelfHosted, "its id.";
        "campaignName": text(campaign_name, set_only_campaign_name), Sibling, SelfHosted, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
    }
}

asset!(
    FunnelGroup,
    FunnelGroupInfo,
    id = "idFunnelGroup" | "idCampaign",
    name = "funnelGroupName" | "campaignName"
);

macro_rules! either {
    ($($model:ident)+) => {$(
        impl $model {
            /// The id: `idFunnelGroup` (inferred), else `idCampaign` (sibling).
            ///
            /// # Errors
            ///
            /// When what stands there is not an asset id.
            pub fn id(&self) -> Result<Option<Id<funnelflux_id::FunnelGroup>>, DecodeError> {
                self.asset_id()
            }

            /// The name: `funnelGroupName` (inferred), else `campaignName` (sibling); empty if there
            /// is none.
            #[must_use]
            pub fn name(&self) -> Cow<'_, str> {
                self.asset_name()
            }

            /// Sets the id, under each of its two names that is there: two answers to one question
            /// would leave the choice to the server.
            pub fn set_id(&mut self, id: Id<funnelflux_id::FunnelGroup>) -> &mut Self {
                self.set_asset_id(id);
                self
            }

            /// Sets the name, under each of its two names that is there.
            pub fn set_name(&mut self, name: &str) -> &mut Self {
                self.set_asset_name(name);
                self
            }
        }
    )+};
}

either!(FunnelGroup FunnelGroupInfo);
