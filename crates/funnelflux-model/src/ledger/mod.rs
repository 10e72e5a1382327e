//! The assets: traffic sources, offer sources, funnels and what they are made of.
//!
//! Every asset is a [`Document`](crate::Document), its text as it came, with typed access to the
//! members that are known by name. So an asset that is read, changed and saved keeps everything
//! else as it was, known or not, `meta` and order included.
//!
//! - [`Model`] gives the document and the table of known members, each with its grade.
//! - [`Identified`] gives id and name, of full and slim types alike.
//! - [`LedgerAsset`] checks the documented rules and makes what is sent.
//!
//! Getters return `Ok(None)` for absent and `null`, and an error that names the member when it
//! holds something else; the rest of the asset stays usable.

pub(crate) mod macros;

mod category;
mod common;
mod condition;
mod duplicate;
mod funnel;
mod funnel_group;
mod logic_script;
mod middleware;
mod model;
mod offer_source;
mod page;
mod page_group;
mod rules;
mod traffic_source;
mod visitor_tag;
mod webhook_config;
pub(crate) mod wire;
mod words;

pub use category::{Category, CategoryInfo, TrafficSourceCategory};
pub use common::{KeyValue, Postback, TrackingField};
pub use condition::{Condition, ConditionInfo};
pub use duplicate::{
    DuplicateRequest, FunnelDuplicateRequest, LogicScriptDuplicateRequest, OVERRIDES_MEMBER,
};
pub use funnel::{Funnel, FunnelInfo};
pub use funnel_group::{FunnelGroup, FunnelGroupInfo};
pub use logic_script::{LogicScript, LogicScriptInfo};
pub use middleware::{
    DestinationOverrides, MiddlewareConfig, MiddlewareConfigInfo, MiddlewareDestination,
    MiddlewareRoute, PLACEHOLDER, Secret,
};
pub use model::{Identified, LedgerAsset, Member, Model};
pub use offer_source::{OfferSource, OfferSourceInfo};
pub use page::{OfferParams, Page, PageInfo};
pub use page_group::{PageGroup, PageGroupInfo};
pub use traffic_source::{TrafficSource, TrafficSourceInfo};
pub use visitor_tag::{VisitorTag, VisitorTagInfo};
pub use webhook_config::{WebhookConfig, WebhookConfigInfo};
pub use words::{
    CategoryType, CostType, FunnelType, MiddlewareMethod, PageType, PayoutType, PostbackType,
    RedirectType, Status, StatusFilter,
};
