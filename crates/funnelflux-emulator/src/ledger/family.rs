//! What the assets of the ledger have in common: one set of operations, written once, and for each
//! asset what its members are called.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    TrafficSource,
    OfferSource,
    FunnelGroup,
    Funnel,
    Condition,
    Page,
    PageGroup,
    WebhookConfig,
    MiddlewareConfig,
    LogicScript,
    Category,
    VisitorTag,
}

impl Kind {
    /// What it is called in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::TrafficSource => "traffic source",
            Self::OfferSource => "offer source",
            Self::FunnelGroup => "funnel group",
            Self::Funnel => "funnel",
            Self::Condition => "condition",
            Self::Page => "page",
            Self::PageGroup => "page group",
            Self::WebhookConfig => "webhook config",
            Self::MiddlewareConfig => "middleware config",
            Self::LogicScript => "logic script",
            Self::Category => "category",
            Self::VisitorTag => "visitor tag",
        }
    }

    /// The types a category of such an asset may have.
    pub(crate) fn category_types(self, asset: &Value) -> &'static [&'static str] {
        match (self, asset.get("pageType").and_then(Value::as_str)) {
            (Self::TrafficSource, _) => &["trafficsources"],
            (Self::OfferSource, _) => &["offersources"],
            (Self::Condition, _) => &["condition"],
            (Self::Page, Some("lander")) => &["lander"],
            (Self::Page, Some("offer")) => &["offer"],
            (Self::Page, _) => &["lander", "offer"],
            (Self::PageGroup, _) => &["landerGroup", "offerGroup"],
            (Self::WebhookConfig, _) => &["webhookconfig"],
            (Self::MiddlewareConfig, _) => &["middlewareconfig"],
            (Self::LogicScript, _) => &["logicscript"],
            (Self::VisitorTag, _) => &["visitorTag"],
            (Self::FunnelGroup | Self::Funnel | Self::Category, _) => &[],
        }
    }
}

/// An operation of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    List,
    FindById,
    FindByIds,
    FindByStatus,
    FindByCategory,
    FindByType,
    Update,
    Create,
    Duplicate,
    Delete,
    Archive,
    Unarchive,
    Move,
    /// Funnels are archived, unarchived and moved one at a time.
    ArchiveOne,
    UnarchiveOne,
    MoveOne,
    /// The older list of the categories of traffic sources.
    ListCategories,
}

impl Verb {
    pub(crate) const fn method(self) -> Method {
        match self {
            Self::List
            | Self::FindById
            | Self::FindByIds
            | Self::FindByStatus
            | Self::FindByCategory
            | Self::FindByType
            | Self::ListCategories => Method::GET,
            Self::Create | Self::Duplicate => Method::POST,
            Self::Delete => Method::DELETE,
            Self::Update
            | Self::Archive
            | Self::Unarchive
            | Self::Move
            | Self::ArchiveOne
            | Self::UnarchiveOne
            | Self::MoveOne => Method::PUT,
        }
    }
}

/// A member of the slim objects of lists.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slim {
    /// The id, the name and the status.
    Core,
    /// `idCategory` and `categoryName`.
    Category,
    /// `idFunnelGroup` and `funnelGroupName`.
    Group,
    /// A member of the object, under its own name.
    Member(&'static str),
    /// A member of the destination, under another name.
    Destination(&'static str, &'static str),
}

/// One asset's names on the wire. Funnel groups have two of these over the same objects.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) kind: Kind,
    /// The member with the id, and other spellings of it; the first is the usual one.
    pub(crate) id: &'static [&'static str],
    /// The query parameter with several ids, and other spellings.
    pub(crate) ids: &'static [&'static str],
    /// The member with the name, and other spellings.
    pub(crate) name: &'static [&'static str],
    /// The query parameters of the list.
    pub(crate) list: &'static [&'static str],
    pub(crate) slim: &'static [Slim],
}

impl Family {
    /// The query parameters of one operation.
    pub(crate) fn parameters(&self, verb: Verb) -> Vec<&'static str> {
        match verb {
            Verb::List => self.list.to_vec(),
            Verb::FindById
            | Verb::Duplicate
            | Verb::Delete
            | Verb::ArchiveOne
            | Verb::UnarchiveOne => self.id.to_vec(),
            Verb::FindByIds => self.ids.to_vec(),
            Verb::FindByStatus => vec!["status"],
            Verb::FindByCategory => vec!["idCategory"],
            Verb::FindByType => vec!["funnelType"],
            Verb::ListCategories => vec!["status", "includeChilds"],
            Verb::Update
            | Verb::Create
            | Verb::Archive
            | Verb::Unarchive
            | Verb::Move
            | Verb::MoveOne => Vec::new(),
        }
    }

    /// The usual name of the id.
    pub(crate) fn id_name(&self) -> &'static str {
        self.id.first().copied().unwrap_or("id")
    }

    pub(crate) fn noun(&self) -> &'static str {
        self.kind.noun()
    }
}

const STATUS_AND_CATEGORY: &[&str] = &["status", "idCategory"];
const CATEGORIZED: &[Slim] = &[Slim::Core, Slim::Category];

pub(crate) static TRAFFIC_SOURCE: Family = Family {
    kind: Kind::TrafficSource,
    id: &["idTrafficSource"],
    ids: &["idTrafficSources"],
    name: &["trafficSourceName"],
    list: STATUS_AND_CATEGORY,
    slim: CATEGORIZED,
};

pub(crate) static OFFER_SOURCE: Family = Family {
    kind: Kind::OfferSource,
    id: &["idOfferSource"],
    ids: &["idOfferSources"],
    name: &["offerSourceName"],
    list: STATUS_AND_CATEGORY,
    slim: CATEGORIZED,
};

/// Funnel groups by their legacy root.
pub(crate) static CAMPAIGN: Family = Family {
    kind: Kind::FunnelGroup,
    id: &["idCampaign", "idFunnelGroup"],
    ids: &["idCampaigns", "idFunnelGroups"],
    name: &["campaignName", "funnelGroupName"],
    list: &["status", "includeChilds"],
    slim: &[Slim::Core],
};

pub(crate) static FUNNEL_GROUP: Family = Family {
    kind: Kind::FunnelGroup,
    id: &["idFunnelGroup", "idCampaign"],
    ids: &["idFunnelGroups", "idCampaigns"],
    name: &["funnelGroupName", "campaignName"],
    list: &["status"],
    slim: &[Slim::Core],
};

pub(crate) static FUNNEL: Family = Family {
    kind: Kind::Funnel,
    id: &["idFunnel"],
    ids: &["idFunnels"],
    name: &["funnelName"],
    list: &["status", "funnelType"],
    slim: &[Slim::Core, Slim::Group],
};

pub(crate) static CONDITION: Family = Family {
    kind: Kind::Condition,
    id: &["idCondition"],
    ids: &["idConditions"],
    name: &["conditionName"],
    list: &["status", "idFunnel", "globalOnly", "idCategory"],
    slim: CATEGORIZED,
};

pub(crate) static PAGE: Family = Family {
    kind: Kind::Page,
    id: &["idPage"],
    ids: &["idPages"],
    name: &["pageName"],
    list: &["status", "pageType", "idCategory"],
    slim: &[Slim::Core, Slim::Category, Slim::Member("pageType")],
};

pub(crate) static PAGE_GROUP: Family = Family {
    kind: Kind::PageGroup,
    id: &["idPageGroup"],
    ids: &["idPageGroups"],
    name: &["pageGroupName"],
    list: &[],
    slim: CATEGORIZED,
};

pub(crate) static WEBHOOK_CONFIG: Family = Family {
    kind: Kind::WebhookConfig,
    id: &["idWebhookConfig"],
    ids: &["idWebhookConfigs"],
    name: &["webhookConfigName"],
    list: &[],
    slim: CATEGORIZED,
};

pub(crate) static MIDDLEWARE_CONFIG: Family = Family {
    kind: Kind::MiddlewareConfig,
    id: &["idMiddlewareConfig"],
    ids: &["idMiddlewareConfigs"],
    name: &["middlewareConfigName"],
    list: STATUS_AND_CATEGORY,
    slim: &[
        Slim::Core,
        Slim::Destination("destinationType", "type"),
        Slim::Destination("destinationMethod", "method"),
        Slim::Category,
    ],
};

pub(crate) static LOGIC_SCRIPT: Family = Family {
    kind: Kind::LogicScript,
    id: &["idLogicScript"],
    ids: &["idLogicScripts"],
    name: &["logicScriptName"],
    list: STATUS_AND_CATEGORY,
    slim: &[Slim::Core, Slim::Category, Slim::Member("codeHash")],
};

pub(crate) static CATEGORY: Family = Family {
    kind: Kind::Category,
    id: &["idCategory"],
    ids: &["idCategories"],
    name: &["categoryName"],
    list: &["status", "categoryType"],
    slim: &[Slim::Core, Slim::Member("categoryType"), Slim::Member("meta")],
};

pub(crate) static VISITOR_TAG: Family = Family {
    kind: Kind::VisitorTag,
    id: &["idVisitorTag"],
    ids: &["idVisitorTags"],
    name: &["visitorTagName"],
    list: &[],
    slim: CATEGORIZED,
};

/// The usual names of a kind of asset.
pub(crate) fn of(kind: Kind) -> &'static Family {
    match kind {
        Kind::TrafficSource => &TRAFFIC_SOURCE,
        Kind::OfferSource => &OFFER_SOURCE,
        Kind::FunnelGroup => &FUNNEL_GROUP,
        Kind::Funnel => &FUNNEL,
        Kind::Condition => &CONDITION,
        Kind::Page => &PAGE,
        Kind::PageGroup => &PAGE_GROUP,
        Kind::WebhookConfig => &WEBHOOK_CONFIG,
        Kind::MiddlewareConfig => &MIDDLEWARE_CONFIG,
        Kind::LogicScript => &LOGIC_SCRIPT,
        Kind::Category => &CATEGORY,
        Kind::VisitorTag => &VISITOR_TAG,
    }
}
