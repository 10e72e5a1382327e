//! An account whose API differs from the contract in every kind of thing.

use funnelflux::transport::Overlay;
use funnelflux::transport::http::Method;

/// The truth of the account, with one fact for each planted difference.
pub(crate) fn truth() -> Overlay {
    Overlay::new()
        .base_path("/api/v2")
        // Pages: other paths and methods, ids in paths, envelopes, other names.
        .path("ledger.page.list", "/sites/all")
        .path("ledger.page.find-by-id", "/sites/{idPage}")
        .path("ledger.page.create", "/sites/new")
        .path("ledger.page.update", "/sites/{idPage}")
        .method("ledger.page.update", &Method::PATCH)
        .path("ledger.page.delete", "/sites/{idPage}")
        .path("ledger.page.duplicate", "/sites/clone")
        .query("ledger.page.duplicate", "idPage", "site")
        .query("ledger.page.list", "status", "state")
        .member("ledger.page.*", "pageName", "title")
        .member("ledger.page.*", "baseURL", "url")
        .member("ledger.page.*", "offerParams.idOfferSource", "offerSourceId")
        .answer_in("ledger.page.list", "data.items")
        .answer_in("ledger.page.find-by-id", "data")
        .body_in("ledger.page.create", "page")
        // Offer sources: another root, another name of the id.
        .path("ledger.offersource.list", "/affiliate/network/list")
        .path("ledger.offersource.find-by-id", "/affiliate/network/find/byId")
        .path("ledger.offersource.find-by-ids", "/affiliate/network/find/byIds")
        .path("ledger.offersource.find-by-status", "/affiliate/network/find/byStatus")
        .path("ledger.offersource.update", "/affiliate/network/save")
        .path("ledger.offersource.create", "/affiliate/network/save")
        .path("ledger.offersource.archive", "/affiliate/network/archive")
        .query("ledger.offersource.find-by-id", "idOfferSource", "networkId")
        .query("ledger.offersource.find-by-ids", "idOfferSources", "ids")
        .member("ledger.offersource.*", "idOfferSource", "networkId")
        // Funnels: an alternative root, names within nodes.
        .path("ledger.funnel.list", "/funnel/list")
        .path("ledger.funnel.find-by-id", "/funnel/find/byId")
        .path("ledger.funnel.update", "/funnel/save")
        .answer_in("ledger.funnel.list", "funnels")
        .member("ledger.funnel.*", "nodes.posX", "x")
        .member("ledger.funnel.*", "nodes.posY", "y")
        // Conditions: an alternative root.
        .path("ledger.condition.list", "/condition/list")
        // Others.
        .path("billing.domains.get", "/billing/domain?key={id}")
        .path("reporting.drilldown", "/reports/drilldown")
        .member("reporting.drilldown", "timeStart", "start")
        .member("reporting.drilldown", "timeEnd", "end")
        .value("Status", "archived", "paused")
        .value("AssetStatus", "archived", "paused")
}
