//! Middleware at both places: once per call, and once per attempt.
//!
//! The emulator answers the first attempt with 503, so the client tries again: the retry is visible to
//! the attempt layer only.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin custom_middleware
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use funnelflux::prelude::*;
use funnelflux::testing::{Emulator, Fault};
use funnelflux::transport::{Body, BoxError, Call, IntoSeam as _, SeamService};
use http::{HeaderName, HeaderValue, Request, StatusCode};
use tower::layer::layer_fn;
use tower::{Layer, ServiceExt as _, service_fn};
use tower_http::set_header::SetRequestHeaderLayer;

/// A layer that prints and counts each request that passes.
fn watch(
    place: &'static str,
    seen: Arc<AtomicUsize>,
) -> impl Layer<SeamService, Service = SeamService> {
    layer_fn(move |inner: SeamService| {
        let seen = seen.clone();
        let service = service_fn(move |request: Request<Body>| {
            let inner = inner.clone();
            let number = seen.fetch_add(1, Relaxed) + 1;
            async move {
                // The typed operation travels with the request: a layer knows what is called.
                let call = Call::of(&request).map_or("?", |call| call.operation().id());
                let team = request.headers().get("x-team");
                println!("{place:<8} #{number} → {call} (x-team: {team:?})");
                let answer = inner.oneshot(request).await;
                match &answer {
                    Ok(response) => println!("{place:<8} #{number} ← {}", response.status()),
                    Err(error) => println!("{place:<8} #{number} ← {error}"),
                }
                answer
            }
        });
        service.into_seam()
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let emulator = Emulator::builder().start().await?;
    let unavailable = Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    emulator.faults().push_for("reporting.attributes", unavailable)?;

    let (calls, attempts) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        // tower-http's, once per call. The first layer added sees a request first.
        .layer(SetRequestHeaderLayer::overriding(
            HeaderName::from_static("x-team"),
            HeaderValue::from_static("media-buying"),
        ))
        .layer(watch("call", calls.clone()))
        .attempt_layer(watch("attempt", attempts.clone()))
        .build()?;

    let answer = client.reporting().attributes().await?;
    println!("{} attributes after {} attempts", answer.attributes.len(), answer.attempts());
    println!("the call layer saw {} request", calls.load(Relaxed));
    println!("the attempt layer saw {} requests", attempts.load(Relaxed));
    Ok(())
}
