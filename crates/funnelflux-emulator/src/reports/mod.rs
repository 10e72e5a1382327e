//! The reporting operations: attributes, drilldown, raw events, updates, logs, look-ups.

mod attribute;
mod attributes;
mod drilldown;
mod explorer;
mod filter;
mod group;
mod hits;
mod logs;
mod metrics;
mod range;
mod updates;

pub(crate) use range::killed;

use http::Method;

use crate::routes::{Credentials, Route, Weight, Work};

/// The reporting operations the emulator answers.
pub(crate) static ROUTES: &[Route] = &[
    Route {
        id: "reporting.attributes",
        method: Method::GET,
        path: "/reporting/attributes",
        weight: Weight::Light,
        credentials: Credentials::Valid,
        work: Work::Plain(attributes::list),
    },
    Route {
        id: "reporting.drilldown",
        method: Method::POST,
        path: "/reporting/drilldown",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(drilldown::report),
    },
    Route {
        id: "reporting.hits",
        method: Method::POST,
        path: "/reporting/hits",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(hits::report),
    },
    Route {
        id: "reporting.conversions.update",
        method: Method::PUT,
        path: "/reporting/update/conversions",
        weight: Weight::Update,
        credentials: Credentials::Valid,
        work: Work::Plain(updates::conversions),
    },
    Route {
        id: "reporting.customevents.update",
        method: Method::PUT,
        path: "/reporting/update/customevents",
        weight: Weight::Update,
        credentials: Credentials::Valid,
        work: Work::Plain(updates::custom_events),
    },
    Route {
        id: "reporting.cost.update",
        method: Method::PUT,
        path: "/reporting/update/cost",
        weight: Weight::Update,
        credentials: Credentials::Valid,
        work: Work::Plain(updates::cost),
    },
    Route {
        id: "reporting.reset.validate",
        method: Method::POST,
        path: "/reporting/update/reset",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(updates::validate_reset),
    },
    Route {
        id: "reporting.reset.perform",
        method: Method::DELETE,
        path: "/reporting/update/reset",
        weight: Weight::Update,
        credentials: Credentials::Valid,
        work: Work::Plain(updates::perform_reset),
    },
    Route {
        id: "reporting.logs.postback",
        method: Method::POST,
        path: "/reporting/logs/postback",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(logs::postbacks),
    },
    Route {
        id: "reporting.logs.webhook-summary",
        method: Method::POST,
        path: "/reporting/logs/webhook/summary",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(logs::webhooks),
    },
    Route {
        id: "reporting.logs.middleware-summary",
        method: Method::POST,
        path: "/reporting/logs/middleware/summary",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(logs::middleware),
    },
    Route {
        id: "reporting.explorer.visitor",
        method: Method::POST,
        path: "/reporting/explorer/visitor",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(explorer::visitor),
    },
    Route {
        id: "reporting.explorer.hit",
        method: Method::POST,
        path: "/reporting/explorer/hit",
        weight: Weight::Report,
        credentials: Credentials::Valid,
        work: Work::Plain(explorer::hit),
    },
];
