//! What a hostile sender, a careless handler and a wrong setting do: none of them costs a visitor the answer.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "test code")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use funnelflux_hooks::middleware::{MiddlewareService, Reason, Routes};
use funnelflux_hooks::webhook::{Claim, SeenStore, StoreError, Webhook, WebhookService, Webhooks};
use funnelflux_hooks::{Authentication, Hmac, ReplyBody};
use http::{HeaderMap, HeaderName, Request, Response};
use http_body_util::Full;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

funnelflux_hooks::decisions! {
    enum Lead { Approved = "approved", Review = "review" }
}

const MS: Duration = Duration::from_millis(1);
const HEADERS: [(&str, &str); 3] = [
    ("x-funnelflux-payload-schema", "webhook_outbound_payload_v1"),
    ("x-funnelflux-trigger-type", "on_action"),
    ("x-funnelflux-request-id", "7d3f5c1e"),
];
const WEBHOOK: &str = r#"{"event_type":"on_action","request_id":"7d3f5c1e"}"#;

fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let mut request = Request::post("/").body(Full::new(body.into())).unwrap();
    request.headers_mut().extend(
        HEADERS.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())),
    );
    request
}

fn text(response: Response<ReplyBody>) -> String {
    String::from_utf8(response.into_body().into_bytes().to_vec()).unwrap()
}

/// A value that panics when it is dropped, and whose panic carries one that does so, too.
struct Bomb(u8);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 > 0 {
            std::panic::panic_any(Self(self.0 - 1));
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Does {
    Decide,
    Fail,
    Hang,
    Panic,
}

async fn careless(does: Does) -> Result<(), Bomb> {
    match does {
        Does::Decide => {}
        Does::Fail => return Err(Bomb(3)),
        Does::Panic => std::panic::panic_any(Bomb(3)),
        Does::Hang => {
            let _bomb = Bomb(3);
            std::future::pending::<()>().await;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_panics_when_it_is_dropped_takes_no_answer_away() {
    for (does, decision, reason) in [
        (Does::Decide, "approved", Reason::Decided),
        // The error panics where it is dropped.
        (Does::Fail, "review", Reason::Panicked),
        (Does::Panic, "review", Reason::Panicked),
        (Does::Hang, "review", Reason::Late),
    ] {
        let routes = Routes::new().with_fallback(Lead::Review);
        let decide = move |_, _| async move { careless(does).await.map(|()| Lead::Approved) };
        // An assertion in the observer would be one more panic that is contained.
        let reasons = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&reasons);
        let service = MiddlewareService::new(routes, decide).with_concurrency(1).with_observer(
            move |outcome| {
                seen.lock().unwrap().push(outcome.reason);
                std::panic::panic_any(Bomb(3));
            },
        );
        for _ in 0..3 {
            let answer = service.clone().oneshot(post(r#"{"execute_timeout_ms":1000}"#)).await;
            assert_eq!(
                text(answer.unwrap()),
                format!(r#"{{"decision":"{decision}"}}"#),
                "{does:?}"
            );
        }
        assert_eq!(*reasons.lock().unwrap(), [reason; 3], "{does:?}");
        // A sender that goes away.
        let gone = service.clone().oneshot(post("{}"));
        assert_eq!(tokio::time::timeout(MS, gone).await.is_err(), matches!(does, Does::Hang));
    }
    for (does, status) in [(Does::Decide, 200), (Does::Fail, 500), (Does::Panic, 500)] {
        let service = WebhookService::new(Webhooks::new(), move |_: Webhook| careless(does));
        let answer = service.oneshot(post(WEBHOOK)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{does:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_whose_time_is_over_is_not_called_and_a_node_without_places_calls_none() {
    let calls = Arc::new(AtomicUsize::new(0));
    for (body, places, word) in [
        (r#"{"execute_timeout_ms":1000}"#, 1, "approved"),
        (r#"{"execute_timeout_ms":1000}"#, 0, "default"),
        (r#"{"execute_timeout_ms":0}"#, 1, "default"),
        (r#"{"execute_timeout_ms":250}"#, 1, "default"),
        ("{", 1, "default"),
    ] {
        let count = Arc::clone(&calls);
        let service = MiddlewareService::new(Routes::new(), move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok::<_, Infallible>(Lead::Approved) }
        });
        let answer = service.with_concurrency(places).oneshot(post(body)).await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(text(answer), format!(r#"{{"decision":"{word}"}}"#), "{body} {places}");
        assert_eq!(calls.swap(0, Ordering::SeqCst), usize::from(word == "approved"), "{body}");
    }
}

struct Panics(&'static str);

impl Panics {
    fn at(&self, what: &str) -> Result<(), StoreError> {
        assert!(self.0 != what, "no connection");
        Ok(())
    }
}

#[async_trait::async_trait]
impl SeenStore for Panics {
    async fn claim(&self, _: &str, _: Duration) -> Result<Claim, StoreError> {
        self.at("claim").map(|()| Claim::New)
    }
    async fn complete(&self, _: &str) -> Result<(), StoreError> {
        self.at("complete")
    }
    async fn release(&self, _: &str) -> Result<(), StoreError> {
        self.at("release")
    }
}

#[tokio::test]
async fn a_store_that_panics_is_one_that_fails() {
    for (at, does, status) in [
        ("never", Does::Decide, 200),
        ("claim", Does::Decide, 503),
        ("complete", Does::Decide, 500),
        ("release", Does::Panic, 500),
    ] {
        let webhooks = Webhooks::new().with_store(Panics(at));
        let service = WebhookService::new(webhooks, move |_: Webhook| careless(does));
        assert_eq!(service.oneshot(post(WEBHOOK)).await.unwrap().status().as_u16(), status, "{at}");
    }
}

#[test]
fn an_empty_secret_accepts_nothing() {
    let key = HeaderName::from_static("x-key");
    let hmac = Hmac::new(key.clone(), "");
    assert!(hmac.sign(&HeaderMap::new(), b"{}").is_none());
    // HMAC-SHA-256 of `{}` by the empty key.
    let signature = "22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e";
    let none = Authentication::new();
    for (proofs, name, value) in [
        (none.clone().with_hmac(hmac.clone()), "x-key", signature),
        (none.clone().with_hmac(hmac), "x-key", ""),
        (none.clone().with_header(key.clone(), ""), "x-key", ""),
        (none.clone().with_basic("u", ""), "authorization", "Basic dTo="),
        (none.clone().with_basic("", ""), "authorization", "Basic Og=="),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        assert!(!proofs.accepts(&headers, b"{}") && !proofs.accepts(&HeaderMap::new(), b"{}"));
        assert!(proofs.needs_body() || !proofs.accepts_headers(&headers), "{proofs:?}");
    }
    // A second secret that is not set leaves the first one good.
    let hmac = Hmac::new(key.clone(), "k3y").with_secret("");
    let mut headers = HeaderMap::new();
    headers.insert(key, hmac.sign(&HeaderMap::new(), b"{}").unwrap());
    assert!(hmac.accepts(&headers, b"{}"));
}

/// Both services on loopback, which wait so long for a body.
async fn serve(time: Duration) -> SocketAddr {
    let routes = Routes::new().with_fallback(Lead::Review);
    let node = MiddlewareService::new(routes, |request, _| async move {
        let _ = request.text_in("visitor", "country");
        Ok::<_, Infallible>(Lead::Approved)
    });
    let node = node.with_time(time).with_buffer(Duration::ZERO).with_body_limit(2000);
    let webhooks = Webhooks::new().with_body_time(time).with_body_limit(2000);
    let webhooks = WebhookService::new(webhooks, |_| async { Ok::<_, Infallible>(()) });
    let app = axum::Router::<()>::new()
        .route_service("/decide", node)
        .route_service("/webhook", webhooks);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

async fn talk(to: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(20_000 * MS, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "no end after {}", String::from_utf8_lossy(&answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn every_way_to_send_gets_its_answer() {
    let address = serve(2000 * MS).await;
    let post = "POST /decide HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    let sized = |body: &[u8]| {
        let head =
            format!("{post}Content-Type: image/png\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    };
    let chunked =
        |body: &str| format!("{post}Transfer-Encoding: chunked\r\n\r\n{body}").into_bytes();
    let method = |method: &str| {
        format!("{method} /decide HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").into_bytes()
    };
    let (approved, review) = (r#"{"decision":"approved"}"#, r#"{"decision":"review"}"#);
    let rows: &[(&str, Vec<u8>, &str, &str)] = &[
        ("GET", method("GET"), "200", approved),
        ("HEAD", method("HEAD"), "200", "\r\n\r\n"),
        ("OPTIONS", method("OPTIONS"), "200", approved),
        ("another type", sized(br#"{"a":1}"#), "200", approved),
        ("chunked", chunked("3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n"), "200", approved),
        ("a chunk of no size", chunked("zz\r\n{}\r\n0\r\n\r\n"), "200", review),
        ("chunks without end", chunked("2\r\n{}\r\n"), "200", review),
        ("chunks above the limit", chunked(&"fff\r\n".repeat(2)), "200", review),
        ("no body at all", format!("{post}Content-Length: 9\r\n\r\n").into_bytes(), "200", review),
        (
            "a length above all",
            format!("{post}Content-Length: 99999999999\r\n\r\n").into_bytes(),
            "200",
            review,
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}").into_bytes(),
            "400",
            "",
        ),
        ("no UTF-8", sized(b"{\"a\":\"\xff\"}"), "200", review),
        ("a null byte", sized(b"{\"a\":\"\0\"}"), "200", review),
        ("half a character", sized(br#"{"visitor":{"country":"\ud800"}}"#), "200", approved),
        ("half in a name", sized(br#"{"\udfff":1,"visitor":{"\ud800":""}}"#), "200", approved),
        (
            "names twice",
            sized(br#"{"visitor":1,"visitor":{"country":"DE","country":7}}"#),
            "200",
            approved,
        ),
        (
            "a long number",
            sized(format!("{{\"a\":{}}}", "9".repeat(1900)).as_bytes()),
            "200",
            approved,
        ),
        (
            "many members",
            sized(format!("{{{}\"a\":1}}", "\"\":1,".repeat(300)).as_bytes()),
            "200",
            approved,
        ),
    ];
    let answers = rows.iter().map(|(_, request, ..)| talk(address, request));
    let answers = futures_util::future::join_all(answers).await;
    for ((what, _, status, body), answer) in rows.iter().zip(answers) {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {answer}");
        assert!(answer.ends_with(body), "{what}: {answer}");
    }
}

#[tokio::test]
async fn webhooks_take_headers_in_any_case_and_no_other_method() {
    let address = serve(20_000 * MS).await;
    let send = |method: &str, names: fn(&str) -> String| {
        let headers = HEADERS.map(|(name, value)| format!("{}: {value}\r\n", names(name))).concat();
        let length = WEBHOOK.len();
        let request = format!(
            "{method} /webhook HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{WEBHOOK}"
        );
        async move { talk(address, request.as_bytes()).await }
    };
    for names in [str::to_uppercase as fn(&str) -> String, str::to_lowercase] {
        let answer = send("POST", names).await;
        assert!(answer.ends_with("handled\n"), "{answer}");
    }
    let answer = send("GET", |_| "X-Other".to_owned()).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn two_hundred_connections_that_say_nothing_do_not_hold_a_fast_one_up() {
    let address = serve(60_000 * MS).await;
    let mut silent = Vec::new();
    for count in 0..200 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let said =
            ["", "POST /dec", "POST /decide HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"];
        stream.write_all(said[count % 3].as_bytes()).await.unwrap();
        silent.push(stream);
    }
    let request =
        b"POST /decide HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let answer = talk(address, request).await;
    assert!(answer.ends_with(r#"{"decision":"approved"}"#), "{answer}");
    for stream in silent {
        let read = stream.try_read(&mut [0; 8]).map_err(|error| error.kind());
        assert_eq!(read, Err(std::io::ErrorKind::WouldBlock), "this one was first");
    }
}
