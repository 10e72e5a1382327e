//! Middleware nodes: a decision in time, whatever happens; and none before the proofs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "test code")]

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use funnelflux_hooks::middleware::{
    Deadline, Decision as _, MiddlewareNode, MiddlewareService, Outcome, Reason, Routes,
};
use funnelflux_hooks::payloads::{MiddlewareEventType, MiddlewareRequest};
use funnelflux_hooks::{Authentication, Hmac, ReplyBody};
use funnelflux_model::ledger::{LedgerAsset as _, MiddlewareConfig, MiddlewareRoute, Model as _};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use proptest::prelude::*;
use tower::ServiceExt as _;

funnelflux_hooks::decisions! {
    /// The recommended set.
    enum Lead {
        Approved = "approved",
        Rejected = "rejected",
        Review = "review",
    }
}

const MS: Duration = Duration::from_millis(1);

/// The documented members in the documented order.
fn body(time: u64) -> String {
    format!(
        r#"{{"schema_version":"1.0","event_type":"middleware_request","request_id":"7d3f5c1e","timestamp":"2026-11-27T10:00:00Z","execute_timeout_ms":{time},"visitor":{{"country":"Z3bra"}},"funnel":{{}},"traffic_source":{{}},"hit":{{}},"session":{{}},"tracking_fields":{{"c1":"x"}},"url_buffer":{{}},"action_data":{{"email":"a@example.com"}},"visitor_tags":[]}}"#
    )
}

fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/decide").body(Full::new(body.into())).unwrap()
}

fn text(response: Response<ReplyBody>) -> (u16, String) {
    let status = response.status().as_u16();
    (status, String::from_utf8(response.into_body().into_bytes().to_vec()).unwrap())
}

fn decided(decision: &str) -> (u16, String) {
    (200, format!(r#"{{"decision":"{decision}"}}"#))
}

type Told = Arc<Mutex<Vec<Outcome>>>;

/// A service whose handler does what the body asks for, and what it tells.
fn service() -> (MiddlewareService<Lead, impl Handler>, Told) {
    let told = Told::default();
    let observed = Arc::clone(&told);
    let service = MiddlewareService::new(Routes::new().with_fallback(Lead::Review), handler)
        .with_observer(move |outcome| observed.lock().unwrap().push(*outcome));
    (service, told)
}

trait Handler: Fn(MiddlewareRequest, Deadline) -> Decided + Send + Sync + 'static {}
impl<H: Fn(MiddlewareRequest, Deadline) -> Decided + Send + Sync + 'static> Handler for H {}
type Decided = std::pin::Pin<Box<dyn Future<Output = Result<Lead, String>> + Send>>;

#[allow(clippy::needless_pass_by_value, reason = "the signature of a handler")]
fn handler(request: MiddlewareRequest, deadline: Deadline) -> Decided {
    let does = request.text_in("tracking_fields", "does").unwrap_or_default();
    assert!(does != "panic at once");
    Box::pin(async move {
        match &*does {
            "panic" => panic!("with a@example.com"),
            "fail" => Err("of a@example.com".to_owned()),
            "hang" => std::future::pending().await,
            "sleep" => {
                tokio::time::sleep(200 * MS).await;
                Ok(Lead::Approved)
            }
            "use all" => {
                tokio::time::sleep(deadline.left().saturating_sub(MS)).await;
                Ok(Lead::Approved)
            }
            _ => Ok(Lead::Approved),
        }
    })
}

fn does(what: &str) -> String {
    body(1000).replace(r#""c1":"x""#, &format!(r#""does":"{what}""#))
}

#[tokio::test(start_paused = true)]
async fn a_decision_goes_out_in_time_whatever_the_handler_does() {
    let (service, told) = service();
    for (what, decision, reason, took) in [
        ("answer", "approved", Reason::Decided, 0),
        ("sleep", "approved", Reason::Decided, 200),
        ("use all", "approved", Reason::Decided, 749),
        ("hang", "review", Reason::Late, 750),
        ("fail", "review", Reason::Failed, 0),
        ("panic", "review", Reason::Panicked, 0),
        ("panic at once", "review", Reason::Panicked, 0),
    ] {
        let answer = service.clone().oneshot(post(does(what))).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(text(answer), decided(decision), "{what}");
        let outcome = told.lock().unwrap().pop().unwrap();
        assert_eq!((outcome.decision, outcome.reason), (decision, reason), "{what}");
        assert_eq!(outcome.took.as_millis(), took, "{what}");
        assert_eq!(outcome.handler, outcome.took, "{what}: all of it was the handler's");
        assert_eq!(outcome.left, 1000 * MS - outcome.took, "{what}");
    }
}

/// `execute_timeout_ms`, the settings, and when the fallback of a hanging handler goes out.
#[tokio::test(start_paused = true)]
async fn the_deadline_is_the_time_of_the_body_less_the_buffer() {
    let hanging = |time: Option<&str>, set: Option<u64>, buffer: Option<u64>| {
        let (mut service, told) = service();
        if let Some(set) = set {
            service = service.with_time(Duration::from_millis(set));
        }
        if let Some(buffer) = buffer {
            service = service.with_buffer(Duration::from_millis(buffer));
        }
        let member = time.map_or(String::new(), |time| format!(r#""execute_timeout_ms":{time},"#));
        let body = format!(r#"{{{member}"tracking_fields":{{"does":"hang"}}}}"#);
        async move {
            text(service.oneshot(post(body)).await.unwrap());
            u64::try_from(told.lock().unwrap().pop().unwrap().took.as_millis()).unwrap()
        }
    };
    for (time, set, buffer, at) in [
        (Some("1000"), None, None, 750),
        (Some("10000"), None, None, 9750),
        (Some("1000"), Some(3000), None, 750),
        (Some("1000"), None, Some(400), 600),
        (Some("1000"), None, Some(0), 1000),
        (None, None, None, 4750),
        (None, Some(3000), None, 2750),
        (Some("null"), Some(3000), None, 2750),
        (Some("\"1000\""), Some(3000), None, 750),
        (Some("-5"), Some(3000), None, 2750),
        (Some("-5.5"), Some(3000), None, 2750),
        (Some("1000.0"), Some(3000), None, 750),
        (Some("1000.4"), Some(3000), None, 750),
        (Some("1e3"), Some(3000), None, 750),
        (Some("1e300"), Some(3000), None, 2750),
        (Some("\"soon\""), Some(3000), None, 2750),
        (Some("true"), Some(3000), None, 2750),
        (Some("[1000]"), Some(3000), None, 2750),
        (None, Some(0), None, 0),
        (None, None, Some(u64::MAX), 0),
        (Some("250"), None, None, 0),
        (Some("0"), None, None, 0),
        (Some("18446744073709551615"), None, None, 29_750),
    ] {
        assert_eq!(hanging(time, set, buffer).await, at, "{time:?} {set:?} {buffer:?}");
    }
}

fn slow_body(every: Duration, chunks: usize) -> StreamBody<Chunks> {
    let chunk = move |left: usize| async move {
        tokio::time::sleep(every).await;
        left.checked_sub(1).map(|left| (Ok(Frame::data(Bytes::from_static(b" "))), left))
    };
    StreamBody::new(Box::pin(futures_util::stream::unfold(chunks, chunk)))
}
type Chunks =
    std::pin::Pin<Box<dyn futures_util::Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_read_gets_the_fallback_in_time() {
    let (service, told) = service();
    let service = service.with_time(3000 * MS).with_body_limit(1000);
    for (body, what) in [
        ("{", "cut"),
        ("null", "no object"),
        ("\u{feff}{}", "a mark"),
        ("nonsense", "no JSON"),
        (&*" ".repeat(1001), "too long"),
        (&*format!("{{\"a\":{}{}}}", "[".repeat(300), "]".repeat(300)), "too deep"),
    ] {
        let answer = service.clone().oneshot(post(body.to_owned())).await.unwrap();
        assert_eq!(text(answer), decided("review"), "{what}");
        assert_eq!(told.lock().unwrap().pop().unwrap().reason, Reason::Unreadable, "{what}");
    }
    // A body that comes too slowly: the provisional deadline holds.
    let request = Request::post("/").body(slow_body(100 * MS, usize::MAX)).unwrap();
    assert_eq!(text(service.clone().oneshot(request).await.unwrap()), decided("review"));
    let outcome = told.lock().unwrap().pop().unwrap();
    assert_eq!((outcome.reason, outcome.took), (Reason::Unreadable, 2750 * MS));

    let broken =
        futures_util::stream::iter([Err::<Frame<Bytes>, _>(std::io::Error::other("reset"))]);
    let request = Request::post("/").body(StreamBody::new(broken)).unwrap();
    assert_eq!(text(service.oneshot(request).await.unwrap()), decided("review"));
}

#[tokio::test(start_paused = true)]
async fn the_time_to_read_the_body_counts() {
    let (service, told) = service();
    // 900 ms of white space, then nothing: an empty body, as of a GET.
    let request = Request::get("/").body(slow_body(100 * MS, 8)).unwrap();
    assert_eq!(text(service.oneshot(request).await.unwrap()), decided("approved"));
    let outcome = told.lock().unwrap().pop().unwrap();
    assert_eq!((outcome.took, outcome.handler), (900 * MS, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn every_nested_object_and_member_may_be_missing() {
    let (service, _) = service();
    let names = [
        "schema_version",
        "event_type",
        "request_id",
        "timestamp",
        "execute_timeout_ms",
        "visitor",
    ];
    let names = names.into_iter().chain([
        "funnel",
        "traffic_source",
        "hit",
        "session",
        "tracking_fields",
        "url_buffer",
        "action_data",
        "visitor_tags",
    ]);
    for name in names {
        for value in [None, Some("null"), Some("7"), Some("\"x\""), Some("[]")] {
            let mut request: MiddlewareRequest = serde_json::from_str(&body(1000)).unwrap();
            match value {
                None => assert!(request.document_mut().remove(name)),
                Some(value) => {
                    let value: serde_json::Value = serde_json::from_str(value).unwrap();
                    request.document_mut().set(name, &value).unwrap();
                }
            }
            let answer = text(
                service.clone().oneshot(post(request.document().text().to_owned())).await.unwrap(),
            );
            assert!(
                answer.1.contains("approved") || (name, value) == ("execute_timeout_ms", Some("7")),
                "{name}"
            );
        }
    }
    for empty in ["{}", "", "  "] {
        assert_eq!(text(service.clone().oneshot(post(empty)).await.unwrap()), decided("approved"));
    }
}

#[tokio::test(start_paused = true)]
async fn before_the_proofs_there_is_no_decision_and_after_them_always() {
    let name = HeaderName::from_static("x-signature");
    let hmac = Hmac::new(name.clone(), "k3y");
    let proofs = Authentication::new().with_basic("u", "p");
    let signed = proofs.clone().with_hmac(hmac.clone());
    let send = |proofs: &Authentication, body: String, basic: bool, sign: bool| {
        let (service, told) = service();
        let service = service.with_authentication(proofs.clone()).with_body_limit(2000);
        let mut request = post(body.clone());
        if basic {
            request.headers_mut().insert("authorization", "Basic dTpw".parse().unwrap());
        }
        if sign {
            let signature = hmac.sign(&HeaderMap::new(), body.as_bytes()).unwrap();
            request.headers_mut().insert(name.clone(), signature);
        }
        async move {
            let (status, body) = text(service.oneshot(request).await.unwrap());
            assert!(status == 200 || !body.contains("decision"), "{body}");
            (status, told.lock().unwrap().len())
        }
    };
    let (good, bad, long) = (body(1000), "{".to_owned(), " ".repeat(3000));
    for (proofs, body, basic, sign, status) in [
        (&proofs, &good, true, false, 200),
        (&proofs, &good, false, false, 401),
        (&proofs, &bad, true, false, 200),
        (&proofs, &bad, false, false, 401),
        (&proofs, &long, true, false, 200),
        (&proofs, &long, false, false, 401),
        (&signed, &good, true, true, 200),
        (&signed, &good, true, false, 401),
        (&signed, &good, false, true, 401),
        (&signed, &bad, true, true, 200),
        (&signed, &bad, true, false, 401),
        (&signed, &long, true, true, 413),
        (&signed, &long, false, true, 401),
    ] {
        let decisions = usize::from(status == 200);
        assert_eq!(
            send(proofs, body.clone(), basic, sign).await,
            (status, decisions),
            "{proofs:?} {basic} {sign}"
        );
    }
    // A signed body that never comes proves nothing.
    let (service, _) = service();
    let mut request = Request::post("/").body(slow_body(1000 * MS, usize::MAX)).unwrap();
    request.headers_mut().insert("authorization", "Basic dTpw".parse().unwrap());
    let answer = service.with_authentication(signed).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_observer_that_panics_takes_no_answer_away() {
    let (service, _) = service();
    let service = service.with_observer(|_| panic!("no metrics today"));
    for (what, decision) in [("answer", "approved"), ("fail", "review")] {
        let answer = service.clone().oneshot(post(does(what))).await.unwrap();
        assert_eq!(text(answer), decided(decision));
    }
}

#[tokio::test(start_paused = true)]
async fn above_the_limit_the_fallback_goes_out_at_once_and_places_come_back() {
    let (service, told) = service();
    let service = service.with_concurrency(3);
    let slow = || service.clone().oneshot(post(does("sleep")));
    let all = futures_util::future::join_all((0..10).map(|_| slow())).await;
    let approved = all.into_iter().filter(|answer| {
        let answer = answer.as_ref().unwrap();
        answer.status() == StatusCode::OK
    });
    assert_eq!(approved.count(), 10);
    let count = |reason| told.lock().unwrap().iter().filter(|it| it.reason == reason).count();
    assert_eq!((count(Reason::Decided), count(Reason::Shed)), (3, 7));
    let at_once = |it: &&Outcome| it.reason == Reason::Shed && it.took == Duration::ZERO;
    assert_eq!(told.lock().unwrap().iter().filter(at_once).count(), 7);

    // A panic, a handler that hangs, a caller that goes away: none of them keeps its place.
    for what in ["panic", "hang", "panic", "hang"] {
        service.clone().oneshot(post(does(what))).await.unwrap();
    }
    for _ in 0..5 {
        let gone = tokio::time::timeout(10 * MS, service.clone().oneshot(post(does("hang")))).await;
        assert!(gone.is_err());
    }
    told.lock().unwrap().clear();
    futures_util::future::join_all((0..3).map(|_| slow())).await;
    assert_eq!(count(Reason::Decided), 3);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_slow_senders_do_not_take_the_places_of_fast_ones() {
    let (service, told) = service();
    let service = service.with_concurrency(1);
    let slow = (0..100).map(|_| {
        let request = Request::post("/").body(slow_body(100 * MS, usize::MAX)).unwrap();
        service.clone().oneshot(request)
    });
    let fast = async {
        tokio::time::sleep(1000 * MS).await;
        service.clone().oneshot(post(body(1000))).await.unwrap()
    };
    let (_, fast) = tokio::join!(futures_util::future::join_all(slow), fast);
    assert_eq!(text(fast), decided("approved"));
    let told = told.lock().unwrap();
    assert_eq!(told[0].reason, Reason::Decided);
    assert_eq!(told.iter().filter(|it| it.reason == Reason::Unreadable).count(), 100);
}

#[test]
fn the_plain_function_counts_from_the_arrival() {
    let node = MiddlewareNode::new(Routes::<Lead>::new());
    let now = std::time::Instant::now();
    let open = |before: u64| {
        let arrived = now.checked_sub(Duration::from_millis(before)).unwrap();
        node.open(&HeaderMap::new(), body(100_000).replace("100000", "10000").as_bytes(), arrived)
            .unwrap()
    };
    let question = open(0);
    assert!(question.deadline().left() > 9000 * MS && !question.deadline().is_over());
    assert_eq!(
        question.request().event_type().unwrap(),
        Some(MiddlewareEventType::MiddlewareRequest)
    );
    assert_eq!(question.answer(Ok::<_, ()>(Lead::Rejected)).body, r#"{"decision":"rejected"}"#);

    let late = open(9_800).answer(Ok::<_, ()>(Lead::Approved));
    assert_eq!((&*late.body, late.outcome.reason), (r#"{"decision":"default"}"#, Reason::Late));
    let failed = open(0).answer(Err::<Lead, _>("x"));
    assert_eq!((failed.outcome.decision, failed.outcome.reason), ("default", Reason::Failed));
}

#[test]
fn one_declaration_makes_the_routes_and_finds_what_differs() {
    let routes = Routes::<Lead>::new();
    let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse().unwrap(), "Lead check");
    routes.write_to(&mut config);
    config.validate_new().unwrap();
    let defaults = config.routes().unwrap().unwrap();
    assert_eq!(defaults.iter().filter(|it| it.is_default().unwrap() == Some(true)).count(), 1);
    assert_eq!(defaults.len(), Lead::ALL.len() + 1);
    assert!(routes.mismatches(&config).unwrap().is_empty());

    let told = |change: fn(&mut Vec<MiddlewareRoute>)| {
        let mut changed = config.clone();
        let mut own = changed.routes().unwrap().unwrap();
        change(&mut own);
        changed.set_routes(&own);
        let found = routes.mismatches(&changed).unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(|own| drop(own.remove(0))),
        ["the answer `approved` takes no route for certain"]
    );
    let extra = told(|own| own.insert(0, MiddlewareRoute::new("blocked", 9)));
    assert_eq!(extra.last().unwrap(), "no answer takes the route `blocked`");
    let renamed = told(|own| {
        own[1].set_key("refused");
    });
    assert_eq!(
        renamed,
        ["the answer `rejected` takes the route `refused`", "no answer takes the route `refused`"]
    );
    let without = told(|own| drop(own.pop()));
    assert_eq!(
        without.last().unwrap(),
        "the config has 0 default routes, and must have exactly one"
    );
    let twice = told(|own| own.push(MiddlewareRoute::fallback()));
    assert_eq!(twice.last().unwrap(), "the config has 2 default routes, and must have exactly one");
    // The answer tests another member than the config's conditions.
    let other = Routes::<Lead>::new().with_member("verdict");
    assert_eq!(other.mismatches(&config).unwrap().len(), 3);
    assert_eq!(other.answer(Some(Lead::Review)), r#"{"verdict":"review"}"#);
    assert_eq!(Routes::<Lead>::new().with_member("a\"b").answer(None), r#"{"a\"b":"default"}"#);
}

static_assertions::assert_impl_all!(MiddlewareNode<Lead>: Send, Sync, Clone);
static_assertions::assert_impl_all!(Deadline: Send, Sync, Copy);

proptest! {
    #[test]
    fn no_body_makes_the_node_panic_and_each_gets_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let node = MiddlewareNode::new(Routes::<Lead>::new());
        let now = std::time::Instant::now();
        let question = node.open(&HeaderMap::new(), &bytes, now).unwrap();
        let readable = question.is_readable();
        let answer = question.answer(Ok::<_, ()>(Lead::Approved));
        prop_assert_eq!(answer.outcome.reason == Reason::Unreadable, !readable);
    }

    /// For the long form: `cargo test --release -p funnelflux-hooks -- --ignored ten_million`.
    #[test]
    #[ignore = "the long form: seconds in release, longer without"]
    fn ten_million_bytes_of_generated_requests_make_nothing_panic(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 200..800), 78..80)
    ) {
        let node = MiddlewareNode::new(Routes::<Lead>::new());
        let now = std::time::Instant::now();
        for bytes in bodies {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let planted = body(1000).replace("Z3bra", &text.replace(['"', '\\'], ""));
            for body in [&bytes[..], text.as_bytes(), planted.as_bytes()] {
                let answer = node.open(&HeaderMap::new(), body, now).unwrap().answer(Ok::<_, ()>(Lead::Approved));
                prop_assert_eq!(answer.body.len() > 2, true);
            }
        }
    }
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn axum_serves_a_node() {
    let service = MiddlewareService::new(Routes::new(), |_, _| async {
        CALLS.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Lead::Approved)
    });
    let app = axum::Router::<()>::new().route_service("/decide", service);
    let request = Request::post("/decide").body(axum::body::Body::from(body(1000))).unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert_eq!((answer.status(), CALLS.load(Ordering::SeqCst)), (StatusCode::OK, 1));
}
