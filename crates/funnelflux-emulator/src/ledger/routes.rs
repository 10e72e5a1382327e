//! Every operation of the ledger: its id in the contract, and which verb of which asset it is.

use super::family::{self, Family, Verb};
use crate::routes::{Credentials, Route, Weight, Work};

impl Route {
    const fn of_ledger(
        id: &'static str,
        path: &'static str,
        family: &'static Family,
        verb: Verb,
    ) -> Self {
        Self {
            id,
            method: verb.method(),
            path,
            weight: Weight::Light,
            credentials: Credentials::Valid,
            work: Work::Ledger(family, verb),
        }
    }
}

/// The operations below one root.
pub(crate) struct Branch {
    pub(crate) root: &'static str,
    pub(crate) routes: &'static [Route],
}

macro_rules! routes {
    ($family:ident, $root:literal, $($id:literal $segment:literal $verb:ident;)+) => {
        Branch {
            root: $root,
            routes: &[$(
                Route::of_ledger($id, concat!($root, $segment), &family::$family, Verb::$verb)
            ),+],
        }
    };
}

/// Every operation, asset by asset.
pub(crate) static BRANCHES: &[Branch] = &[
    routes! {
        TRAFFIC_SOURCE, "/trafficsource",
        "ledger.trafficsource.list" "/list" List;
        "ledger.trafficsource.find-by-id" "/find/byId" FindById;
        "ledger.trafficsource.find-by-ids" "/find/byIds" FindByIds;
        "ledger.trafficsource.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.trafficsource.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.trafficsource.update" "/save" Update;
        "ledger.trafficsource.create" "/save" Create;
        "ledger.trafficsource.duplicate" "/duplicate" Duplicate;
        "ledger.trafficsource.delete" "/delete" Delete;
        "ledger.trafficsource.archive" "/archive" Archive;
        "ledger.trafficsource.unarchive" "/unarchive" Unarchive;
        "ledger.trafficsource.move" "/move" Move;
    },
    routes! {
        OFFER_SOURCE, "/offersource",
        "ledger.offersource.list" "/list" List;
        "ledger.offersource.find-by-id" "/find/byId" FindById;
        "ledger.offersource.find-by-ids" "/find/byIds" FindByIds;
        "ledger.offersource.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.offersource.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.offersource.update" "/save" Update;
        "ledger.offersource.create" "/save" Create;
        "ledger.offersource.duplicate" "/duplicate" Duplicate;
        "ledger.offersource.delete" "/delete" Delete;
        "ledger.offersource.archive" "/archive" Archive;
        "ledger.offersource.unarchive" "/unarchive" Unarchive;
        "ledger.offersource.move" "/move" Move;
    },
    routes! {
        CAMPAIGN, "/campaign",
        "ledger.campaign.list" "/list" List;
        "ledger.campaign.find-by-id" "/find/byId" FindById;
        "ledger.campaign.find-by-ids" "/find/byIds" FindByIds;
        "ledger.campaign.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.campaign.update" "/save" Update;
        "ledger.campaign.create" "/save" Create;
        "ledger.campaign.duplicate" "/duplicate" Duplicate;
        "ledger.campaign.delete" "/delete" Delete;
        "ledger.campaign.archive" "/archive" Archive;
    },
    routes! {
        FUNNEL_GROUP, "/funnelgroup",
        "ledger.funnelgroup.list" "/list" List;
        "ledger.funnelgroup.find-by-id" "/find/byId" FindById;
        "ledger.funnelgroup.find-by-ids" "/find/byIds" FindByIds;
        "ledger.funnelgroup.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.funnelgroup.update" "/save" Update;
        "ledger.funnelgroup.create" "/save" Create;
        "ledger.funnelgroup.duplicate" "/duplicate" Duplicate;
        "ledger.funnelgroup.delete" "/delete" Delete;
        "ledger.funnelgroup.archive" "/archive" Archive;
        "ledger.funnelgroup.unarchive" "/unarchive" Unarchive;
    },
    routes! {
        FUNNEL, "/campaign/funnel",
        "ledger.funnel.list" "/list" List;
        "ledger.funnel.find-by-id" "/find/byId" FindById;
        "ledger.funnel.find-by-ids" "/find/byIds" FindByIds;
        "ledger.funnel.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.funnel.find-by-type" "/find/byType" FindByType;
        "ledger.funnel.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.funnel.update" "/save" Update;
        "ledger.funnel.create" "/save" Create;
        "ledger.funnel.duplicate" "/duplicate" Duplicate;
        "ledger.funnel.delete" "/delete" Delete;
        "ledger.funnel.archive" "/archive" ArchiveOne;
        "ledger.funnel.unarchive" "/unarchive" UnarchiveOne;
        "ledger.funnel.move" "/move" MoveOne;
    },
    routes! {
        CONDITION, "/campaign/funnel/condition",
        "ledger.condition.list" "/list" List;
        "ledger.condition.find-by-id" "/find/byId" FindById;
        "ledger.condition.find-by-ids" "/find/byIds" FindByIds;
        "ledger.condition.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.condition.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.condition.update" "/save" Update;
        "ledger.condition.create" "/save" Create;
        "ledger.condition.duplicate" "/duplicate" Duplicate;
        "ledger.condition.delete" "/delete" Delete;
        "ledger.condition.archive" "/archive" Archive;
        "ledger.condition.unarchive" "/unarchive" Unarchive;
        "ledger.condition.move" "/move" Move;
    },
    routes! {
        PAGE, "/page",
        "ledger.page.list" "/list" List;
        "ledger.page.find-by-id" "/find/byId" FindById;
        "ledger.page.find-by-ids" "/find/byIds" FindByIds;
        "ledger.page.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.page.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.page.update" "/save" Update;
        "ledger.page.create" "/save" Create;
        "ledger.page.duplicate" "/duplicate" Duplicate;
        "ledger.page.delete" "/delete" Delete;
        "ledger.page.archive" "/archive" Archive;
        "ledger.page.unarchive" "/unarchive" Unarchive;
        "ledger.page.move" "/move" Move;
    },
    routes! {
        PAGE_GROUP, "/pagegroup",
        "ledger.pagegroup.list" "/list" List;
        "ledger.pagegroup.find-by-id" "/find/byId" FindById;
        "ledger.pagegroup.find-by-ids" "/find/byIds" FindByIds;
        "ledger.pagegroup.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.pagegroup.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.pagegroup.update" "/save" Update;
        "ledger.pagegroup.create" "/save" Create;
        "ledger.pagegroup.duplicate" "/duplicate" Duplicate;
        "ledger.pagegroup.delete" "/delete" Delete;
        "ledger.pagegroup.archive" "/archive" Archive;
        "ledger.pagegroup.unarchive" "/unarchive" Unarchive;
        "ledger.pagegroup.move" "/move" Move;
    },
    routes! {
        WEBHOOK_CONFIG, "/webhookconfig",
        "ledger.webhookconfig.list" "/list" List;
        "ledger.webhookconfig.find-by-id" "/find/byId" FindById;
        "ledger.webhookconfig.find-by-ids" "/find/byIds" FindByIds;
        "ledger.webhookconfig.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.webhookconfig.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.webhookconfig.update" "/save" Update;
        "ledger.webhookconfig.create" "/save" Create;
        "ledger.webhookconfig.duplicate" "/duplicate" Duplicate;
        "ledger.webhookconfig.delete" "/delete" Delete;
        "ledger.webhookconfig.archive" "/archive" Archive;
        "ledger.webhookconfig.unarchive" "/unarchive" Unarchive;
        "ledger.webhookconfig.move" "/move" Move;
    },
    routes! {
        MIDDLEWARE_CONFIG, "/middlewareconfig",
        "ledger.middlewareconfig.list" "/list" List;
        "ledger.middlewareconfig.find-by-id" "/find/byId" FindById;
        "ledger.middlewareconfig.find-by-ids" "/find/byIds" FindByIds;
        "ledger.middlewareconfig.find-by-status" "/find/byStatus" FindByStatus;
        "ledger.middlewareconfig.find-by-category" "/find/byCategory" FindByCategory;
        "ledger.middlewareconfig.update" "/save" Update;
        "ledger.middlewareconfig.create" "/save" Create;
        "ledger.middlewareconfig.duplicate" "/duplicate" Duplicate;
        "ledger.middlewareconfig.delete" "/delete" Delete;
        "ledger.middlewareconfig.archive" "/archive" Archive;
        "ledger.middlewareconfig.unarchive" "/unarchive" Unarchive;
        "ledger.middlewareconfig.move" "/move" Move;
    },
    routes! {
        LOGIC_SCRIPT, "/logicscript",
        "ledger.logicscript.list" "/list" List;
        "ledger.logicscript.find-by-id" "/find/byId" FindById;
        "ledger.logicscript.find-by-ids" "/find/byIds" FindByIds;
        "ledger.logicscript.update" "/save" Update;
        "ledger.logicscript.create" "/save" Create;
        "ledger.logicscript.duplicate" "/duplicate" Duplicate;
    },
    routes! {
        CATEGORY, "/category",
        "ledger.category.list" "/list" List;
        "ledger.category.find-by-id" "/find/byId" FindById;
        "ledger.category.find-by-ids" "/find/byIds" FindByIds;
        "ledger.category.update" "/save" Update;
        "ledger.category.create" "/save" Create;
    },
    routes! {
        VISITOR_TAG, "/visitortag",
        "ledger.visitortag.list" "/list" List;
        "ledger.visitortag.find-by-id" "/find/byId" FindById;
        "ledger.visitortag.find-by-ids" "/find/byIds" FindByIds;
        "ledger.visitortag.update" "/save" Update;
        "ledger.visitortag.create" "/save" Create;
    },
    routes! {
        TRAFFIC_SOURCE, "/trafficsource/category",
        "ledger.trafficsource-category.list" "/list" ListCategories;
    },
];
