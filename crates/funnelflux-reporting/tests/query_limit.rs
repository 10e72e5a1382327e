//! A report that the server stopped is recognised, and in its recording, too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use funnelflux_model::reporting::{Attribute, DrilldownRequest};
use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_reporting::{QueryLimit as _, Reporting};
use funnelflux_transport::http::{Request, Response};
use funnelflux_transport::replay::{Recorder, Replay, Scrub};
use funnelflux_transport::{Body, Client, Error, RetryPolicy};

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
        (504, r#"{"message":"Lindenallee"}"#, true),
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
