//! Which asset has which operation, as the menu of the vendor's reference lists them (documented).
//!
//! `id` is the query parameter that carries an id (documented to be one; its name is inferred from the
//! object's own member).
//!
//! To add an asset: its model in `funnelflux-model`, its operations in the contract, and its block
//! here.

use funnelflux_model::ledger::{
    Category, Condition, DuplicateRequest, Funnel, FunnelDuplicateRequest, FunnelGroup, Identified,
    LedgerAsset, LogicScript, LogicScriptDuplicateRequest, MiddlewareConfig, Model, OfferSource,
    Page, PageGroup, TrafficSource, VisitorTag, WebhookConfig,
};
use funnelflux_transport::Operation;

use crate::capability::{
    Archive, ArchiveOne, Create, Delete, Duplicate, FindByCategory, FindById, FindByIds,
    FindByStatus, FindByType, Kind, List, Move, MoveOne, Unarchive, UnarchiveOne, Update,
};
use crate::collection::check_copy;
use crate::operations;
use crate::untyped::{Capability, Entry};
use crate::variants::{CurrentFunnelGroup, OldTrafficSourceCategory};

macro_rules! assets {
    ($($asset:ident {
        name = $name:literal,
        id = $id:literal,
        copy = $copy:ty,
        $($capability:ident::$constant:ident = $operation:path,)*
    })*) => {
        $(impl Kind for $asset {
            const NAME: &'static str = $name;
            const ID_QUERY: &'static str = $id;
            type CopyRequest = $copy;
        })*
        $($(
            impl $capability for $asset {
                const $constant: &'static Operation = &$operation;
            }
        )*)*

        /// The same by name, for programs that learn at run time what they work on.
        pub(crate) static ENTRIES: &[Entry] = &[$(Entry {
            name: $name,
            id_query: $id,
            id_members: <$asset as Identified>::ID_MEMBERS,
            name_members: <$asset as Identified>::NAME_MEMBERS,
            members: <$asset as Model>::MEMBERS,
            info_members: <<$asset as LedgerAsset>::Info as Model>::MEMBERS,
            operations: &[$((Capability::$capability, &$operation)),*],
            for_create: |document| <$asset>::from_document(document).for_create(),
            for_save: |document| <$asset>::from_document(document).for_save(),
            check_copy: |document| check_copy::<$asset>(&<$copy>::from_document(document)),
        }),*];
    };
}

assets! {
    TrafficSource {
        name = "traffic-sources",
        id = "idTrafficSource",
        copy = DuplicateRequest,
        List::LIST = operations::TRAFFICSOURCE_LIST,
        FindById::FIND_BY_ID = operations::TRAFFICSOURCE_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::TRAFFICSOURCE_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::TRAFFICSOURCE_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::TRAFFICSOURCE_FIND_BY_CATEGORY,
        Update::UPDATE = operations::TRAFFICSOURCE_UPDATE,
        Create::CREATE = operations::TRAFFICSOURCE_CREATE,
        Duplicate::DUPLICATE = operations::TRAFFICSOURCE_DUPLICATE,
        Delete::DELETE = operations::TRAFFICSOURCE_DELETE,
        Archive::ARCHIVE = operations::TRAFFICSOURCE_ARCHIVE,
        Unarchive::UNARCHIVE = operations::TRAFFICSOURCE_UNARCHIVE,
        Move::MOVE_TO = operations::TRAFFICSOURCE_MOVE,
    }
    OfferSource {
        name = "offer-sources",
        id = "idOfferSource",
        copy = DuplicateRequest,
        List::LIST = operations::OFFERSOURCE_LIST,
        FindById::FIND_BY_ID = operations::OFFERSOURCE_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::OFFERSOURCE_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::OFFERSOURCE_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::OFFERSOURCE_FIND_BY_CATEGORY,
        Update::UPDATE = operations::OFFERSOURCE_UPDATE,
        Create::CREATE = operations::OFFERSOURCE_CREATE,
        Duplicate::DUPLICATE = operations::OFFERSOURCE_DUPLICATE,
        Delete::DELETE = operations::OFFERSOURCE_DELETE,
        Archive::ARCHIVE = operations::OFFERSOURCE_ARCHIVE,
        Unarchive::UNARCHIVE = operations::OFFERSOURCE_UNARCHIVE,
        Move::MOVE_TO = operations::OFFERSOURCE_MOVE,
    }
    FunnelGroup {
        name = "funnel-groups",
        id = "idCampaign",
        copy = DuplicateRequest,
        List::LIST = operations::CAMPAIGN_LIST,
        FindById::FIND_BY_ID = operations::CAMPAIGN_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::CAMPAIGN_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::CAMPAIGN_FIND_BY_STATUS,
        Update::UPDATE = operations::CAMPAIGN_UPDATE,
        Create::CREATE = operations::CAMPAIGN_CREATE,
        Duplicate::DUPLICATE = operations::CAMPAIGN_DUPLICATE,
        Delete::DELETE = operations::CAMPAIGN_DELETE,
        Archive::ARCHIVE = operations::CAMPAIGN_ARCHIVE,
    }
    CurrentFunnelGroup {
        name = "current-funnel-groups",
        id = "idFunnelGroup",
        copy = DuplicateRequest,
        List::LIST = operations::FUNNELGROUP_LIST,
        FindById::FIND_BY_ID = operations::FUNNELGROUP_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::FUNNELGROUP_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::FUNNELGROUP_FIND_BY_STATUS,
        Update::UPDATE = operations::FUNNELGROUP_UPDATE,
        Create::CREATE = operations::FUNNELGROUP_CREATE,
        Duplicate::DUPLICATE = operations::FUNNELGROUP_DUPLICATE,
        Delete::DELETE = operations::FUNNELGROUP_DELETE,
        Archive::ARCHIVE = operations::FUNNELGROUP_ARCHIVE,
        Unarchive::UNARCHIVE = operations::FUNNELGROUP_UNARCHIVE,
    }
    Funnel {
        name = "funnels",
        id = "idFunnel",
        copy = FunnelDuplicateRequest,
        List::LIST = operations::FUNNEL_LIST,
        FindById::FIND_BY_ID = operations::FUNNEL_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::FUNNEL_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::FUNNEL_FIND_BY_STATUS,
        FindByType::FIND_BY_TYPE = operations::FUNNEL_FIND_BY_TYPE,
        FindByCategory::FIND_BY_CATEGORY = operations::FUNNEL_FIND_BY_CATEGORY,
        Update::UPDATE = operations::FUNNEL_UPDATE,
        Create::CREATE = operations::FUNNEL_CREATE,
        Duplicate::DUPLICATE = operations::FUNNEL_DUPLICATE,
        Delete::DELETE = operations::FUNNEL_DELETE,
        ArchiveOne::ARCHIVE_ONE = operations::FUNNEL_ARCHIVE,
        UnarchiveOne::UNARCHIVE_ONE = operations::FUNNEL_UNARCHIVE,
        MoveOne::MOVE_TO_GROUP = operations::FUNNEL_MOVE,
    }
    Condition {
        name = "conditions",
        id = "idCondition",
        copy = DuplicateRequest,
        List::LIST = operations::CONDITION_LIST,
        FindById::FIND_BY_ID = operations::CONDITION_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::CONDITION_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::CONDITION_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::CONDITION_FIND_BY_CATEGORY,
        Update::UPDATE = operations::CONDITION_UPDATE,
        Create::CREATE = operations::CONDITION_CREATE,
        Duplicate::DUPLICATE = operations::CONDITION_DUPLICATE,
        Delete::DELETE = operations::CONDITION_DELETE,
        Archive::ARCHIVE = operations::CONDITION_ARCHIVE,
        Unarchive::UNARCHIVE = operations::CONDITION_UNARCHIVE,
        Move::MOVE_TO = operations::CONDITION_MOVE,
    }
    Page {
        name = "pages",
        id = "idPage",
        copy = DuplicateRequest,
        List::LIST = operations::PAGE_LIST,
        FindById::FIND_BY_ID = operations::PAGE_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::PAGE_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::PAGE_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::PAGE_FIND_BY_CATEGORY,
        Update::UPDATE = operations::PAGE_UPDATE,
        Create::CREATE = operations::PAGE_CREATE,
        Duplicate::DUPLICATE = operations::PAGE_DUPLICATE,
        Delete::DELETE = operations::PAGE_DELETE,
        Archive::ARCHIVE = operations::PAGE_ARCHIVE,
        Unarchive::UNARCHIVE = operations::PAGE_UNARCHIVE,
        Move::MOVE_TO = operations::PAGE_MOVE,
    }
    PageGroup {
        name = "page-groups",
        id = "idPageGroup",
        copy = DuplicateRequest,
        List::LIST = operations::PAGEGROUP_LIST,
        FindById::FIND_BY_ID = operations::PAGEGROUP_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::PAGEGROUP_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::PAGEGROUP_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::PAGEGROUP_FIND_BY_CATEGORY,
        Update::UPDATE = operations::PAGEGROUP_UPDATE,
        Create::CREATE = operations::PAGEGROUP_CREATE,
        Duplicate::DUPLICATE = operations::PAGEGROUP_DUPLICATE,
        Delete::DELETE = operations::PAGEGROUP_DELETE,
        Archive::ARCHIVE = operations::PAGEGROUP_ARCHIVE,
        Unarchive::UNARCHIVE = operations::PAGEGROUP_UNARCHIVE,
        Move::MOVE_TO = operations::PAGEGROUP_MOVE,
    }
    WebhookConfig {
        name = "webhook-configs",
        id = "idWebhookConfig",
        copy = DuplicateRequest,
        List::LIST = operations::WEBHOOKCONFIG_LIST,
        FindById::FIND_BY_ID = operations::WEBHOOKCONFIG_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::WEBHOOKCONFIG_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::WEBHOOKCONFIG_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::WEBHOOKCONFIG_FIND_BY_CATEGORY,
        Update::UPDATE = operations::WEBHOOKCONFIG_UPDATE,
        Create::CREATE = operations::WEBHOOKCONFIG_CREATE,
        Duplicate::DUPLICATE = operations::WEBHOOKCONFIG_DUPLICATE,
        Delete::DELETE = operations::WEBHOOKCONFIG_DELETE,
        Archive::ARCHIVE = operations::WEBHOOKCONFIG_ARCHIVE,
        Unarchive::UNARCHIVE = operations::WEBHOOKCONFIG_UNARCHIVE,
        Move::MOVE_TO = operations::WEBHOOKCONFIG_MOVE,
    }
    MiddlewareConfig {
        name = "middleware-configs",
        id = "idMiddlewareConfig",
        copy = DuplicateRequest,
        List::LIST = operations::MIDDLEWARECONFIG_LIST,
        FindById::FIND_BY_ID = operations::MIDDLEWARECONFIG_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::MIDDLEWARECONFIG_FIND_BY_IDS,
        FindByStatus::FIND_BY_STATUS = operations::MIDDLEWARECONFIG_FIND_BY_STATUS,
        FindByCategory::FIND_BY_CATEGORY = operations::MIDDLEWARECONFIG_FIND_BY_CATEGORY,
        Update::UPDATE = operations::MIDDLEWARECONFIG_UPDATE,
        Create::CREATE = operations::MIDDLEWARECONFIG_CREATE,
        Duplicate::DUPLICATE = operations::MIDDLEWARECONFIG_DUPLICATE,
        Delete::DELETE = operations::MIDDLEWARECONFIG_DELETE,
        Archive::ARCHIVE = operations::MIDDLEWARECONFIG_ARCHIVE,
        Unarchive::UNARCHIVE = operations::MIDDLEWARECONFIG_UNARCHIVE,
        Move::MOVE_TO = operations::MIDDLEWARECONFIG_MOVE,
    }
    LogicScript {
        name = "logic-scripts",
        id = "idLogicScript",
        copy = LogicScriptDuplicateRequest,
        List::LIST = operations::LOGICSCRIPT_LIST,
        FindById::FIND_BY_ID = operations::LOGICSCRIPT_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::LOGICSCRIPT_FIND_BY_IDS,
        Update::UPDATE = operations::LOGICSCRIPT_UPDATE,
        Create::CREATE = operations::LOGICSCRIPT_CREATE,
        Duplicate::DUPLICATE = operations::LOGICSCRIPT_DUPLICATE,
    }
    Category {
        name = "categories",
        id = "idCategory",
        copy = DuplicateRequest,
        List::LIST = operations::CATEGORY_LIST,
        FindById::FIND_BY_ID = operations::CATEGORY_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::CATEGORY_FIND_BY_IDS,
        Update::UPDATE = operations::CATEGORY_UPDATE,
        Create::CREATE = operations::CATEGORY_CREATE,
    }
    VisitorTag {
        name = "visitor-tags",
        id = "idVisitorTag",
        copy = DuplicateRequest,
        List::LIST = operations::VISITORTAG_LIST,
        FindById::FIND_BY_ID = operations::VISITORTAG_FIND_BY_ID,
        FindByIds::FIND_BY_IDS = operations::VISITORTAG_FIND_BY_IDS,
        Update::UPDATE = operations::VISITORTAG_UPDATE,
        Create::CREATE = operations::VISITORTAG_CREATE,
    }
    OldTrafficSourceCategory {
        name = "traffic-source-categories",
        id = "idCategory",
        copy = DuplicateRequest,
        List::LIST = operations::TRAFFICSOURCE_CATEGORY_LIST,
    }
}
