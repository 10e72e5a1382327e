//! The entrance: one accessor per kind of asset, in the words of the product's interface.

use funnelflux_model::ledger::{
    Category, Condition, Funnel, FunnelGroup, LogicScript, MiddlewareConfig, OfferSource, Page,
    PageGroup, TrafficSource, VisitorTag, WebhookConfig,
};
use funnelflux_transport::Client;

use crate::collection::Assets;
use crate::untyped::AnyAssets;
use crate::variants::{CurrentFunnelGroup, OldTrafficSourceCategory};

/// The assets of an account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ledger {
    client: Client,
}

impl Ledger {
    /// The assets of this name, such as `offer-sources`: for programs that learn at run time what
    /// they work on.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<AnyAssets> {
        AnyAssets::find(&self.client, name)
    }

    /// Every name that [`by_name`](Self::by_name) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        AnyAssets::names()
    }
}

macro_rules! accessors {
    ($($(#[$meta:meta])* $name:ident -> $asset:ident;)*) => {
        impl Ledger {
            /// Calls through `client`.
            #[must_use]
            pub fn new(client: Client) -> Self {
                Self { client }
            }
            $(
                $(#[$meta])*
                #[must_use]
                pub fn $name(&self) -> Assets<$asset> {
                    Assets::new(self.client.clone())
                }
            )*
        }
    };
}

accessors! {
    /// Traffic sources: where visitors come from.
    traffic_sources -> TrafficSource;
    /// Offer sources: networks and advertisers that offers come from.
    offer_sources -> OfferSource;
    /// Funnel groups, by their proven (legacy) root `campaign`.
    funnel_groups -> FunnelGroup;
    /// Funnel groups, by the current root `funnelgroup` (inferred).
    current_funnel_groups -> CurrentFunnelGroup;
    /// Funnels, as documents.
    funnels -> Funnel;
    /// Conditions: routes by rules.
    conditions -> Condition;
    /// Pages: landers and offers.
    pages -> Page;
    /// Page groups: rotations of landers or of offers.
    page_groups -> PageGroup;
    /// Webhook configs.
    webhook_configs -> WebhookConfig;
    /// Middleware configs.
    middleware_configs -> MiddlewareConfig;
    /// Logic scripts.
    logic_scripts -> LogicScript;
    /// Categories.
    categories -> Category;
    /// Visitor tags. That they have these operations is inferred: only their page is documented.
    visitor_tags -> VisitorTag;
    /// Traffic source categories, the older list.
    traffic_source_categories -> OldTrafficSourceCategory;
}
