//! Authentication: who may call, and `POST /auth/validate`.

pub(crate) mod bearer;
pub(crate) mod tokens;
mod validate;

use http::Method;

use crate::routes::{Credentials, Route, Weight, Work};

/// The authentication operations the emulator answers.
pub(crate) static ROUTES: &[Route] = &[Route {
    id: "auth.validate",
    method: Method::POST,
    path: "/auth/validate",
    weight: Weight::Light,
    credentials: Credentials::MayBeExpired,
    work: Work::Plain(validate::validate),
}];
