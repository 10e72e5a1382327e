//! Calls dropped mid-flight: permits, requests under way, tasks, connections and gauges are back at zero,
//! through the SDK's limits and every layer at both places.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use funnelflux::prelude::*;
use funnelflux::transport::{Call, Event};
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};

use crate::passing::{Around, rows};
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
        let rows = rows(outside).into_iter();
        stacks.extend(rows.map(|row| (format!("{}, per {place}", row.name), row.passing)));
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
        // The worker of a buffer lives as long as the client.
        drop((after, client));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0, "{name}");
    }
}

/// Answers each request on a socket with an empty list after 2 ms, until the other side closes it.
async fn serve(mut socket: TcpStream) {
    let mut seen = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        match socket.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(length) => seen.extend(chunk.iter().take(length)),
        }
        // The only body of these tests ends with its brace.
        let text = String::from_utf8_lossy(&seen);
        if text.ends_with(if text.starts_with("GET") { "\r\n\r\n" } else { "}" }) {
            seen.clear();
            tokio::time::sleep(Duration::from_millis(2)).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
            if socket.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test]
async fn after_a_thousand_drops_no_connection_and_no_task_outlives_the_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let open = Arc::new(AtomicI64::new(0));
    let count = open.clone();
    let server = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let open = count.clone();
            open.fetch_add(1, SeqCst);
            tokio::spawn(async move {
                serve(socket).await;
                open.fetch_sub(1, SeqCst);
            });
        }
    });
    let client = FunnelFlux::builder()
        .base_url(format!("http://{address}/v1"))
        .access_token("secret-token")
        .rate_limit(RateLimit::unlimited().with_concurrency(4))
        .build()
        .unwrap();
    let mut dropped = 0;
    for round in 0..250_u64 {
        let calls = (0..4).map(|n| {
            let wait = Duration::from_micros((round * 37 + n * 700) % 5000);
            let client = &client;
            async move {
                match n % 2 {
                    0 => timeout(wait, write(client)).await.is_err(),
                    _ => timeout(wait, read(client)).await.is_err(),
                }
            }
        });
        dropped += join_all(calls).await.into_iter().filter(|dropped| *dropped).count();
    }
    assert!(dropped > 300, "{dropped}");
    let after = join_all((0..40).map(|_| write(&client))).await;
    assert!(after.iter().all(Result::is_ok), "{after:?}");
    assert!(open.load(SeqCst) > 0);
    drop(client);
    // The task of the server itself stays.
    let alive = || (open.load(SeqCst), Handle::current().metrics().num_alive_tasks());
    for _ in 0..1000 {
        if alive() == (0, 1) {
            break;
        }
        // The server sees the end of a connection a little later.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(alive(), (0, 1));
    server.abort();
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
