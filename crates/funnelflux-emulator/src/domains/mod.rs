//! The domains of the account: added, pending, active.
//!
//! Documented: a refusal arrives as HTTP 200 with `success: false` and an `error_code`. What a
//! domain's details hold beside its summary is unknown: here `dns_records`, each with `type`,
//! `name`, `value` and `purpose`.

mod answers;
mod registry;

pub(crate) use registry::{Registry, Saved};

use http::Method;

use crate::routes::{Credentials, Handler, Route, Weight, Work};

const fn route(id: &'static str, method: Method, path: &'static str, handler: Handler) -> Route {
    Route {
        id,
        method,
        path,
        weight: Weight::Light,
        credentials: Credentials::Valid,
        work: Work::Plain(handler),
    }
}

/// The operations on domains that the emulator answers.
pub(crate) static ROUTES: &[Route] = &[
    route("billing.domains.list", Method::GET, "/billing/domains", answers::list),
    route("billing.domains.create", Method::POST, "/billing/domains", answers::create),
    route("billing.domains.check", Method::POST, "/billing/domains/check", answers::check),
    route("billing.domains.get", Method::GET, "/billing/domains/{id}", answers::get),
    route("billing.domains.delete", Method::DELETE, "/billing/domains/{id}", answers::delete),
    route(
        "billing.domains.refresh",
        Method::POST,
        "/billing/domains/{id}/refresh",
        answers::refresh,
    ),
];
