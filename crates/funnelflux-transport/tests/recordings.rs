//! Recorded once, replayed strictly.
#![cfg(feature = "replay")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use funnelflux_transport::replay::{Recorder, Recording, Replay, Scrub};
use funnelflux_transport::{Client, Error, RetryPolicy};
use support::*;

#[tokio::test(start_paused = true)]
async fn what_was_recorded_replays_and_secrets_are_not_in_it() {
    let server = Server::new(|n, _| match n {
        1 => Err(Error::no_answer("reset")),
        2 => with_header(429, "retry-after", "1"),
        _ => ok(r#"{"rows":[{"visits":3,"ip":"203.0.113.7","name":"My Funnel"}]}"#),
    });
    let (recorder, tape) = Recorder::new(server, "made for this test", Scrub::new());
    let client = Client::builder().transport(recorder).build().unwrap();
    let call =
        || client.call(&REPORT).json_text(r#"{"timeStart":"2026-01-01T00:00:00Z","secret":"x"}"#);
    call().send().await.unwrap();
    let text = tape.recording().to_text().unwrap();
    assert!(!text.contains("203.0.113.7") && !text.contains("My Funnel"), "{text}");

    let replay = Replay::new(text.parse::<Recording>().unwrap());
    let client = Client::builder()
        .transport(replay.clone())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap();
    let body = r#"{"secret":"scrubbed","timeStart":"2026-01-01T00:00:00Z"}"#;
    let answer = client.call(&REPORT).json_text(body).send().await.unwrap();
    assert_eq!(answer.attempts(), 3);
    replay.verify().unwrap();
}

fn one_exchange() -> Recording {
    r#"{"format":"funnelflux-recording/1","provenance":"made by hand","exchanges":[
        {"request":{"method":"PUT","path":"/v1/page/save","body":{"json":{"a":1}}},"response":{"status":200}}]}"#
        .parse()
        .unwrap()
}

#[tokio::test]
async fn an_unmatched_request_fails_and_names_the_nearest_exchange() {
    let replay = Replay::new(one_exchange());
    let client = Client::builder().transport(replay.clone()).build().unwrap();
    let error = client.call(&SAVE).json_text(r#"{"a":2}"#).send().await.unwrap_err();
    assert!(error.to_string().contains("exchange 1, which differs in body.a"), "{error}");
    let problems = replay.verify().unwrap_err();
    assert_eq!(problems.problems().len(), 2, "{problems}");
}

#[test]
#[should_panic(expected = "never asked for: PUT /v1/page/save")]
fn an_unused_exchange_fails_the_test_though_nobody_asks() {
    drop(Replay::new(one_exchange()));
}

#[test]
fn recordings_of_another_version_or_without_provenance_are_refused() {
    for (text, why) in [
        (
            r#"{"format":"funnelflux-recording/9","provenance":"x","exchanges":[]}"#,
            "this version reads",
        ),
        (r#"{"format":"funnelflux-recording/1","provenance":" ","exchanges":[]}"#, "provenance"),
        (
            r#"{"format":"funnelflux-recording/1","provenance":"x","exchanges":[{"request":{"method":"GET","path":"/"}}]}"#,
            "exchange 1",
        ),
    ] {
        let error = text.parse::<Recording>().unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}
