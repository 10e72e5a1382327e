//! Webhooks as a receiver meets them: every documented rule, and what goes wrong.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "test code")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use funnelflux_hooks::payloads::{MiddlewareRequest, WebhookEventType, WebhookPayload};
use funnelflux_hooks::webhook::{
    Claim, MemoryStore, Receipt, SeenStore, SqliteStore, StoreError, Webhook, WebhookService,
    Webhooks,
};
use funnelflux_hooks::{Authentication, Hmac, Rejection, ReplyBody};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use proptest::prelude::*;
use tower::ServiceExt as _;

const ID: &str = "7d3f5c1e-6a0b-4f6e-9a3d-2f1f0f9f0a11";

/// The composed example of `on_action`, with planted members.
fn body(event: &str, id: &str) -> String {
    format!(
        r#"{{ "schema_version": "1.0", "event_type": "{event}", "request_id": "{id}", "session": {{}}, "url_buffer": {{ "zone": "abc123" }}, "is_action": true, "action_number": 1, "action_data": {{ "email": "a@example.com" }}, "new": [1.50, 1e3] }}"#
    )
}

fn headers(event: &str, id: &str) -> HeaderMap {
    [
        ("x-funnelflux-payload-schema", "webhook_outbound_payload_v1"),
        ("x-funnelflux-trigger-type", event),
        ("x-funnelflux-request-id", id),
    ]
    .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
    .into_iter()
    .collect()
}

fn request(headers: &HeaderMap, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let mut request = Request::post("/webhook").body(Full::new(body.into())).unwrap();
    *request.headers_mut() = headers.clone();
    request
}

fn good() -> Request<Full<Bytes>> {
    request(&headers("on_action", ID), body("on_action", ID))
}

fn text(response: Response<ReplyBody>) -> (StatusCode, String) {
    let status = response.status();
    (status, String::from_utf8(response.into_body().into_bytes().to_vec()).unwrap())
}

fn store() -> MemoryStore {
    MemoryStore::new(1000, Duration::from_secs(3600))
}

#[test]
fn each_documented_event_is_read_and_an_unknown_one_is_kept() {
    for event in [
        "node_execution",
        "on_action",
        "conversion_triggered",
        "custom_event_triggered",
        "a_new_one",
    ] {
        let webhook = Webhook::read(&headers(event, ID), body(event, ID).as_bytes()).unwrap();
        assert_eq!(webhook.event(), &WebhookEventType::from(event));
        assert_eq!(webhook.event().as_str(), event);
        assert_eq!(webhook.request_id(), ID);
    }
}

#[test]
fn members_that_are_there_in_flow_only_may_be_absent() {
    let body = format!(
        r#"{{"schema_version":"1.0","event_type":"conversion_triggered","request_id":"{ID}"}}"#
    );
    let webhook = Webhook::read(&headers("conversion_triggered", ID), body.as_bytes()).unwrap();
    let payload = webhook.payload();
    assert!(payload.session().is_none() && payload.url_buffer().is_none());
    assert!(payload.action_data().is_none());
    assert_eq!((payload.is_action().unwrap(), payload.action_number().unwrap()), (None, None));
}

#[test]
fn another_version_of_the_family_is_taken_and_another_family_is_not() {
    let newer = body("on_action", ID).replace("1.0", "1.7");
    assert!(Webhook::read(&headers("on_action", ID), newer.as_bytes()).is_ok());
    let mut other = headers("on_action", ID);
    other.insert("x-funnelflux-payload-schema", "webhook_outbound_payload_v2".parse().unwrap());
    let error = Webhook::read(&other, newer.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header X-Funnelflux-Payload-Schema is not webhook_outbound_payload_v1"
    );
}

/// What is changed about a good request, and the words of its refusal.
#[test]
fn a_bad_webhook_is_told_what_is_wrong_and_never_its_own_words() {
    type Change = fn(&mut HeaderMap, &mut String);
    let rows: &[(Change, &str)] = &[
        (
            |h, _| drop(h.remove("x-funnelflux-payload-schema")),
            "X-Funnelflux-Payload-Schema is missing",
        ),
        (
            |h, _| drop(h.remove("x-funnelflux-trigger-type")),
            "X-Funnelflux-Trigger-Type is missing",
        ),
        (|h, _| drop(h.remove("x-funnelflux-request-id")), "X-Funnelflux-Request-ID is missing"),
        (
            |h, _| assert!(h.append("x-funnelflux-request-id", "s3cret".parse().unwrap())),
            "no single text",
        ),
        (
            |h, _| drop(h.insert("x-funnelflux-request-id", "s3cret".parse().unwrap())),
            "differs from `request_id`",
        ),
        (
            |h, _| drop(h.insert("x-funnelflux-trigger-type", "s3cret".parse().unwrap())),
            "differs from `event_type`",
        ),
        (
            |h, _| drop(h.insert("x-funnelflux-trigger-type", "\u{e9}".parse().unwrap())),
            "Trigger-Type",
        ),
        (|_, b| *b = b.replace("event_type", "s3cret"), "no text `event_type`"),
        (|_, b| *b = b.replace("\"on_action\"", "7"), "no text `event_type`"),
        (|_, b| *b = b.replace("request_id", "s3cret"), "no text `request_id`"),
        (|_, b| *b = b.replace(ID, ""), "1 to 200 visible ASCII characters"),
        (|_, b| *b = b.replace(ID, "s3cret id"), "1 to 200 visible ASCII characters"),
        (|_, b| *b = b.replace(ID, &"x".repeat(201)), "1 to 200 visible ASCII characters"),
        (|_, b| b.truncate(40), "not a JSON object"),
        (|_, b| *b = format!("[{b}]"), "not a JSON object"),
        (|_, b| b.push('x'), "not a JSON object"),
        (
            |_, b| *b = b.replace("{ ", r#"{ "request\u005fid": "s3cret", "#),
            "has `request_id` more than once",
        ),
        (
            |_, b| *b = b.replacen("{ ", r#"{ "event_type": 7, "#, 1),
            "has `event_type` more than once",
        ),
        (
            |_, b| *b = b.replace("{}", &format!("{}1{}", "[".repeat(200), "]".repeat(200))),
            "deeper than 128",
        ),
    ];
    for (change, expected) in rows {
        let (mut headers, mut body) = (headers("on_action", ID), body("on_action", ID));
        change(&mut headers, &mut body);
        let error = Webhook::read(&headers, body.as_bytes()).unwrap_err();
        assert!(error.is_malformed() && error.status() == StatusCode::BAD_REQUEST);
        let told = format!("{error} {error:?}");
        assert!(told.contains(expected), "{told} has no {expected}");
        assert!(!told.contains("s3cret") && !told.contains("example.com"), "{told}");
    }
}

#[tokio::test]
async fn proofs_are_asked_for_before_anything_else_is_told() {
    let name = HeaderName::from_static("x-signature");
    let hmac = Hmac::new(name.clone(), "k3y");
    let webhooks = Webhooks::new()
        .with_body_limit(1000)
        .with_authentication(Authentication::new().with_basic("u", "p").with_hmac(hmac.clone()));
    let service = WebhookService::new(webhooks, |_| async { Ok::<_, Infallible>(()) });
    let body = body("on_action", ID);
    let mut proven = headers("on_action", ID);
    proven.insert("authorization", "Basic dTpw".parse().unwrap());
    proven.insert(name.clone(), hmac.sign(&proven, body.as_bytes()).unwrap());
    let send = |headers: HeaderMap, body: Vec<u8>| {
        let service = service.clone();
        async move { text(service.oneshot(request(&headers, body)).await.unwrap()) }
    };
    assert_eq!(
        send(proven.clone(), body.clone().into()).await,
        (StatusCode::OK, "handled\n".into())
    );
    let refused = (StatusCode::UNAUTHORIZED, "not authorized\n".to_owned());
    for name in ["authorization", "x-signature"] {
        let mut headers = proven.clone();
        headers.remove(name);
        assert_eq!(send(headers, body.clone().into()).await, refused, "without {name}");
    }
    assert_eq!(send(proven.clone(), b"{}".to_vec()).await, refused, "another body");
    assert_eq!(send(headers("on_action", ID), vec![b'x'; 5000]).await, refused, "not even read");
    let (status, _) = send(proven, vec![b'x'; 5000]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "a signature of it cannot be checked");
}

#[tokio::test]
async fn a_repeat_is_acknowledged_and_not_handled_again() {
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    let service = WebhookService::new(Webhooks::new().with_store(store()), move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, Infallible>(()) }
    });
    for word in ["handled\n", "repeated\n", "repeated\n"] {
        assert_eq!(
            text(service.clone().oneshot(good()).await.unwrap()),
            (StatusCode::OK, word.into())
        );
    }
    assert_eq!(handled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_answers_500_and_a_repeat_is_handled() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let service =
        WebhookService::new(Webhooks::new().with_store(store()), move |webhook: Webhook| {
            let call = count.fetch_add(1, Ordering::SeqCst);
            assert!(call != 1, "the call itself panics");
            async move {
                assert!(call != 2, "its future panics");
                if call == 0 { Err(webhook.payload().document_text()) } else { Ok(()) }
            }
        });
    let failed =
        (StatusCode::INTERNAL_SERVER_ERROR, "the webhook could not be handled\n".to_owned());
    for _ in 0..3 {
        assert_eq!(text(service.clone().oneshot(good()).await.unwrap()), failed);
    }
    let fourth = text(service.clone().oneshot(good()).await.unwrap());
    assert_eq!(fourth, (StatusCode::OK, "handled\n".into()));
}

trait Text {
    fn document_text(&self) -> String;
}

impl Text for WebhookPayload {
    fn document_text(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_deliveries_at_once_one_is_handled_and_the_other_asked_to_come_again() {
    let webhooks = Webhooks::new().with_store(store());
    let slow = |_| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Infallible>(())
    };
    let (headers, body) = (headers("on_action", ID), body("on_action", ID));
    let (first, second) = tokio::join!(
        webhooks.receive(&headers, body.as_bytes(), slow),
        webhooks.receive(&headers, body.as_bytes(), slow),
    );
    assert_eq!(first.unwrap(), Receipt::Handled);
    let busy = second.unwrap_err();
    assert!(busy.is_own_fault() && busy.status() == StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.to_response().headers()["retry-after"], "1");
    let third = webhooks.receive(&headers, body.as_bytes(), slow).await;
    assert_eq!(third.unwrap(), Receipt::Repeated);
}

struct Broken;

#[async_trait::async_trait]
impl SeenStore for Broken {
    async fn claim(&self, _: &str, _: Duration) -> Result<Claim, StoreError> {
        Err(StoreError::new("no disk"))
    }
    async fn complete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
    async fn release(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test]
async fn without_its_store_nothing_is_handled_and_the_sender_may_come_again() {
    let webhooks = Webhooks::new().with_store(Broken);
    let never = |_| async { unreachable!("it was handed over") };
    let (headers, body) = (headers("on_action", ID), body("on_action", ID));
    let result = webhooks.receive::<_, _, Infallible>(&headers, body.as_bytes(), never).await;
    assert_eq!(result.unwrap_err().status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_store_in_sqlite_outlives_the_process_and_is_shared() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("seen.sqlite");
    let open = |retention| SqliteStore::open(&path, Duration::from_millis(retention)).unwrap();
    let (lease, hour) = (Duration::from_secs(60), 3_600_000);
    {
        let store = open(hour);
        assert_eq!(store.claim("a", lease).await.unwrap(), Claim::New);
        store.complete("a").await.unwrap();
        assert_eq!(store.claim("b", lease).await.unwrap(), Claim::New);
        assert_eq!(
            store.claim("c", Duration::ZERO).await.unwrap(),
            Claim::New,
            "and then it crashes"
        );
        assert_eq!(store.claim("d", lease).await.unwrap(), Claim::New);
        store.release("d").await.unwrap();
    }
    let (one, other) = (open(hour), open(hour));
    for (id, claim) in
        [("a", Claim::Done), ("b", Claim::UnderWay), ("c", Claim::New), ("d", Claim::New)]
    {
        assert_eq!(one.claim(id, lease).await.unwrap(), claim, "{id}");
        let again = if claim == Claim::Done { Claim::Done } else { Claim::UnderWay };
        assert_eq!(other.claim(id, lease).await.unwrap(), again, "{id}");
    }
    one.release("a").await.unwrap();
    assert_eq!(
        one.claim("a", lease).await.unwrap(),
        Claim::Done,
        "what was handled is not given up"
    );

    let all = futures_util::future::join_all((0..50).map(|n| {
        let store = if n % 2 == 0 { &one } else { &other };
        store.claim("at once", lease)
    }));
    let new = all.await.into_iter().filter(|claim| matches!(claim, Ok(Claim::New))).count();
    assert_eq!(new, 1);

    // As a process left them before the clock was set back by years.
    let connection = rusqlite::Connection::open(&path).unwrap();
    let ahead = "INSERT INTO seen_webhooks VALUES ('e', 9e15, 9e15 + 1), ('f', 9e15, NULL)";
    connection.execute(ahead, []).unwrap();
    assert_eq!(one.claim("e", lease).await.unwrap(), Claim::New, "its lease is not waited for");
    assert_eq!(one.claim("f", lease).await.unwrap(), Claim::Done, "what was handled stays so");

    std::thread::sleep(Duration::from_millis(5));
    let short = open(1);
    assert_eq!(short.claim("a", lease).await.unwrap(), Claim::New, "the retention is over");
    assert!(SqliteStore::open(directory.path(), lease).is_err(), "a folder is no file");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_slow_senders_do_not_hold_a_fast_one_up() {
    let service = WebhookService::new(Webhooks::new(), |_| async { Ok::<_, Infallible>(()) });
    let slow = || {
        let chunks = futures_util::stream::unfold(0, |sent| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from_static(b" "))), sent + 1))
        });
        let mut request =
            Request::post("/webhook").body(StreamBody::new(Box::pin(chunks))).unwrap();
        *request.headers_mut() = headers("on_action", ID);
        service.clone().oneshot(request)
    };
    let slow = futures_util::future::join_all((0..100).map(|_| slow()));
    let fast = async { text(service.clone().oneshot(good()).await.unwrap()) };
    let mut slow = std::pin::pin!(slow);
    let first = tokio::select! {
        fast = fast => fast,
        _ = &mut slow => panic!("the slow ones were first"),
    };
    assert_eq!(first.0, StatusCode::OK);
    for response in slow.await {
        assert_eq!(response.unwrap().status(), StatusCode::REQUEST_TIMEOUT);
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_cut_off_while_it_is_read() {
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let endless = futures_util::stream::repeat_with(move || {
        count.fetch_add(1000, Ordering::SeqCst);
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b' '; 1000])))
    });
    let webhooks = Webhooks::new().with_body_limit(10_000);
    let request = Request::post("/").body(StreamBody::new(endless)).unwrap();
    assert!(webhooks.verify_request(request).await.unwrap_err().is_too_large());
    assert!(read.load(Ordering::SeqCst) <= 12_000, "{read:?}");

    // What says how long it is need not be read at all.
    let mut request = request_of(vec![b' '; 20_000]);
    *request.headers_mut() = headers("on_action", ID);
    assert!(webhooks.verify_request(request).await.unwrap_err().is_too_large());
}

fn request_of(body: Vec<u8>) -> Request<Full<Bytes>> {
    Request::post("/").body(Full::new(body.into())).unwrap()
}

#[tokio::test]
async fn axum_extracts_webhooks() {
    use axum::extract::State;
    let app = axum::Router::new()
        .route(
            "/",
            axum::routing::post(|State(webhooks): State<Webhooks>, webhook: Webhook| async move {
                webhooks.once(webhook, |_| async { Ok::<_, Infallible>(()) }).await
            }),
        )
        .with_state(Webhooks::new().with_store(store()));
    let send = |headers: HeaderMap| {
        let mut request =
            Request::post("/").body(axum::body::Body::from(body("on_action", ID))).unwrap();
        *request.headers_mut() = headers;
        let app = app.clone();
        async move { app.oneshot(request).await.unwrap().status() }
    };
    assert_eq!(send(headers("on_action", ID)).await, StatusCode::OK);
    assert_eq!(send(headers("on_action", "other")).await, StatusCode::BAD_REQUEST);
}

#[test]
fn nothing_of_a_payload_is_shown_by_debug() {
    let webhook =
        Webhook::read(&headers("on_action", ID), body("on_action", ID).as_bytes()).unwrap();
    let shown = format!("{webhook:?} {:?}", webhook.payload());
    assert!(!shown.contains("example.com") && !shown.contains("abc123"), "{shown}");
}

static_assertions::assert_impl_all!(Webhooks: Send, Sync, Clone);
static_assertions::assert_impl_all!(Webhook: Send, Sync);
static_assertions::assert_impl_all!(SqliteStore: SeenStore, Clone);
static_assertions::assert_impl_all!(Rejection: std::error::Error, Send, Sync);

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1.50".to_owned()),
        Just("1e3".to_owned()),
        Just("12345678901234567890".to_owned()),
        "\"[ -~]{0,8}\"".prop_map(|text| text.replace('\\', "/").replace("\"\"", "\"")),
        any::<i32>().prop_map(|number| number.to_string()),
    ];
    let leaf =
        leaf.prop_filter("JSON", |json| serde_json::from_str::<serde_json::Value>(json).is_ok());
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[ {}]", items.join(" ,"))),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..4).prop_map(|members| {
                let members = members.iter().map(|(name, value)| format!("\"{name}\" : {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(",  "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_unknown_survives_byte_for_byte(value in any_json(), extra in any_json()) {
        let body = format!(
            r#"{{"x": {extra} , "event_type":"on_action","request_id":"{ID}","session":{value},"visitor_tags": {extra}}}"#
        );
        let webhook = Webhook::read(&headers("on_action", ID), body.as_bytes()).unwrap();
        prop_assert_eq!(&serde_json::to_string(webhook.payload()).unwrap(), &body);

        // A request to a middleware node is the same kind of document, also after a change of one member.
        let mut request: MiddlewareRequest = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(&serde_json::to_string(&request).unwrap(), &body);
        request.set_request_id("other");
        prop_assert_eq!(serde_json::to_string(&request).unwrap(), body.replace(ID, "other"));
    }

    #[test]
    fn no_body_and_no_header_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..600), id in "\\PC{0,40}") {
        let _ = Webhook::read(&headers("on_action", ID), &body);
        let text = format!(r#"{{"event_type":"on_action","request_id":{}}}"#, serde_json::Value::from(id));
        let _ = Webhook::read(&headers("on_action", ID), text.as_bytes());
    }

    /// For the long form: `cargo test --release -p funnelflux-hooks -- --ignored ten_million`.
    #[test]
    #[ignore = "the long form: seconds in release, longer without"]
    fn ten_million_bytes_of_generated_webhooks_make_nothing_panic(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 200..800), 78..80)
    ) {
        for bytes in bodies {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let planted = body("on_action", ID).replace("abc123", &text.replace(['"', '\\'], ""));
            let mut cut = body("on_action", ID).into_bytes();
            cut.truncate(bytes.len());
            cut.extend_from_slice(&bytes);
            for body in [&bytes[..], text.as_bytes(), planted.as_bytes(), &cut] {
                if let Ok(webhook) = Webhook::read(&headers("on_action", ID), body) {
                    let written = serde_json::to_string(webhook.payload()).unwrap();
                    prop_assert_eq!(written.as_bytes(), body.trim_ascii());
                    let _ = webhook.payload().text_in("url_buffer", "zone");
                }
            }
        }
    }
}
