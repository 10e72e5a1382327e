//! Deadlines, attempt timeouts, and what they say of a write's outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux_transport::{
    AccessToken, Body, CallOptions, Client, Error, RateLimit, RetryPolicy, Secret, TokenProvider,
};
use futures_util::FutureExt as _;
use http::{Request, Response};
use support::*;

/// A transport that takes its time.
fn slow(seconds: u64) -> Client {
    let service = tower::service_fn(move |_: Request<Body>| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(Response::new(Body::from("{}")))
    });
    Client::builder()
        .transport(service)
        .rate_limit(RateLimit::unlimited().with_concurrency(1))
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_light_attempt_has_thirty_seconds_and_a_report_sixty() {
    let client = slow(45);
    assert!(client.call(&REPORT).send().await.is_ok());
    let error = client.call(&DOMAIN).path_param("id", "x").send().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_ambiguous(), "{error}");
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.elapsed(), Some(Duration::from_secs(90)));
}

#[tokio::test(start_paused = true)]
async fn a_timed_out_upload_is_ambiguous() {
    let error = slow(45).call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert!(!error.is_out_of_time(), "there was time for more attempts: {error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_whole_call_in_the_middle_of_an_attempt() {
    let call = slow(45)
        .call(&CONVERSIONS)
        .json_text("{}")
        .with_timeout(Duration::from_secs(5))
        .send()
        .await;
    let error = call.unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert!(error.is_out_of_time() && error.duplicate().is_out_of_time());
    assert_eq!(error.elapsed(), Some(Duration::from_secs(5)));
}

/// With built-in layers alone the timer of an attempt stands for that of the call; a layer of the user's may
/// poll an attempt in a task of its own, so there the call has its own. The outcome is the same, also if the
/// call is moved to another task after its first poll.
#[tokio::test(start_paused = true)]
async fn the_deadline_is_the_same_with_one_timer_and_with_two() {
    let second = Duration::from_secs(1);
    for (answers_after, call, attempt, token_after) in [
        (0, 5, 30, 0),
        (4, 5, 30, 0),
        (5, 5, 30, 0),
        (45, 5, 30, 0),
        (45, 29, 30, 0),
        (45, 30, 30, 0),
        (45, 31, 30, 0),
        (45, 60, 30, 0),
        (45, 61, 30, 0),
        (45, 90, 30, 0),
        (45, 100, 30, 0),
        (45, 100, 300, 0),
        (3, 10, 2, 0),
        (3, 5, 2, 0),
        (3, 4, 2, 0),
        (45, 10, 30, 4),
        (45, 40, 30, 15),
        (1, 10, 2, 9),
        (1, 10, 2, 10),
        (1, 10, 2, 11),
        (1, u64::MAX, 2, 0),
        (45, u64::MAX, 30, 0),
        (45, 100, u64::MAX, 0),
        (120, 100, u64::MAX, 0),
    ] {
        let mut outcomes = Vec::new();
        for (layers, is_moved) in [(0, false), (0, true), (1, false)] {
            let service = tower::service_fn(move |_: Request<Body>| async move {
                tokio::time::sleep(second * answers_after).await;
                let status = if answers_after == 0 { 503 } else { 200 };
                let answer = Response::builder().status(status).body(Body::from("{}"));
                Ok::<_, Error>(answer.unwrap())
            });
            let mut client = Client::builder()
                .transport(service)
                .token_provider(Arc::new(After(second * token_after)))
                .retry(RetryPolicy::new().with_fixed_jitter(0.0));
            for _ in 0..layers {
                client = client.layer(tower::layer::util::Identity::new());
            }
            let client = client.build().unwrap();
            let options = CallOptions::new()
                .with_timeout(Duration::from_secs(call))
                .with_attempt_timeout(Duration::from_secs(attempt));
            for operation in [&REPORT, &CONVERSIONS] {
                let began = tokio::time::Instant::now();
                let (client, options) = (client.clone(), options.clone());
                let mut sent = Box::pin(async move {
                    client.call(operation).json_text("{}").with_options(options).send().await
                });
                let first = if is_moved { sent.as_mut().now_or_never() } else { None };
                let said = match first {
                    Some(said) => said,
                    None if is_moved => tokio::spawn(sent).await.unwrap(),
                    None => sent.await,
                };
                let said = said.map(|answer| answer.attempts());
                let said = said.map_err(|error| (error.is_ambiguous(), format!("{error:?}")));
                assert!(began.elapsed() <= Duration::from_secs(call), "{said:?}");
                outcomes.push((began.elapsed(), said));
            }
        }
        let (two_timers, others) = (&outcomes[4..], &outcomes[..4]);
        for other in others.chunks(2) {
            assert_eq!(other, two_timers, "{answers_after} {call} {attempt} {token_after}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_whose_time_ran_out_in_the_queue_was_never_sent() {
    let client = slow(20);
    let busy = tokio::spawn({
        let client = client.clone();
        async move { client.call(&DOMAIN).path_param("id", "x").send().await.map(drop) }
    });
    tokio::task::yield_now().await;
    let options = CallOptions::new().with_timeout(Duration::from_secs(5));
    let call = client.call(&CONVERSIONS).json_text("{}").with_options(options).send().await;
    let error = call.unwrap_err();
    assert!(error.is_timeout() && !error.is_ambiguous(), "{error}");
    assert!(error.to_string().contains("before the request could be sent"), "{error}");
    busy.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_rate_limit_cannot_serve_in_time_fails_at_once() {
    let server = Server::new(|_, _| ok("{}"));
    let client =
        client(&server).rate_limit(RateLimit::per_second(0.1).with_burst(1)).build().unwrap();
    client.call(&SAVE).send().await.unwrap();
    let before = tokio::time::Instant::now();
    let error = client.call(&SAVE).with_timeout(Duration::from_secs(5)).send().await.unwrap_err();
    assert!(error.is_rate_limited() && !error.is_ambiguous(), "{error}");
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_between_attempts_does_not_say_that_nothing_was_sent() {
    for (requests, said) in [(1_u32, "could be sent again"), (0, "could be sent")] {
        let server = Server::new(|_, _| with_header(503, "retry-after", "2"));
        let tokens =
            Slow { at_once: usize::try_from(requests).unwrap(), asked: AtomicUsize::new(0) };
        let client = client(&server).token_provider(Arc::new(tokens)).build().unwrap();
        let call = client.call(&CONVERSIONS).json_text("{}").with_timeout(Duration::from_secs(10));
        let error = call.send().await.unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains(said), "{error}");
        assert_eq!(error.to_string().contains("again"), requests == 1, "{error}");
        assert_eq!(error.attempts(), requests);
    }
}

/// Gets its token only after a while, each time.
#[derive(Debug)]
struct After(Duration);

#[async_trait::async_trait]
impl TokenProvider for After {
    fn ready_token(&self) -> Option<AccessToken> {
        self.0.is_zero().then(|| AccessToken::new(Secret::new("token"), None).unwrap())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        tokio::time::sleep(self.0).await;
        AccessToken::new(Secret::new("token"), None)
    }

    fn reject(&self, _: &AccessToken) {}
}

/// Has a token at hand so often, and then takes for ever to get another.
#[derive(Debug)]
struct Slow {
    at_once: usize,
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl TokenProvider for Slow {
    fn ready_token(&self) -> Option<AccessToken> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        (asked < self.at_once).then(|| AccessToken::new(Secret::new("one"), None).unwrap())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        std::future::pending().await
    }

    fn reject(&self, _: &AccessToken) {}
}
