//! Your own tower middleware, in both places: once per call, and once per attempt.
//!
//! A call layer from tower-http stamps every call, a home-made attempt layer counts what really
//! goes over the wire. The emulator answers the first attempt with 503, so the client tries again:
//! the retry is visible to the attempt layer only.
//!
//! ```sh
//! cargo run --example custom_middleware -p funnelflux
//! ```

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use funnelflux::emulator::{Emulator, Fault};
use funnelflux::prelude::*;
use funnelflux::transport::http::{HeaderName, HeaderValue, Request, Response};
use funnelflux::transport::{Body, Call};
use tower::{Layer, Service};
use tower_http::set_header::SetRequestHeaderLayer;

/// A home-made layer: prints and counts each request that passes.
#[derive(Clone)]
struct Count {
    place: &'static str,
    seen: Arc<AtomicUsize>,
}

impl Count {
    fn new(place: &'static str) -> Self {
        Self { place, seen: Arc::default() }
    }
}

impl<S> Layer<S> for Count {
    type Service = Counting<S>;

    fn layer(&self, inner: S) -> Counting<S> {
        Counting { inner, count: self.clone() }
    }
}

#[derive(Clone)]
struct Counting<S> {
    inner: S,
    count: Count,
}

impl<S, E> Service<Request<Body>> for Counting<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = E>,
    S::Future: Send + 'static,
    E: std::fmt::Display,
{
    type Response = S::Response;
    type Error = E;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let place = self.count.place;
        let number = self.count.seen.fetch_add(1, Ordering::Relaxed) + 1;
        // The typed operation travels with the request: a layer knows what is being called.
        let what = Call::of(&request).map_or("?", |call| call.operation().id()).to_owned();
        let stamp = request.headers().get("x-team").cloned();
        println!("{place:<8} #{number} → {what} (x-team: {stamp:?})");
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            match &answer {
                Ok(response) => println!("{place:<8} #{number} ← {}", response.status()),
                Err(error) => println!("{place:<8} #{number} ← {error}"),
            }
            answer
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::builder().start().await?;
    emulator.faults().push_for("reporting.attributes", Fault::status(503_u16.try_into()?))?;

    let (calls, attempts) = (Count::new("call"), Count::new("attempt"));
    let funnelflux = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        // tower-http's, once per call.
        .layer(SetRequestHeaderLayer::overriding(
            HeaderName::from_static("x-team"),
            HeaderValue::from_static("media-buying"),
        ))
        // Home-made, once per call.
        .layer(calls.clone())
        // Home-made, once per attempt.
        .attempt_layer(attempts.clone())
        .build()?;

    let attributes = funnelflux.reporting().attributes().await?;
    println!("{} attributes after {} attempts", attributes.attributes.len(), attributes.attempts());
    println!(
        "the call layer saw {} request, the attempt layer {}",
        calls.seen.load(Ordering::Relaxed),
        attempts.seen.load(Ordering::Relaxed),
    );
    Ok(())
}
