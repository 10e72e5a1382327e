//! Rate and concurrency: shared by clones, slowed down by 429.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux_transport::{Body, Client, Error, RateLimit};
use http::{Request, Response};
use support::*;
use tokio::task::JoinSet;

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_at_once_keep_to_the_rate() {
    let server = Server::new(|_, _| ok("{}"));
    let limit = RateLimit::per_second(10.0).with_burst(10);
    let client = client(&server).rate_limit(limit).build().unwrap();
    let before = tokio::time::Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { client.call(&SAVE).send().await.map(drop) });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    // Ten at once, ninety at ten a second; tokio's clock counts in milliseconds.
    let took = before.elapsed().as_secs_f64();
    assert!((9.0..9.3).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn reports_have_a_small_pool_of_their_own() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (n, m) = (now.clone(), most.clone());
    let transport = tower::service_fn(move |request: Request<Body>| {
        let (now, most) = (n.clone(), m.clone());
        async move {
            let report = request.uri().path().ends_with("drilldown");
            if report {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            if report {
                now.fetch_sub(1, Ordering::SeqCst);
            }
            Ok::<_, Error>(Response::new(Body::from("{}")))
        }
    });
    let client =
        Client::builder().transport(transport).rate_limit(RateLimit::unlimited()).build().unwrap();
    let before = tokio::time::Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        calls.spawn(async move { client.call(&REPORT).send().await.map(drop) });
    }
    tokio::task::yield_now().await;
    client.call(&SAVE).send().await.unwrap();
    assert_eq!(before.elapsed(), Duration::from_secs(1), "a light call does not queue behind them");
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!((most.load(Ordering::SeqCst), before.elapsed()), (2, Duration::from_secs(5)));
}

/// A thousand calls to a server that answers 429 above twenty requests in any second: how long they
/// take, in seconds, and how many requests are refused on the way.
async fn a_thousand_calls(limit: RateLimit) -> (f64, usize) {
    const CEILING: usize = 20;
    let start = tokio::time::Instant::now();
    let mut window = std::collections::VecDeque::new();
    let refused = Arc::new(AtomicUsize::new(0));
    let count = refused.clone();
    let server = Server::new(move |_, _| {
        let now = start.elapsed();
        while window.front().is_some_and(|t| now - *t >= Duration::from_secs(1)) {
            window.pop_front();
        }
        if window.len() >= CEILING {
            count.fetch_add(1, Ordering::SeqCst);
            return status(429);
        }
        window.push_back(now);
        ok("{}")
    });
    let client =
        client(&server).rate_limit(limit).timeout(Duration::from_secs(3600)).build().unwrap();
    let calls = (0..1000).map(|_| {
        let client = client.clone();
        async move { client.call(&SAVE).send().await.map(drop) }
    });
    let calls = futures_util::stream::iter(calls);
    let calls = futures_util::StreamExt::buffer_unordered(calls, 64);
    let done: Vec<_> = futures_util::StreamExt::collect(calls).await;
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1000);
    (start.elapsed().as_secs_f64(), refused.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn the_default_limit_gets_along_with_a_server_that_takes_twenty_a_second() {
    let (seconds, refused) = a_thousand_calls(RateLimit::default()).await;
    // 50 s is the least; 15 % more is allowed, and 2 % of the requests refused.
    assert!(seconds < 57.5 && refused <= 20, "{seconds} s, {refused} refused");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_told_too_much_finds_the_server_s_ceiling_by_itself() {
    for told in [25.0, 40.0, 100.0] {
        let limit = RateLimit::per_second(told).with_burst(10);
        let (seconds, refused) = a_thousand_calls(limit).await;
        assert!(seconds < 60.0 && refused <= 40, "{told}: {seconds} s, {refused} refused");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_was_meant_as_an_instant_does_not_stop_the_client_for_ever() {
    let server =
        Server::new(
            |n, _| {
                if n == 1 { with_header(429, "retry-after", "1767225600") } else { ok("{}") }
            },
        );
    let client = client(&server).build().unwrap();
    let error = client.call(&SAVE).send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1_767_225_600)), "what it said");
    assert!(client.clone().call(&SAVE).send().await.unwrap_err().is_rate_limited());
    tokio::time::advance(Duration::from_secs(15 * 60)).await;
    client.call(&SAVE).send().await.unwrap();
}

#[test]
fn a_client_can_be_built_outside_a_runtime() {
    let server = Server::new(|_, _| ok("{}"));
    let client = client(&server).build().unwrap();
    assert_eq!(client.base_url().to_string(), "https://api.funnelflux.pro/v1");
    let _ = client.call_raw(http::Method::GET, "/x");
}
