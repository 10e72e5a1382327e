//! Every way a server can fail, and what the caller sees of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault, PoolLimits, RetryAfter};
use funnelflux::prelude::*;
use funnelflux::transport::http::{Method, StatusCode};
use tokio::io::AsyncReadExt as _;

async fn emulator() -> Emulator {
    Emulator::builder().visits_per_hour(1).start().await.unwrap()
}

fn client(emulator: &Emulator) -> FunnelFlux {
    FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap()
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

#[tokio::test]
async fn a_read_survives_one_of_each() {
    let emulator = emulator().await;
    let faults = [
        ("500", Fault::status(status(500))),
        ("502 page", Fault::html_page(status(502))),
        ("503", Fault::status(status(503))),
        ("429", Fault::rate_limited(RetryAfter::Absent)),
        ("lost request", Fault::lost_request()),
        ("lost answer", Fault::lost_answer()),
        ("cut body", Fault::truncated_body()),
    ];
    let client = client(&emulator);
    for (name, fault) in faults {
        emulator.faults().push(fault);
        let answer =
            client.reporting().attributes().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(answer.attempts(), 2, "{name}");
        assert_eq!(emulator.faults().pending(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_garbage_answer_is_not_asked_for_again_and_says_what_it_is() {
    let emulator = emulator().await;
    emulator.faults().push(Fault::garbage_body());
    let error = client(&emulator).reporting().attributes().await.unwrap_err();
    assert!(error.is_decode() && error.attempts() == 1, "{error}");
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn an_html_error_page_keeps_its_status() {
    let emulator = emulator().await;
    emulator.faults().push(Fault::html_page(status(404)));
    let error = client(&emulator).reporting().attributes().await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("HTML"), "{error}");
}

#[tokio::test]
async fn draining_error_answers_keeps_the_connection() {
    let emulator = emulator().await;
    let client = client(&emulator);
    for _ in 0..20 {
        emulator.faults().push(Fault::html_page(status(404)));
        client.reporting().attributes().await.unwrap_err();
    }
    assert_eq!(emulator.connections(), 1);
}

/// A server that reads each request and hangs up.
async fn hang_up() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut bytes = [0_u8; 4096];
            if socket.read(&mut bytes).await.unwrap_or(0) > 0 {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (base, requests)
}

#[tokio::test]
async fn a_conversion_upload_whose_answer_is_lost_is_sent_once_and_ambiguous() {
    let (base, requests) = hang_up().await;
    let client = FunnelFlux::builder().base_url(base).access_token("a").build().unwrap();
    let call = client.call_raw(Method::PUT, "/reporting/update/conversions/").json_text("{}");
    let error = call.send().await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!((error.attempts(), requests.load(Ordering::SeqCst)), (1, 1));
    assert_eq!(error.operation().unwrap().id(), "reporting.conversions.update");

    // An unknown write is not assumed to be repeatable either; an unknown read is.
    for (method, attempts) in [(Method::PUT, 1), (Method::POST, 1), (Method::GET, 3)] {
        let error = client.call_raw(method.clone(), "/tomorrow").send().await.unwrap_err();
        assert_eq!((error.attempts(), error.is_ambiguous()), (attempts, attempts == 1), "{method}");
    }
}

#[tokio::test]
async fn a_report_asked_by_its_raw_path_is_a_read_all_the_same() {
    let emulator = emulator().await;
    emulator.faults().push(Fault::lost_answer());
    let client = client(&emulator);
    let body = r#"{"timeStart":"2026-01-01T00:00:00Z","timeEnd":"2026-01-01T01:00:00Z","attributes":[{"attribute":"Element: Funnel"}],"filters":[]}"#;
    let answer = client.call_raw(Method::POST, "/reporting/drilldown").json_text(body).send().await;
    assert_eq!(answer.unwrap().attempts(), 2);
}

#[tokio::test]
async fn a_closed_port_is_a_connect_error_that_names_the_operation() {
    let emulator = emulator().await;
    let client = client(&emulator);
    emulator.shutdown().await;
    let error = client.reporting().attributes().await.unwrap_err();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error:?}");
    assert!(error.to_string().starts_with("reporting.attributes: "), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn the_client_keeps_below_the_server_s_report_pool() {
    let emulator = Emulator::builder()
        .visits_per_hour(1)
        .report_pool(PoolLimits { concurrent: 2, queue: 0 })
        .query_time(Duration::from_millis(5))
        .start()
        .await
        .unwrap();
    let reporting = client(&emulator).reporting().clone();
    let range = TimeRange::from_rfc3339("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z").unwrap();
    let request =
        DrilldownRequest::builder(range).attribute(Attribute::ELEMENT_FUNNEL).build().unwrap();
    let reports = (0..20).map(|_| reporting.drilldown(&request));
    let done = futures_util::future::join_all(reports).await;
    assert!(done.iter().all(|d| d.as_ref().is_ok_and(|r| r.attempts() == 1)));
    assert_eq!((emulator.pool().most_running, emulator.pool().refused), (2, 0));
}

#[tokio::test]
async fn what_the_emulator_refuses_it_explains_and_the_error_repeats() {
    let emulator = emulator().await;
    let range = TimeRange::from_rfc3339("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z").unwrap();
    let request = DrilldownRequest::builder(range)
        .attribute(Attribute::new("Element: Fnnel"))
        .build()
        .unwrap();
    let error = client(&emulator).reporting().drilldown(&request).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert!(error.to_string().contains("Element: Fnnel"), "{error}");
}
