//! What a request of an operation goes through: faults, limits, checks, the handler, more faults.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header, request};

use crate::auth::bearer;
use crate::exchange::{Exchange, Request};
use crate::faults::Kind;
use crate::limits::Turn;
use crate::options::UnknownMembers;
use crate::reports;
use crate::routes::{Credentials, Route, Weight};
use crate::server::{Arrival, Wire};
use crate::state::Core;
use crate::table::Served;
use crate::wire::query::Query;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;

/// Answers a request that belongs to an operation.
pub(crate) async fn operation(
    core: Arc<Core>,
    served: Arc<Served>,
    request: HttpRequest,
) -> Response {
    let route = served.route;
    let (parts, _) = request.into_parts();
    let Some(arrival) = parts.extensions.get::<Arrival>().cloned() else {
        return respond(&core, Err(Refusal::bad_request("the request did not arrive")));
    };
    core.journal.name(arrival.number, route.id);
    if let Some(ceiling) = &core.ceiling
        && let Err(refusal) = ceiling.check(&core.clock)
    {
        return respond(&core, Err(in_words_of(route, refusal)));
    }
    let plan = core.faults.take(route.id);
    core.sleeper.sleep(plan.latency).await;
    if let Some(spoilt) = plan.kind.as_ref().and_then(|kind| before(&core, kind)) {
        return spoilt;
    }
    let outcome = process(&core, &served, &parts, &arrival.body).await;
    let outcome = outcome.map_err(|refusal| in_words_of(route, refusal));
    after(respond(&core, outcome), plan.kind.as_ref())
}

/// How the section of the operation refuses: the shape of the domains' errors is documented.
fn in_words_of(route: &Route, refusal: Refusal) -> Refusal {
    if route.id.starts_with("billing.domains.") { refusal.described() } else { refusal }
}

/// Faults that take the place of the processing.
fn before(core: &Core, kind: &Kind) -> Option<Response> {
    match kind {
        Kind::Status(status, retry_after) => {
            let reason = status.canonical_reason().unwrap_or("injected fault");
            let refusal =
                Refusal::new(*status, reason).with_retry_after(retry_after.header(&core.clock));
            Some(respond(core, Err(refusal)))
        }
        Kind::Html(status) => {
            let reason = status.canonical_reason().unwrap_or("Error");
            let page = format!(
                "<!DOCTYPE html>\n<html><head><title>{0} {reason}</title></head>\n<body><h1>{0} \
                 {reason}</h1></body></html>\n",
                status.as_u16()
            );
            Some(respond(core, Ok(Reply::new(*status, "text/html; charset=utf-8", page))))
        }
        Kind::KilledQuery => Some(respond(core, Err(reports::killed(core.options.killed_status)))),
        Kind::LostRequest => Some(on_the_wire(Response::default(), Wire::Reset)),
        Kind::Latency(_) | Kind::LostAnswer | Kind::Truncated | Kind::Garbage => None,
    }
}

/// Faults that spoil the answer.
fn after(response: Response, kind: Option<&Kind>) -> Response {
    match kind {
        Some(Kind::LostAnswer) => on_the_wire(response, Wire::Reset),
        Some(Kind::Truncated) => on_the_wire(response, Wire::Cut),
        Some(Kind::Garbage) => {
            let garbage: &[u8] = b"\x00\xff\xfe{\"rows\": [{]]\x80 not json";
            let (mut parts, _) = response.into_parts();
            // An empty answer names no type; what is no JSON is garbage only if it claims to be.
            parts
                .headers
                .entry(header::CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/json"));
            Response::from_parts(parts, Body::from(garbage))
        }
        _ => response,
    }
}

fn on_the_wire(mut response: Response, wire: Wire) -> Response {
    response.extensions_mut().insert(wire);
    response
}

async fn process(
    core: &Arc<Core>,
    served: &Arc<Served>,
    parts: &request::Parts,
    body: &Bytes,
) -> Result<Reply, Refusal> {
    let route = served.route;
    let options = &core.options;
    let strict = options.unknown_members == UnknownMembers::Refuse;
    bearer::check_query(parts.uri.query())?;
    let query = Query::read(&parts.uri, &route.work.parameters(), strict)?;
    let token = match route.credentials {
        Credentials::NotNeeded => String::new(),
        needed => {
            let token = bearer::read(&parts.headers)?;
            let now = core.clock.unix_millis();
            bearer::check(token, &core.vault, now, needed, options.expired_status)?;
            token.to_owned()
        }
    };
    if strict {
        check_content_type(&parts.headers, body)?;
    }
    let request = Request { path: parts.uri.path().to_owned(), query, token, body: body.clone() };
    let work = {
        let (core, served) = (Arc::clone(core), Arc::clone(served));
        move || served.route.work.answer(&Exchange::new(&core, &served, request))
    };
    match route.weight {
        Weight::Light => work(),
        Weight::Update => off_the_runtime(work).await,
        Weight::Report => {
            let turn = core.pool.enter().await?;
            core.sleeper.sleep(options.query_time).await;
            run(turn, work).await
        }
    }
}

/// Gives the turn back when the query has ended, not when its client has.
async fn run(
    turn: Turn,
    work: impl FnOnce() -> Result<Reply, Refusal> + Send + 'static,
) -> Result<Reply, Refusal> {
    off_the_runtime(move || {
        let answer = work();
        drop(turn);
        answer
    })
    .await
}

/// A large report, or the updates that are due, take seconds of processor time: they must not hold up the other connections.
/// Once begun it runs to its end, whether or not somebody still waits for it.
async fn off_the_runtime(
    work: impl FnOnce() -> Result<Reply, Refusal> + Send + 'static,
) -> Result<Reply, Refusal> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    let failed = |_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the report failed");
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

fn check_content_type(headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    if body.is_empty() {
        return Ok(());
    }
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the body's `Content-Type` is {kind:?}; expected `application/json`"),
    ))
}

/// Turns an answer into an HTTP response.
pub(crate) fn respond(core: &Core, outcome: Result<Reply, Refusal>) -> Response {
    let reply = outcome.unwrap_or_else(|refusal| refusal.into_reply(core.options.error_shape));
    let empty = reply.body.is_empty();
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    // Nothing is no JSON: proxies that read by the type would fail on it.
    if !empty {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    let retry_after = reply.retry_after.and_then(|text| HeaderValue::try_from(text).ok());
    if let Some(value) = retry_after {
        headers.insert(header::RETRY_AFTER, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::limits::Pool;
    use crate::options::PoolLimits;

    #[tokio::test]
    async fn a_query_keeps_its_turn_when_its_client_hangs_up() {
        let pool = Pool::new(Some(PoolLimits { concurrent: 1, queue: 1 }));
        let (end, ended) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let turn = pool.enter().await.unwrap();
        let client = tokio::spawn(run(turn, move || {
            begin.send(()).unwrap();
            ended.recv().unwrap();
            Ok(Reply::new(StatusCode::OK, "application/json", ""))
        }));
        begun.await.unwrap();
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        assert_eq!(pool.usage().running, 1, "the query runs on");
        end.send(()).unwrap();
        let _next = pool.enter().await.unwrap();
        let used = pool.usage();
        assert_eq!((used.running, used.most_running, used.refused), (1, 1, 0));
    }
}
