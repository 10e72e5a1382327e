use super::{
    common::KeyValue,
    macros::{asset, model},
    words::Status,
};

model! {
    /// A funnel group: a folder of funnels, called *campaign* in older names.
    ///
    /// Its own names were not readable: the funnel's row says `idFunnelGroup`, the self-hosted
    /// product says `idCampaign`. Reading takes whichever is there; a new group carries both.
    FunnelGroup {
        "idFunnelGroup": id(funnel_group_id, funnel_group_id_text, set_funnel_group_id, FunnelGroup), Inferred, Pattern, "its id, as a funnel's row calls it.";
        "funnelGroupName": text(funnel_group_name, set_funnel_group_name), Inferred, Pattern, "its name, as a funnel's row calls it.";
        "idCampaign": id(campaign_id, campaign_id_text, set_campaign_id, FunnelGroup), Sibling, SelfHosted, "its id.";
        "campaignName": text(campaign_name, set_campaign_name), Sibling, SelfHosted, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state; lists filter by it (documented).";
        "acculumatedUrlParams": parts(accumulated_url_params, set_accumulated_url_params, KeyValue), Sibling, SelfHosted, "query parameters added to tracking URLs. The spelling is the vendor's.";
        "customTokens": parts(custom_tokens, set_custom_tokens, KeyValue), Sibling, SelfHosted, "tokens of its own.";
    }
}

model! {
    /// A funnel group as lists return it. With `includeChilds=true` (proven) it holds its funnels,
    /// in a shape that is not known.
    FunnelGroupInfo {
        "idFunnelGroup": id(funnel_group_id, funnel_group_id_text, set_funnel_group_id, FunnelGroup), Inferred, Pattern, "its id, as a funnel's row calls it.";
        "funnelGroupName": text(funnel_group_name, set_funnel_group_name), Inferred, Pattern, "its name, as a funnel's row calls it.";
        "idCampaign": id(campaign_id, campaign_id_text, set_campaign_id, FunnelGroup), Sibling, SelfHosted, "its id.";
        "campaignName": text(campaign_name, set_campaign_name), Sibling, SelfHosted, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
    }
}

asset!(
    FunnelGroup,
    FunnelGroupInfo,
    id = "idFunnelGroup" | "idCampaign",
    name = "funnelGroupName" | "campaignName"
);
