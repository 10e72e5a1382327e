//! Conversions, costs, resets, logs and the explorer: as they go over the wire, and what happens
//! when it does not go well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::future::ready;
use std::sync::{Arc, Mutex};

use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::logs::LogRequest;
use funnelflux::model::updates::{
    Conversion, ConversionsUpdate, CostRequest, CostUpdate, PostbackCalls, ResetRequest,
};
use funnelflux::prelude::*;
use funnelflux::reporting::{Accepted, MockReportingApi, ResetToken};
use funnelflux::transport::Body;
use funnelflux::transport::http::{Method, Request, Response as HttpResponse, StatusCode};
use funnelflux::transport::replay::Replay;
use funnelflux_tests::{fixture, requests};
use rust_decimal::Decimal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const OFFER_HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

fn replayed(name: &str) -> (Reporting, Replay) {
    let replay = Replay::load(fixture(name)).unwrap();
    let client =
        FunnelFlux::builder().transport(replay.clone()).access_token("access-1").build().unwrap();
    (client.reporting().clone(), replay)
}

type Answer = Result<HttpResponse<Body>, Error>;
type Seen = Arc<Mutex<Vec<(Method, String, String)>>>;

/// A server that is a closure, (number of the request from 1, request) → answer, and all that was
/// sent to it: method, path, body.
fn served(
    answer: impl Fn(usize, &Request<Body>) -> Answer + Clone + Send + Sync + 'static,
) -> (Reporting, Seen) {
    let seen = Seen::default();
    let notes = seen.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let mut notes = notes.lock().unwrap();
        let body = String::from_utf8(request.body().as_bytes().unwrap().to_vec()).unwrap();
        notes.push((request.method().clone(), request.uri().path().to_owned(), body));
        ready(answer(notes.len(), &request))
    });
    let client = FunnelFlux::builder()
        .transport(service)
        .access_token("access-1")
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap();
    (client.reporting().clone(), seen)
}

fn ok(body: &'static str) -> Answer {
    Ok(HttpResponse::new(Body::from(body)))
}

fn status(code: u16) -> Answer {
    Ok(HttpResponse::builder().status(code).body(Body::empty()).unwrap())
}

fn lost() -> Answer {
    Err(Error::no_answer("connection reset"))
}

fn day() -> TimeRange {
    requests::day().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn conversion() -> ConversionsUpdate {
    ConversionsUpdate::builder(PostbackCalls::All)
        .conversion(Conversion::new(OFFER_HIT.parse().unwrap()).payout(decimal("0.10")))
        .build()
        .unwrap()
}

/// One request for each of three funnels.
fn plan() -> Vec<CostRequest> {
    let segments = ["2nIemJxCKbF1", "2nIemJxCKbF2", "2nIemJxCKbF3"]
        .map(|f| requests::cost(f, &[], "1.00").unwrap());
    CostUpdate::new(segments).unwrap().plan()
}

fn reset() -> ResetRequest {
    requests::reset().unwrap()
}

fn log() -> LogRequest {
    LogRequest::builder(day()).build().unwrap()
}

// ── as recorded ──────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn conversions_are_paid_defaulted_and_deleted_in_one_update() {
    let (reporting, replay) = replayed("reporting/conversions-update.json");
    let accepted = reporting.conversions_update(&requests::conversions().unwrap()).await.unwrap();
    assert_eq!(accepted.status, StatusCode::OK);
    assert_eq!((accepted.request_id.as_deref(), accepted.attempts), (Some("r-1"), 1));
    assert!(accepted.body.is_empty());
    replay.verify().unwrap();
}

#[tokio::test]
async fn custom_events_go_out_as_the_caller_wrote_them() {
    let (reporting, replay) = replayed("reporting/customevents-update.json");
    let body = r#"{ "whatever": ["the", "caller", { "knows": 1.50 }] }"#;
    reporting.custom_events_update(body).await.unwrap();
    replay.verify().unwrap();

    let (reporting, seen) = served(|_, _| status(202));
    reporting.custom_events_update(body).await.unwrap();
    assert_eq!(seen.lock().unwrap()[0].2, body);
    let error = reporting.custom_events_update("{ canary").await.unwrap_err();
    assert!(error.is_invalid_request() && !error.to_string().contains("canary"), "{error}");
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn costs_of_two_funnels_go_out_as_two_requests() {
    let (reporting, replay) = replayed("reporting/cost-update.json");
    let update = requests::costs().unwrap();
    let accepted = reporting.cost_submit(update.plan()).await.unwrap();
    let rows: Vec<&[usize]> = accepted.iter().map(|a| a.request.positions()).collect();
    assert_eq!(rows, [&[0, 2][..], &[1]]);
    assert!(accepted.iter().all(|a| a.answer.status == StatusCode::OK));
    replay.verify().unwrap();
}

#[tokio::test]
async fn a_reset_is_counted() {
    let (reporting, replay) = replayed("reporting/reset-validate.json");
    let token = reporting.reset_validate(&reset()).await.unwrap();
    assert_eq!(token.hits(), 42);
    assert_eq!(token.answer().unwrap().json.get(), r#"{ "someName": 42 }"#);
    assert_eq!(token.request(), &reset());
    replay.verify().unwrap();
}

#[tokio::test]
async fn a_reset_is_counted_twice_and_then_performed() {
    let (reporting, replay) = replayed("reporting/reset-perform.json");
    let token = reporting.reset_validate(&reset()).await.unwrap();
    let accepted = reporting.reset_perform(token).await.unwrap();
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    replay.verify().unwrap();
}

#[tokio::test]
async fn logs_keep_every_row_as_it_came() {
    let (reporting, replay) = replayed("reporting/logs-postback.json");
    let request = LogRequest::builder(day()).extra("pagingLength", 2).build().unwrap();
    let answer = reporting.postback_log(&request).await.unwrap();
    let rows = answer.rows().unwrap();
    let spelled: Vec<&str> = rows.iter().map(|row| row.json().get()).collect();
    assert_eq!(
        spelled,
        [
            r#"{ "status": 200, "z": 1e3, "aMemberFromTomorrow": [1, 2.50] }"#,
            r#"{ "status": null }"#
        ]
    );
    replay.verify().unwrap();

    let (reporting, replay) = replayed("reporting/logs-webhook-summary.json");
    let answer = reporting.webhook_summary(&log()).await.unwrap();
    assert_eq!(answer.rows().unwrap()[0].decimal("aMemberFromTomorrow"), Some(decimal("1.50")));
    replay.verify().unwrap();

    let (reporting, replay) = replayed("reporting/logs-middleware-summary.json");
    let answer = reporting.middleware_summary(&log()).await.unwrap();
    let latencies: Vec<Option<Decimal>> =
        answer.rows().unwrap().iter().map(|row| row.average_latency_ms()).collect();
    assert_eq!(latencies, [Some(decimal("12.50")), None]);
    replay.verify().unwrap();
}

#[tokio::test]
async fn a_visitor_is_found_by_id_and_by_hit() {
    let (reporting, replay) = replayed("reporting/explorer-visitor.json");
    let by_id = VisitorLookup::by_visitor("dkezmsf3bat8xdbz8rt039v0".parse().unwrap(), day());
    let visitor = reporting.explore_visitor(&by_id).await.unwrap();
    assert_eq!(visitor.has_more(), Some(true));
    assert_eq!(visitor.rows().unwrap()[1].get("z").unwrap().get(), "2.50");
    assert_eq!(visitor.summary().unwrap().get("n").unwrap().get(), "1e3");

    let by_hit = VisitorLookup::by_hit("dkezmsf3bat8xdbz8rt039rh".parse().unwrap());
    let visitor = reporting.explore_visitor(&by_hit).await.unwrap();
    assert_eq!((visitor.has_more(), visitor.rows().unwrap().len()), (Some(false), 0));
    replay.verify().unwrap();
}

#[tokio::test]
async fn a_single_hit_is_kept_whole() {
    let (reporting, replay) = replayed("reporting/explorer-hit.json");
    let lookup = HitLookup::new("dkezmsf3bat8xdbz8rt039rh".parse().unwrap());
    let hit = reporting.explore_hit(&lookup).await.unwrap();
    let row = hit.row();
    let kept = row.get("aMemberFromTomorrow").unwrap();
    assert_eq!(kept.get(), r#"{ "kept": [1, 2.50] }"#);
    replay.verify().unwrap();
}

// ── when it does not go well ─────────────────────────────────────────────────────────────────

#[tokio::test]
async fn no_write_is_sent_twice_when_its_answer_is_lost() {
    let lost_writes = |_: usize, request: &Request<Body>| match *request.method() {
        Method::POST => ok(r#"{"n":1}"#),
        _ => lost(),
    };
    let (reporting, seen) = served(lost_writes);
    let token = reporting.reset_validate(&reset()).await.unwrap();
    let errors = [
        reporting.conversions_update(&conversion()).await.unwrap_err(),
        reporting.custom_events_update("{}").await.unwrap_err(),
        reporting.cost_update(&plan()[0]).await.unwrap_err(),
        reporting.reset_perform(token).await.unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_ambiguous() && error.attempts() == 1, "{error}");
    }
    let writes = seen.lock().unwrap().iter().filter(|(method, ..)| *method != Method::POST).count();
    assert_eq!(writes, 4);
}

#[tokio::test]
async fn look_ups_and_counts_are_asked_for_again_when_their_answer_is_lost() {
    let (reporting, seen) = served(|n, _| if n % 2 == 1 { lost() } else { ok(r#"{"n":1}"#) });
    let hit = || "dkezmsf3bat8xdbz8rt039rh".parse().unwrap();
    reporting.reset_validate(&reset()).await.unwrap();
    reporting.postback_log(&log()).await.unwrap();
    reporting.webhook_summary(&log()).await.unwrap();
    reporting.middleware_summary(&log()).await.unwrap();
    reporting.explore_visitor(&VisitorLookup::by_hit(hit())).await.unwrap();
    reporting.explore_hit(&HitLookup::new(hit())).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 12);
}

#[tokio::test]
async fn an_answer_that_says_no_is_not_an_acceptance() {
    let (reporting, _) =
        served(|_, _| ok(r#"{"success":false,"error_code":"BAD_HIT","message":"no such hit"}"#));
    let error = reporting.conversions_update(&conversion()).await.unwrap_err();
    assert!(error.is_refused() && !error.is_ambiguous(), "{error}");
    assert_eq!(error.refusal_code(), Some("BAD_HIT"));
    assert!(error.to_string().contains("no such hit"), "{error}");

    // Half a success is a failure, and what the server says of visitors is not shown.
    let half = r#"{"success":true,"processed":1,"errors":[{"message":"hit of 203.0.113.7"}]}"#;
    let (reporting, _) = served(move |_, _| ok(half));
    let error = reporting.conversions_update(&conversion()).await.unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("1 error;"), "{error}");
    assert!(!format!("{error} {error:?}").contains("203.0.113.7"), "{error}");

    let (reporting, _) = served(|_, _| ok(r#"{"success":true,"processed":1,"errors":[]}"#));
    let accepted = reporting.conversions_update(&conversion()).await.unwrap();
    assert_eq!(accepted.body, &br#"{"success":true,"processed":1,"errors":[]}"#[..]);
    assert!(!format!("{accepted:?}").contains("processed"));
}

#[tokio::test]
async fn a_payout_is_the_same_number_on_the_wire() {
    let (reporting, seen) = served(|_, _| status(200));
    // As an f64 this is 0.1000000000000000055511151231.
    let paid = Conversion::new(OFFER_HIT.parse().unwrap())
        .payout(decimal("0.1000000000000000055511151230"));
    let update = ConversionsUpdate::builder(PostbackCalls::None).conversion(paid).build().unwrap();
    reporting.conversions_update(&update).await.unwrap();
    let sent = &seen.lock().unwrap()[0].2;
    assert!(sent.contains(r#""payout":0.1000000000000000055511151230}"#), "{sent}");
}

#[tokio::test]
async fn costs_stop_at_the_first_failure_with_an_account_of_all() {
    for (name, failure, ambiguous) in
        [("refused", status as fn(u16) -> Answer, false), ("lost", |_| lost(), true)]
    {
        let (reporting, seen) = served(move |n, _| if n == 2 { failure(422) } else { status(200) });
        let plan = plan();
        let stopped = reporting.cost_submit(plan.clone()).await.unwrap_err();

        assert_eq!(seen.lock().unwrap().len(), 2, "{name}: nothing is sent after the failure");
        let accepted: Vec<&CostRequest> = stopped.accepted.iter().map(|a| &a.request).collect();
        assert_eq!(accepted, [&plan[0]], "{name}");
        assert_eq!(*stopped.failed, plan[1], "{name}");
        assert_eq!(stopped.unsent, plan[2..], "{name}");
        assert_eq!(stopped.error.is_ambiguous(), ambiguous, "{name}");
        let said = stopped.to_string();
        assert!(said.contains("1 requests accepted") && said.contains("2nIemJxCKbF2"), "{said}");
        assert_eq!(said.contains("may have arrived"), ambiguous, "{said}");

        // What was not sent goes out as it is.
        let rest = stopped.unsent;
        assert_eq!(reporting.cost_submit(rest).await.unwrap().len(), 1, "{name}");
        let funnels: Vec<bool> = ["F1", "F2", "F3"]
            .iter()
            .zip(seen.lock().unwrap().iter())
            .map(|(funnel, (.., body))| body.contains(&format!("2nIemJxCKb{funnel}")))
            .collect();
        assert_eq!(funnels, [true, true, true], "{name}: each once, in order");
    }
}

#[tokio::test]
async fn a_reset_whose_count_has_changed_deletes_nothing() {
    let (reporting, seen) =
        served(|n, _| if n == 1 { ok(r#"{"hits":42}"#) } else { ok(r#"{"hits":43}"#) });
    let token = reporting.reset_validate(&reset()).await.unwrap();
    let error = reporting.reset_perform(token).await.unwrap_err();
    assert!(error.is_invalid_request() && !error.is_ambiguous(), "{error}");
    let said = error.to_string();
    assert!(said.contains("43 hits now") && said.contains("42 were validated"), "{said}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|(method, ..)| *method == Method::POST));
}

#[tokio::test]
async fn a_reset_is_performed_with_the_bytes_that_were_counted() {
    let (reporting, seen) = served(|n, _| if n < 3 { ok(r#"{"n":7}"#) } else { status(202) });
    let token = reporting.reset_validate(&reset()).await.unwrap();
    let counted = String::from_utf8(token.json().to_vec()).unwrap();
    reporting.reset_perform(token).await.unwrap();
    let seen = seen.lock().unwrap();
    let methods: Vec<&str> = seen.iter().map(|(method, ..)| method.as_str()).collect();
    assert_eq!(methods, ["POST", "POST", "DELETE"]);
    assert!(seen.iter().all(|(_, path, body)| path.ends_with("/reset") && *body == counted));
}

#[tokio::test]
async fn a_reset_whose_count_cannot_be_told_is_not_begun() {
    for answer in [r#"{"hits":1,"clicks":2}"#, r#"{"ok":true}"#, "[]", "", r#"{"hits":-1}"#] {
        let (reporting, seen) = served(move |_, _| ok(answer));
        let error = reporting.reset_validate(&reset()).await.unwrap_err();
        assert!(error.is_decode(), "{answer}: {error}");

        // Nor does a token help whose count was told before.
        let token = ResetToken::from_count(reset(), 1).unwrap();
        assert!(token.answer().is_none());
        reporting.reset_perform(token).await.unwrap_err();
        assert!(seen.lock().unwrap().iter().all(|(method, ..)| *method == Method::POST));
    }
}

/// What one HTTP/1.1 client sends first, once `ends` stands in it; answered with 200 and a count.
async fn receive(listener: &tokio::net::TcpListener, ends: &str) -> String {
    let (mut socket, _) = listener.accept().await.unwrap();
    let (mut text, mut bytes) = (String::new(), vec![0_u8; 4096]);
    while !text.contains(ends) {
        let read = socket.read(&mut bytes).await.unwrap();
        assert!(read > 0, "closed after {text}");
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 7\r\n\r\n{\"n\":1}";
    socket.write_all(answer.as_bytes()).await.unwrap();
    text
}

#[tokio::test]
async fn a_deletion_carries_its_body_over_http() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let client = FunnelFlux::builder().base_url(base).access_token("a").build().unwrap();
    let token = ResetToken::from_count(reset(), 1).unwrap();
    let body = String::from_utf8(token.json().to_vec()).unwrap();
    let server = async {
        receive(&listener, &body).await;
        receive(&listener, &body).await
    };
    let reporting = client.reporting();
    let (deletion, accepted) = tokio::join!(server, reporting.reset_perform(token));
    assert!(deletion.starts_with("DELETE /v1/reporting/update/reset HTTP/1.1\r\n"), "{deletion}");
    assert!(deletion.ends_with(&body));
    accepted.unwrap();
}

#[tokio::test]
async fn what_is_asked_about_a_visitor_is_in_no_error() {
    let (reporting, _) = served(|_, _| status(400));
    let request = ResetRequest::builder(day())
        .visitors(["visitor-canary".parse().unwrap()])
        .ips(["203.0.113.201".parse().unwrap()])
        .tracking_field(TrackingSlot::External, ["click-canary"])
        .build()
        .unwrap();
    let lookup = VisitorLookup::by_visitor("visitor-canary".parse().unwrap(), day());
    let token = ResetToken::from_count(request.clone(), 1).unwrap();
    assert!(!format!("{token:?}").contains("canary"), "{token:?}");
    for error in [
        reporting.reset_validate(&request).await.unwrap_err(),
        reporting.reset_perform(token).await.unwrap_err(),
        reporting.explore_visitor(&lookup).await.unwrap_err(),
    ] {
        let seen = format!("{error} {error:?} {}", error.support_report());
        assert!(seen.contains("400"), "{seen}");
        assert!(!seen.contains("canary") && !seen.contains("203.0.113"), "{seen}");
    }
}

// ── for users' tests ─────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn code_that_pushes_conversions_is_tested_against_a_mock() {
    let mut api = MockReportingApi::new();
    api.expect_conversions_update()
        .withf(|update| update.conversions().len() == 1)
        .times(1)
        .returning(|_| Ok(Accepted::new(StatusCode::ACCEPTED)));
    api.expect_reset_perform().times(1).returning(|token| {
        assert_eq!(token.hits(), 42);
        Err(Error::no_answer("reset"))
    });
    api.expect_custom_events_update().times(1).returning(|_| Ok(Accepted::new(StatusCode::OK)));
    let api: &dyn ReportingApi = &api;
    let accepted = api.conversions_update(&conversion()).await.unwrap();
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    api.custom_events_update("{}").await.unwrap();
    let token = ResetToken::from_count(reset(), 42).unwrap();
    assert!(api.reset_perform(token).await.is_err());
}
