//! Layers and transports that want to be waited for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::future::Ready;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use funnelflux_transport::{Body, Client, ClientBuilder, Error, RateLimit};
use futures_util::future::join_all;
use http::{Request, Response};
use support::*;
use tokio::time::{Instant, timeout};
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};

/// Answers after a second, and counts what it was sent.
fn builder() -> (ClientBuilder, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let service = one_second(sent.clone());
    (Client::builder().transport(service).rate_limit(RateLimit::unlimited()), sent)
}

fn one_second(
    sent: Arc<AtomicUsize>,
) -> impl tower_service::Service<
    Request<Body>,
    Response = Response<Body>,
    Error = Error,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(move |_: Request<Body>| {
        sent.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Error>(Response::new(Body::from("{}")))
        }
    })
}

/// The three places where a user's code can ask to be waited for, each for one call at a time.
fn one_at_a_time() -> Vec<(&'static str, Client)> {
    let sent = Arc::new(AtomicUsize::new(0));
    let limited = ConcurrencyLimit::new(one_second(sent), 1);
    vec![
        ("layer", builder().0.layer(ConcurrencyLimitLayer::new(1)).build().unwrap()),
        ("attempt", builder().0.attempt_layer(ConcurrencyLimitLayer::new(1)).build().unwrap()),
        ("transport", Client::builder().transport(limited.clone()).build().unwrap()),
        ("stack", Client::from_service(limited)),
    ]
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_let_in_one_at_a_time_all_get_in() {
    for (place, client) in one_at_a_time() {
        let before = Instant::now();
        let calls = (0..4).map(|_| client.call(&REPORT).send());
        let done = timeout(Duration::from_secs(60), join_all(calls)).await.expect(place);
        assert!(done.iter().all(Result::is_ok), "{place}: {done:?}");
        assert_eq!(before.elapsed(), Duration::from_secs(4), "{place}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_in_the_queue_takes_no_place_with_him() {
    for (place, client) in one_at_a_time() {
        let running = tokio::spawn({
            let client = client.clone();
            async move { client.call(&REPORT).send().await.map(drop) }
        });
        tokio::task::yield_now().await;
        let hasty = timeout(Duration::from_millis(500), client.call(&REPORT).send()).await;
        assert!(hasty.is_err(), "{place}");
        running.await.unwrap().unwrap();
        let next = timeout(Duration::from_secs(10), client.call(&REPORT).send()).await;
        next.expect(place).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_holds_in_the_queue_and_what_waits_there_was_not_sent() {
    for inside in [false, true] {
        let (builder, sent) = builder();
        let limit = ConcurrencyLimitLayer::new(1);
        let builder = if inside { builder.attempt_layer(limit) } else { builder.layer(limit) };
        let client = builder.build().unwrap();
        let running = tokio::spawn({
            let client = client.clone();
            async move { client.call(&REPORT).send().await.map(drop) }
        });
        tokio::task::yield_now().await;
        let before = Instant::now();
        let half = Duration::from_millis(500);
        let call = client.call(&CONVERSIONS).json_text("{}").with_timeout(half).send();
        let error = timeout(Duration::from_secs(60), call).await.expect("a limit").unwrap_err();
        assert_eq!(before.elapsed(), half);
        assert!(error.is_timeout() && !error.is_ambiguous(), "{error}");
        running.await.unwrap().unwrap();
        assert_eq!(sent.load(Ordering::SeqCst), 1);
    }
}

/// A transport that has no connection: at once, or after a wait for one.
#[derive(Clone)]
struct NoConnection {
    waits: bool,
}

impl tower_service::Service<Request<Body>> for NoConnection {
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Ready<Result<Response<Body>, io::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        if std::mem::take(&mut self.waits) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Err(io::Error::other("no connection")))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("it was not ready")
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_a_service_was_never_ready_for_was_not_sent() {
    for waits in [false, true] {
        let service = NoConnection { waits };
        let refuse = tower_layer::layer_fn(move |_| NoConnection { waits });
        for client in [
            Client::builder().transport(service.clone()).build().unwrap(),
            builder().0.attempt_layer(refuse).build().unwrap(),
            builder().0.layer(refuse).build().unwrap(),
            Client::from_service(service),
        ] {
            let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
            assert!(
                !error.is_ambiguous() && error.to_string().contains("no connection"),
                "{error}"
            );
        }
    }
}
