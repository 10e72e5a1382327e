//! Which operations there are, and how a request finds its own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use http::{Method, StatusCode};
use serde_json::json;

use crate::exchange::Exchange;
use crate::pipeline;
use crate::state::Core;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use crate::{auth, reports};

/// The base path of the API.
pub(crate) const BASE: &str = "/v1";

/// How much work an operation is for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Light,
    /// Takes a turn in the pool of report queries.
    Report,
}

/// What an operation asks of the bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    Valid,
    MayBeExpired,
}

/// Answers one operation.
pub(crate) type Handler = fn(&Exchange<'_>) -> Result<Reply, Refusal>;

/// An operation of the contract that the emulator answers.
#[derive(Debug)]
pub(crate) struct Route {
    /// As in the contract.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) weight: Weight,
    pub(crate) credentials: Credentials,
    pub(crate) handler: Handler,
}

/// Every operation, section by section.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    [auth::ROUTES, reports::ROUTES].into_iter().flatten()
}

pub(crate) fn router(core: Arc<Core>) -> axum::Router {
    let mut operations = axum::Router::new();
    for route in all() {
        let Ok(method) = MethodFilter::try_from(route.method.clone()) else { continue };
        let answer = move |State(core): State<Arc<Core>>, request: Request| async move {
            pipeline::operation(core, route, request).await
        };
        operations = operations.route(route.path, on(method, answer));
    }
    let about = on(MethodFilter::GET, about);
    axum::Router::new()
        .route("/", about.clone())
        .route(BASE, about)
        .nest(BASE, operations)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .with_state(core)
}

async fn about(State(core): State<Arc<Core>>) -> Response {
    let operations: Vec<_> = all()
        .map(|route| json!({"id": route.id, "method": route.method.as_str(), "path": route.path}))
        .collect();
    let about = json!({
        "emulator": "funnelflux",
        "version": env!("CARGO_PKG_VERSION"),
        "note": "an emulator of the FunnelFlux Pro API; all data is made up",
        "base_path": BASE,
        "operations": operations,
    });
    pipeline::respond(&core, Ok(Reply::json(&about)))
}

async fn not_found(State(core): State<Arc<Core>>, request: Request) -> Response {
    let known: Vec<String> =
        all().map(|route| format!("{} {BASE}{}", route.method, route.path)).collect();
    let message =
        format!("there is nothing at {}; known are {}", request.uri().path(), known.join(", "));
    pipeline::respond(&core, Err(Refusal::new(StatusCode::NOT_FOUND, message)))
}

async fn wrong_method(State(core): State<Arc<Core>>, request: Request) -> Response {
    let path = request.uri().path();
    let right: Vec<&str> = all()
        .filter(|route| path.strip_prefix(BASE) == Some(route.path))
        .map(|route| route.method.as_str())
        .collect();
    let right = if right.is_empty() { "GET".to_owned() } else { right.join(" or ") };
    let message = format!("{path} takes {right}, not {}", request.method());
    pipeline::respond(&core, Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message)))
}
