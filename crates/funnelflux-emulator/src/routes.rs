//! Which operations there are, and how a request finds its own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use http::{Method, StatusCode};
use serde_json::json;

use crate::exchange::Exchange;
use crate::ledger::{self, Family, Verb};
use crate::pipeline;
use crate::state::Core;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use crate::{auth, domains, reports};

/// The base path of the API.
pub(crate) const BASE: &str = "/v1";

/// How much work an operation is for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Light,
    /// Is queued, and applies what is due in the queue.
    Update,
    /// Takes a turn in the pool of report queries.
    Report,
}

/// What an operation asks of the bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    Valid,
    MayBeExpired,
    /// There is none yet.
    NotNeeded,
}

/// Answers one operation.
pub(crate) type Handler = fn(&Exchange<'_>) -> Result<Reply, Refusal>;

/// An operation of the contract that the emulator answers.
#[derive(Debug)]
pub(crate) struct Route {
    /// As in the contract.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// As in the contract; where it is served, the table says.
    pub(crate) path: &'static str,
    pub(crate) weight: Weight,
    pub(crate) credentials: Credentials,
    pub(crate) work: Work,
}

/// What an operation does.
#[derive(Debug)]
pub(crate) enum Work {
    /// Something of its own, without query parameters.
    Plain(Handler),
    /// One of the verbs that all assets of the ledger share.
    Ledger(&'static Family, Verb),
}

impl Work {
    /// The query parameters it takes.
    pub(crate) fn parameters(&self) -> Vec<&'static str> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Ledger(family, verb) => family.parameters(*verb),
        }
    }

    pub(crate) fn answer(&self, exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
        match self {
            Self::Plain(handler) => handler(exchange),
            Self::Ledger(family, verb) => ledger::answer(exchange, family, *verb),
        }
    }
}

/// Every operation, section by section.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    [auth::ROUTES, domains::ROUTES, reports::ROUTES]
        .into_iter()
        .chain(ledger::BRANCHES.iter().map(|branch| branch.routes))
        .flatten()
}

/// The roots of the assets in the contract, each with a slash before it.
pub(crate) fn roots() -> impl Iterator<Item = &'static str> {
    ledger::BRANCHES.iter().map(|branch| branch.root)
}

pub(crate) fn router(core: Arc<Core>) -> axum::Router {
    let mut operations = axum::Router::new();
    for served in core.table.iter() {
        let Ok(method) = MethodFilter::try_from(served.route.method.clone()) else { continue };
        let own = Arc::clone(served);
        let answer = move |State(core): State<Arc<Core>>, request: Request| {
            pipeline::operation(core, Arc::clone(&own), request)
        };
        operations = operations.route(&served.path, on(method, answer));
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
    let operations: Vec<_> = core
        .table
        .iter()
        .map(|served| {
            json!({
                "id": served.route.id,
                "method": served.route.method.as_str(),
                "path": served.path,
                "query": served.route.work.parameters(),
            })
        })
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

/// What stands in `path` where `template` has `{id}`; empty where the template has none. `None`
/// where the two do not fit.
pub(crate) fn captured<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    let mut found = "";
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected == "{id}" {
            found = segment;
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(found)
}

/// The first segment of a path below the base.
fn section(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

async fn not_found(State(core): State<Arc<Core>>, request: Request) -> Response {
    let path = request.uri().path();
    let asked = path.strip_prefix(BASE).map(section).unwrap_or_default();
    let all = || core.table.iter();
    let mut known: Vec<String> = all()
        .filter(|served| section(&served.path) == asked)
        .map(|served| format!("{} {BASE}{}", served.route.method, served.path))
        .collect();
    if known.is_empty() {
        known = all().map(|served| format!("{BASE}/{}/…", section(&served.path))).collect();
        known.dedup();
    }
    let message = format!(
        "there is nothing at {path}; known are {}. GET {BASE} lists every operation",
        known.join(", ")
    );
    pipeline::respond(&core, Err(Refusal::new(StatusCode::NOT_FOUND, message)))
}

async fn wrong_method(State(core): State<Arc<Core>>, request: Request) -> Response {
    let path = request.uri().path();
    let fits = core.table.iter().filter(|served| captured(&served.path, path).is_some());
    let right: Vec<&str> = fits.map(|served| served.route.method.as_str()).collect();
    let right = if right.is_empty() { "GET".to_owned() } else { right.join(" or ") };
    let message = format!("{path} takes {right}, not {}", request.method());
    pipeline::respond(&core, Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message)))
}
