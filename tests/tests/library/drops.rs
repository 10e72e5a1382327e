//! Calls dropped mid-flight: permits, requests under way and gauges are back at zero, through the
//! SDK's limits and those of the user's layers at both places.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use funnelflux::prelude::*;
use funnelflux::transport::{Call, Event};
use futures_util::future::join_all;
use tokio::time::timeout;
use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};

use crate::passing::{Around, passing};
use crate::world::{Mood, Server, read, write};

#[derive(Default)]
struct Gauges {
    open: AtomicI64,
    finished: AtomicUsize,
    dropped: AtomicUsize,
    maybe_sent: AtomicUsize,
}

impl Gauges {
    fn take(&self, event: &Event<'_>) {
        match event {
            Event::Started { .. } => drop(self.open.fetch_add(1, SeqCst)),
            Event::Finished { .. } => {
                self.open.fetch_sub(1, SeqCst);
                self.finished.fetch_add(1, SeqCst);
            }
            Event::Dropped { maybe_sent, .. } => {
                self.open.fetch_sub(1, SeqCst);
                self.dropped.fetch_add(1, SeqCst);
                self.maybe_sent.fetch_add(usize::from(*maybe_sent), SeqCst);
            }
            _ => {}
        }
    }
}

/// The stacks whose calls are dropped: every layer that lets a request pass, at both places.
fn stacks() -> Vec<(String, Around)> {
    let mut stacks: Vec<(String, Around)> = vec![
        ("no layer".into(), Box::new(|builder| builder)),
        (
            "limits at both".into(),
            Box::new(|builder| {
                let builder = builder.layer(GlobalConcurrencyLimitLayer::new(4));
                builder.attempt_layer(ConcurrencyLimitLayer::new(3))
            }),
        ),
    ];
    for outside in [true, false] {
        let place = if outside { "call" } else { "attempt" };
        let named = passing(outside).into_iter();
        stacks.extend(named.map(|(name, around)| (format!("{name}, per {place}"), around)));
    }
    stacks
}

#[tokio::test(start_paused = true)]
async fn after_a_thousand_drops_every_permit_request_and_gauge_is_back() {
    for (name, around) in stacks() {
        let server = Server::new(Mood::TakesItsTime);
        let gauges = Arc::new(Gauges::default());
        let watching = gauges.clone();
        let builder = server
            .client()
            .rate_limit(RateLimit::unlimited().with_concurrency(4))
            .observer(move |_: &Call, event: &Event<'_>| watching.take(event));
        let client = around(builder).build().unwrap();
        let mut done = 0;
        for round in 0..250_u64 {
            let calls = (0..4).map(|n| {
                let wait = Duration::from_micros((round * 37 + n * 1100) % 9000);
                let client = &client;
                async move {
                    match n % 2 {
                        0 => timeout(wait, write(client)).await.is_ok(),
                        _ => timeout(wait, read(client)).await.is_ok(),
                    }
                }
            });
            done += join_all(calls).await.into_iter().filter(|done| *done).count();
        }
        // What a buffer has taken over may still be on its way.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(gauges.open.load(SeqCst), 0, "{name}");
        assert_eq!(server.under_way.load(SeqCst), 0, "{name}");
        assert_eq!(gauges.finished.load(SeqCst), done, "{name}");
        assert!(gauges.dropped.load(SeqCst) > 300, "{name}: {done} done");
        let after = timeout(Duration::from_secs(60), join_all((0..40).map(|_| write(&client))));
        // 40 at once are too many for a layer that sheds load, but the first of them are not.
        let shed = |error: &Error| error.is_rejected() && name.starts_with("load shedding");
        let after = after.await.expect(&name);
        assert!(after.iter().all(|it| it.as_ref().err().is_none_or(shed)), "{name}");
        assert!(after.iter().any(Result::is_ok), "{name}");
        assert_eq!(gauges.open.load(SeqCst), 0, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_says_whether_its_request_may_have_been_sent() {
    for (millis, maybe_sent) in [(0, false), (2, true), (4, true)] {
        let server = Server::new(Mood::TakesItsTime);
        let gauges = Arc::new(Gauges::default());
        let watching = gauges.clone();
        // The only place is taken for the first millisecond.
        let client = server
            .client()
            .layer(tower::util::MapRequestLayer::new(|request| request))
            .attempt_layer(tower::layer::layer_fn(|inner: funnelflux::transport::SeamService| {
                tower::service_fn(move |request: http::Request<funnelflux::transport::Body>| {
                    let inner = inner.clone();
                    async move {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        tower::ServiceExt::oneshot(inner, request).await
                    }
                })
            }))
            .observer(move |_: &Call, event: &Event<'_>| watching.take(event))
            .build()
            .unwrap();
        assert!(timeout(Duration::from_millis(millis), write(&client)).await.is_err());
        assert_eq!(gauges.dropped.load(SeqCst), 1, "{millis} ms");
        assert_eq!(gauges.maybe_sent.load(SeqCst), usize::from(maybe_sent), "{millis} ms");
        assert_eq!(server.reached(), usize::from(maybe_sent), "{millis} ms");
    }
}
