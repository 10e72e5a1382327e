//! The reporting operations: attributes, drilldown, raw events.

mod attribute;
mod attributes;
mod drilldown;
mod filter;
mod group;
mod hits;
mod metrics;
mod range;

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
];
