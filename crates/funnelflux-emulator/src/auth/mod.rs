//! Authentication: who may call, `POST /auth/validate` and `POST /auth/login`.

pub(crate) mod bearer;
pub(crate) mod login;
pub(crate) mod tokens;
mod validate;

use http::Method;

use crate::routes::{Credentials, Route, Weight, Work};
use crate::table::Table;

/// The authentication operations the emulator answers.
pub(crate) static ROUTES: &[Route] = &[
    Route {
        id: "auth.validate",
        method: Method::POST,
        path: "/auth/validate",
        weight: Weight::Light,
        credentials: Credentials::MayBeExpired,
        work: Work::Plain(validate::validate),
    },
    Route {
        id: "auth.login",
        method: Method::POST,
        path: "/auth/login",
        weight: Weight::Light,
        credentials: Credentials::NotNeeded,
        work: Work::Plain(login::login),
    },
];

/// True for a path at which somebody may have sent a password.
pub(crate) fn takes_password(table: &Table, path: &str) -> bool {
    table.leads_to("auth.login", path)
}
