//! The emulator as a client meets it, over loopback and in process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod agreement;
mod auth;
mod calls;
mod contract;
mod domains;
mod duplicates;
mod faults;
mod hooks;
mod ledger;
mod lifecycle;
mod limits;
mod middleware;
mod moves;
mod overlays;
mod references;
mod reports;
mod server;
mod snapshots;
mod the_emulator_has_limits;
mod updates;

use std::time::{Duration, SystemTime};

use funnelflux_emulator::{Body, Clock, Emulator, EmulatorBuilder, Fault, Faults, Router};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tower::ServiceExt;

static_assertions::assert_impl_all!(Emulator: Send, Sync);
static_assertions::assert_impl_all!(EmulatorBuilder: Send);
static_assertions::assert_impl_all!(Router: Send, Sync, Clone);
static_assertions::assert_impl_all!(Faults: Send, Sync);
static_assertions::assert_impl_all!(Fault: Send, Sync, Clone);
static_assertions::assert_impl_all!(Clock: Send, Sync, Clone);
static_assertions::assert_impl_all!(Body: Send);

/// 2023-11-14T22:13:20Z.
const NOW: u64 = 1_700_000_000;
const HOUR: Duration = Duration::from_secs(3600);

fn clock() -> Clock {
    Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
}

/// An emulator that lives at [`NOW`].
fn builder() -> EmulatorBuilder {
    Emulator::builder().seed(1).clock(clock())
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    text: String,
    json: Value,
}

impl Answer {
    fn message(&self) -> &str {
        self.json["error"]["message"].as_str().unwrap_or_default()
    }

    fn rows(&self) -> &[Value] {
        assert_eq!(self.status, StatusCode::OK, "{}", self.json);
        self.json["rows"].as_array().unwrap()
    }
}

/// A call in process with a literal body.
async fn send_text(emulator: &Emulator, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", emulator.base_url()))
        .header("authorization", format!("Bearer {}", emulator.access_token()))
        .header("content-type", "application/json");
    send(emulator, request.body(Full::from(body.to_owned())).unwrap()).await
}

/// A client over a socket. It knows no TLS, so that no feature of another crate in the same build decides
/// whether it can be made.
type Client = legacy::Client<HttpConnector, Full<bytes::Bytes>>;
type Response = http::Response<hyper::body::Incoming>;

fn client() -> Client {
    // Its own repetitions would hide what one exchange looks like.
    legacy::Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http()
}

async fn exchange(
    client: &Client,
    method: Method,
    url: &str,
    token: &str,
    body: Value,
) -> Result<Response, legacy::Error> {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.request(request.body(Full::from(body)).unwrap()).await
}

async fn whole(response: Response) -> hyper::Result<bytes::Bytes> {
    response.into_body().collect().await.map(http_body_util::Collected::to_bytes)
}

async fn get(emulator: &Emulator, path: &str) -> Answer {
    call(emulator, Method::GET, path, None).await
}

async fn post(emulator: &Emulator, path: &str, body: Value) -> Answer {
    call(emulator, Method::POST, path, Some(body)).await
}

async fn put(emulator: &Emulator, path: &str, body: Value) -> Answer {
    call(emulator, Method::PUT, path, Some(body)).await
}

/// A call in process with the newest token.
async fn call(emulator: &Emulator, method: Method, path: &str, body: Option<Value>) -> Answer {
    call_as(emulator, &emulator.access_token(), method, path, body).await
}

async fn call_as(
    emulator: &Emulator,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", emulator.base_url()))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    send(emulator, request.body(Full::from(body)).unwrap()).await
}

async fn send(emulator: &Emulator, request: Request<Full<bytes::Bytes>>) -> Answer {
    let response = emulator.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status: parts.status, headers: parts.headers, text, json }
}

async fn drilldown(emulator: &Emulator, body: Value) -> Answer {
    call(emulator, Method::POST, "/reporting/drilldown", Some(body)).await
}

async fn hits(emulator: &Emulator, body: Value) -> Answer {
    call(emulator, Method::POST, "/reporting/hits", Some(body)).await
}

/// A day of production's sample, by traffic source.
fn sample() -> Value {
    json!({
        "timeStart": "2023-10-12T00:00:00+02:00", "timeEnd": "2023-10-12T23:59:59+02:00",
        "attributes": [{"attribute": "Third Parties: Traffic Source"}], "filters": []
    })
}

fn sample_hits() -> Value {
    json!({
        "timeStart": "2023-10-12T00:00:00+02:00", "timeEnd": "2023-10-12T23:59:59+02:00",
        "includeHits": true, "includeClicks": true, "includeConversions": true,
        "pagingStart": 0, "pagingLength": 1000
    })
}
