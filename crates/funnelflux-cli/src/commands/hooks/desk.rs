//! What `listen` does with a request: reads it, passes it on, answers in time, and tells.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use funnelflux::hooks::webhook::Webhook;
use funnelflux::model::Document;
use funnelflux::model::hooks::MiddlewareRequest;
use funnelflux::model::ledger::Model as _;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::uri::PathAndQuery;
use funnelflux::transport::http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header,
};
use funnelflux::transport::{ReqwestTransport, Timer as _, TokioTimer};
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Collected, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::sync::{Semaphore, mpsc};

use super::arrival::{Arrival, Kind, Told};
use super::send::{Sent, TOO_LONG, send};
use super::shown::{milliseconds, tenth};

/// The most bytes of a body. The documented ones have some kilobytes.
const MOST: usize = 1 << 20;
/// How long a body may take to arrive; a head has the same.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The part of the time that is held back for the way of the answer (documented advice).
const BUFFER: Duration = Duration::from_millis(250);

/// The longest time of a request: the most that configs made before June 2026 may hold.
const LONGEST: Duration = Duration::from_secs(30);
/// What a request takes in memory beside its bodies, about.
const HEAD: usize = 4096;

/// Headers of one connection, which are not passed on.
const OWN: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The server that requests are passed on to.
pub(super) struct Forward {
    pub(super) transport: ReqwestTransport,
    pub(super) to: Uri,
}

pub(super) struct Desk {
    pub(super) forward: Option<Forward>,
    /// The answer to all but webhooks.
    pub(super) answer: Bytes,
    /// How long a request to middleware waits that does not say so.
    pub(super) timeout_ms: u64,
    /// How long a webhook waits for the server.
    pub(super) timeout: Duration,
    /// That of the last request.
    pub(super) number: Arc<AtomicU64>,
    pub(super) told: mpsc::UnboundedSender<Told>,
    /// The bytes that may wait to be kept.
    pub(super) room: Arc<Semaphore>,
    /// Places for requests under way, whose senders may be gone.
    pub(super) places: Arc<Semaphore>,
}

/// An answer, and what is to be said of it.
struct Given {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    server: Option<Duration>,
    notes: Vec<String>,
}

impl Given {
    fn new(status: StatusCode, body: Bytes) -> Self {
        Self { status, headers: HeaderMap::new(), body, server: None, notes: Vec::new() }
    }

    fn json(body: Bytes) -> Self {
        let mut given = Self::new(StatusCode::OK, body);
        let json = HeaderValue::from_static("application/json");
        given.headers.insert(header::CONTENT_TYPE, json);
        given
    }
}

impl Desk {
    pub(super) async fn serve(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Response<Full<Bytes>> {
        let (wall, begin) = (TokioTimer.wall(), TokioTimer.now());
        let (head, body) = request.into_parts();
        let read = whole(body).await;
        let received = jiff::Timestamp::try_from(wall).unwrap_or_default();
        let arrival = Arrival {
            number: self.number.fetch_add(1, Ordering::Relaxed) + 1,
            received: format!("{received:.3}"),
            method: head.method,
            target: head.uri,
            headers: head.headers,
            body: read.as_ref().cloned().unwrap_or_default(),
        };
        let (given, is_whole) = match read {
            Ok(_) => (self.answer(&arrival, begin).await, true),
            Err((status, why)) => {
                let body = Bytes::from(format!("{why}\n"));
                (Given { notes: vec![why], ..Given::new(status, body) }, false)
            }
        };
        let answered = given.headers.clone();
        let mut response = Response::new(Full::new(given.body.clone()));
        (*response.status_mut(), *response.headers_mut()) = (given.status, given.headers);
        let ms = |time| tenth(milliseconds(time));
        let told = Told {
            arrival,
            status: given.status,
            answered,
            answer: given.body,
            time_ms: ms(TokioTimer.now().saturating_duration_since(begin)),
            server_ms: given.server.map(ms),
            notes: given.notes,
            is_whole,
            room: None,
        };
        // A visitor waits for the answer; a terminal that stands still must not hold it up.
        let bytes = u32::try_from(told.arrival.body.len() + told.answer.len() + HEAD);
        let room =
            bytes.ok().and_then(|all| Arc::clone(&self.room).try_acquire_many_owned(all).ok());
        if room.is_some() {
            let _ = self.told.send(Told { room, ..told });
        }
        response
    }

    async fn answer(&self, arrival: &Arrival, begin: Instant) -> Given {
        let object = arrival.object();
        let kind = arrival.kind(object.as_ref());
        let mut notes = Vec::new();
        if kind == Kind::Webhook
            && let Err(rejection) = Webhook::read(&arrival.headers, &arrival.body)
        {
            notes.push(format!("no valid webhook: {rejection}"));
        }
        let own = || match kind {
            Kind::Webhook => Given::new(StatusCode::OK, Bytes::new()),
            Kind::Middleware | Kind::Other => Given::json(self.answer.clone()),
        };
        let Some(forward) = &self.forward else { return Given { notes, ..own() } };
        let spent = TokioTimer.now().saturating_duration_since(begin);
        let limit = match kind {
            Kind::Webhook => self.timeout,
            Kind::Middleware | Kind::Other => {
                time_of(object.as_ref(), self.timeout_ms).saturating_sub(BUFFER)
            }
        };
        let (sent, server) = forward.pass(arrival, limit.saturating_sub(spent)).await;
        let server = Some(server);
        let (why, status) = match sent {
            Sent::Answered(answer) => {
                let (status, headers, body) = (answer.status, passed(&answer.headers), answer.body);
                return Given { status, headers, body, server, notes };
            }
            Sent::TooLong(_) => (TOO_LONG.to_owned(), StatusCode::BAD_GATEWAY),
            Sent::Failed(why) => (why, StatusCode::BAD_GATEWAY),
            Sent::Late => ("no answer in time".to_owned(), StatusCode::GATEWAY_TIMEOUT),
        };
        notes.push(format!("the server of --forward-to: {why}"));
        match kind {
            Kind::Webhook => Given { server, notes, ..Given::new(status, Bytes::new()) },
            Kind::Middleware | Kind::Other => {
                notes.push("answered with --answer".to_owned());
                Given { server, notes, ..own() }
            }
        }
    }
}

impl Forward {
    async fn pass(&self, arrival: &Arrival, limit: Duration) -> (Sent, Duration) {
        let to = match at(&self.to, &arrival.target) {
            Ok(to) => to,
            Err(cause) => return (Sent::Failed(cause.to_string()), Duration::ZERO),
        };
        let (headers, body) = (passed(&arrival.headers), arrival.body.clone());
        send(&self.transport, (arrival.method.clone(), &to), headers, body, limit).await
    }
}

/// The address for a request: the given one, with the path of the request if it has none of its own.
pub(super) fn at(to: &Uri, target: &Uri) -> Result<Uri, funnelflux::transport::http::Error> {
    let own = to.path_and_query().map_or("/", PathAndQuery::as_str);
    if own != "/" {
        return Ok(to.clone());
    }
    let mut parts = to.clone().into_parts();
    parts.path_and_query = target.path_and_query().cloned();
    Ok(Uri::from_parts(parts)?)
}

/// The headers without those of the connection.
pub(super) fn passed(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    OWN.iter().for_each(|name| drop(headers.remove(name)));
    headers
}

/// The time that a request gives its answer, else that of its config.
pub(super) fn time_of(object: Option<&Document>, timeout_ms: u64) -> Duration {
    let request = object.map(|object| MiddlewareRequest::from_document(object.clone()));
    let said = request.and_then(|request| request.execute_timeout_ms().ok().flatten());
    Duration::from_millis(said.unwrap_or(timeout_ms)).min(LONGEST)
}

async fn whole(body: Incoming) -> Result<Bytes, (StatusCode, String)> {
    let read = Limited::new(body, MOST).collect();
    match select(pin!(read), pin!(TokioTimer.sleep(PATIENCE))).await {
        Either::Left((Ok(body), _)) => Ok(Collected::to_bytes(body)),
        Either::Left((Err(error), _)) if error.is::<LengthLimitError>() => {
            let why = format!("the body is longer than {MOST} bytes");
            Err((StatusCode::PAYLOAD_TOO_LARGE, why))
        }
        Either::Left((Err(_), _)) => {
            Err((StatusCode::BAD_REQUEST, "the body broke off".to_owned()))
        }
        Either::Right(_) => {
            let why = "the body did not arrive in time".to_owned();
            Err((StatusCode::REQUEST_TIMEOUT, why))
        }
    }
}
