//! A report that the server stopped is recognised, and in its recording, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux_model::reporting::{Attribute, DrilldownRequest};
use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_reporting::{QueryLimit as _, Reporting};
use funnelflux_transport::http::{Request, Response};
use funnelflux_transport::replay::{Recorder, Replay, Scrub};
use funnelflux_transport::{Body, Client, Error, RetryPolicy, Timer as _, TokioTimer};

async fn stopped(client: Client) -> bool {
    let range = TimeRange::days("2026-03-01", "2026-03-02", &Zone::utc()).unwrap();
    let request =
        DrilldownRequest::builder(range).attribute(Attribute::ELEMENT_OFFER).build().unwrap();
    Reporting::new(client).drilldown(&request).await.unwrap_err().is_query_killed()
}

#[tokio::test]
async fn a_stopped_query_is_recognised_before_and_after_scrubbing() {
    for (status, body, expected) in [
        (500, r#"{"message":"query timeout"}"#, true),
        (500, r#"{"message":"Query Timeout."}"#, true),
        (500, r#"{"error":"job for Lindenallee: query timeout:4917"}"#, true),
        (502, r#"{"error":{"code":502,"message":"upstream timed out (Lindenallee)"}}"#, true),
        (503, r#"{"error_description":"Query execution was interrupted, Lindenallee"}"#, true),
        (500, r#"{"message":"Lindenallee: over 30 seconds, \"30 seconds\" is the limit"}"#, true),
        (500, r#"{"message":"Maximum execution time of Lindenallee exceeded"}"#, true),
        (408, r#"{"message":"it timed out"}"#, true),
        (504, r#"{"message":"Lindenallee: query timeout"}"#, true),
        // A gateway that gave up at once.
        (504, r#"{"message":"Lindenallee"}"#, false),
        (504, "", false),
        (500, r#"{"message":"Lindenallee out"}"#, false),
        (400, r#"{"message":"query timeout"}"#, false),
        (500, "timed out, Lindenallee", false),
    ] {
        let server = tower::service_fn(move |_: Request<Body>| async move {
            Ok::<_, Error>(Response::builder().status(status).body(Body::from(body)).unwrap())
        });
        let scrub = Scrub::new().keep_times();
        let (recorder, tape) = Recorder::new(server, "made for this test", scrub);
        let never = || Client::builder().retry(RetryPolicy::never());
        assert_eq!(stopped(never().transport(recorder).build().unwrap()).await, expected, "{body}");
        let recording = tape.recording();
        let text = recording.to_text().unwrap();
        assert!(!text.contains("Lindenallee") && !text.contains("4917"), "{text}");
        let replay = Replay::new(recording);
        let client = never().transport(replay.clone()).build().unwrap();
        assert_eq!(stopped(client).await, expected, "{text}");
        replay.verify().unwrap();
    }
}

/// Asks a server that takes so long for each answer. Gives the error, and when each request came.
async fn asked(status: u16, takes: Duration) -> (Error, Vec<Duration>) {
    let begin = TokioTimer.now();
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = times.clone();
    let server = tower::service_fn(move |_: Request<Body>| {
        seen.lock().unwrap().push(TokioTimer.now() - begin);
        async move {
            TokioTimer.sleep(takes).await;
            Ok::<_, Error>(Response::builder().status(status).body(Body::empty()).unwrap())
        }
    });
    let client = Client::builder().transport(server).build().unwrap();
    let range = TimeRange::days("2026-03-01", "2026-03-02", &Zone::utc()).unwrap();
    let request =
        DrilldownRequest::builder(range).attribute(Attribute::ELEMENT_OFFER).build().unwrap();
    let error = Reporting::new(client).drilldown(&request).await.unwrap_err();
    let times = times.lock().unwrap().clone();
    (error, times)
}

#[tokio::test(start_paused = true)]
async fn a_gateway_s_timeout_near_the_limit_is_a_stopped_query_that_is_asked_for_once_more() {
    for (status, seconds, is_killed, requests) in [
        (504, 30, true, 2),
        (504, 25, true, 2),
        (504, 40, true, 2),
        (504, 0, false, 3),
        (504, 10, false, 3),
        (504, 24, false, 3),
        (502, 30, false, 3),
        (500, 30, false, 3),
        (400, 30, false, 1),
        // No answer within the attempt's time.
        (200, 3600, false, 2),
    ] {
        let (error, times) = asked(status, Duration::from_secs(seconds)).await;
        assert_eq!(error.is_query_killed(), is_killed, "{status} after {seconds} s: {error}");
        assert_eq!(times.len(), requests, "{status} after {seconds} s: {error}");
        if requests == 2 {
            let ended = times[0] + Duration::from_secs(seconds.min(60));
            let pause = times[1] - ended;
            assert!(pause >= Duration::from_secs(8), "{status} after {seconds} s: {pause:?}");
        }
        if status == 504 && !is_killed {
            assert!(error.to_string().contains("the server answered 504"), "{error}");
        }
    }
}
