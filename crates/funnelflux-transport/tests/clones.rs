//! A layer of the user's that sends several clones of one write: what waits does not hide what was
//! sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux_transport::{
    Body, Client, Error, IntoSeam as _, RateLimit, RetryPolicy, SeamService, Timer, TokioTimer,
    layers,
};
use futures_util::future::select_all;
use http::{Request, Response};
use support::*;
use tower::limit::ConcurrencyLimit;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_layer::Layer as _;

const SECOND: Duration = Duration::from_secs(1);

/// Races `clones` clones of each request, and gives up after `patience`.
fn hedge(inner: SeamService, clones: usize, patience: Duration) -> SeamService {
    let race = move |request: Request<Body>| {
        let inner = inner.clone();
        async move {
            let (parts, body) = request.into_parts();
            let calls = (0..clones).map(|_| {
                let request = Request::from_parts(parts.clone(), body.try_clone().unwrap());
                Box::pin(inner.clone().oneshot(request))
            });
            match tokio::time::timeout(patience, select_all(calls)).await {
                Ok((answer, ..)) => answer,
                Err(_) => Err(Error::local("given up")),
            }
        }
    };
    tower::service_fn(race).into_seam()
}

fn silent(sent: &Arc<AtomicUsize>) -> SeamService {
    let sent = sent.clone();
    let never = move |_: Request<Body>| {
        sent.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<Result<Response<Body>, Error>>()
    };
    tower::service_fn(never).into_seam()
}

/// The places of a race and of the queue behind it that lets one clone through.
fn stacks(
    clones: usize,
    patience: Duration,
    sent: &Arc<AtomicUsize>,
) -> Vec<(&'static str, Client)> {
    let built = || Client::builder().rate_limit(RateLimit::unlimited()).attempt_timeout(SECOND * 9);
    let race = move || {
        tower_layer::layer_fn(move |inner: SeamService| {
            hedge(ConcurrencyLimit::new(inner, 1).into_seam(), clones, patience)
        })
    };
    let only_race =
        move || tower_layer::layer_fn(move |inner: SeamService| hedge(inner, clones, patience));
    let queue = |inner| ConcurrencyLimit::new(inner, 1).into_seam();
    let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
    let deadline = layers::DeadlineLayer::new(timer.clone(), SECOND * 60);
    let retries = ServiceBuilder::new()
        .layer(layers::RetryLayer::new(timer, RetryPolicy::new()))
        .service(silent(sent))
        .into_seam();
    let by_hand = hedge(queue(retries), clones, patience);
    vec![
        ("call", built().layer(race()).transport(silent(sent)).build().unwrap()),
        ("attempt", built().attempt_layer(race()).transport(silent(sent)).build().unwrap()),
        (
            "transport",
            built().attempt_layer(only_race()).transport(queue(silent(sent))).build().unwrap(),
        ),
        ("by hand", Client::from_service(deadline.layer(by_hand))),
    ]
}

#[tokio::test(start_paused = true)]
async fn clones_that_wait_do_not_hide_the_one_that_was_sent() {
    for clones in 1..=4 {
        for patience in [SECOND / 4, SECOND * 5] {
            let sent = Arc::new(AtomicUsize::new(0));
            for (place, client) in stacks(clones, patience, &sent) {
                let cell = format!("{place}, {clones} clones, {patience:?}");
                sent.store(0, Ordering::SeqCst);
                let call = client.call(&CONVERSIONS).json_text("{}").with_timeout(SECOND / 2);
                let error = call.send().await.unwrap_err();
                assert_eq!(sent.load(Ordering::SeqCst), 1, "{cell}: {error}");
                assert!(error.is_ambiguous(), "{cell}: {error:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn clones_that_all_wait_were_not_sent() {
    for clones in 1..=4 {
        let sent = Arc::new(AtomicUsize::new(0));
        for (place, client) in stacks(clones, SECOND * 5, &sent) {
            sent.store(0, Ordering::SeqCst);
            let first = tokio::spawn({
                let client = client.clone();
                async move { client.call(&REPORT).with_timeout(SECOND * 4).send().await.map(drop) }
            });
            tokio::task::yield_now().await;
            let call = client.call(&CONVERSIONS).json_text("{}").with_timeout(SECOND / 2);
            let error = call.send().await.unwrap_err();
            assert_eq!(sent.load(Ordering::SeqCst), 1, "{place}: {error}");
            assert!(!error.is_ambiguous(), "{place}, {clones} clones: {error:?}");
            first.abort();
        }
    }
}
