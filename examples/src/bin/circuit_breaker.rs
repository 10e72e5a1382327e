//! A circuit breaker, once per call: after three failed calls it turns calls away without a request.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin circuit_breaker
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use funnelflux::prelude::*;
use funnelflux::testing::{Emulator, Fault};
use funnelflux::transport::{Body, BoxError, SeamService};
use http::{Request, StatusCode};
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};

const MOST: u32 = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let emulator = Emulator::builder().start().await?;
    emulator.faults().push(Fault::status(StatusCode::INTERNAL_SERVER_ERROR).times(MOST));

    // A real breaker also closes again after a while.
    let failures = Arc::new(AtomicU32::new(0));
    let count = failures.clone();
    let breaker = layer_fn(move |inner: SeamService| {
        let failures = count.clone();
        service_fn(move |request: Request<Body>| {
            let (inner, failures) = (inner.clone(), failures.clone());
            async move {
                if failures.load(Relaxed) >= MOST {
                    return Err(BoxError::from("the circuit is open"));
                }
                let answer = inner.oneshot(request).await;
                // Only a transient error counts: any other one is about the request, not about the server.
                if answer.as_ref().is_err_and(Error::is_transient) {
                    failures.fetch_add(1, Relaxed);
                } else {
                    failures.store(0, Relaxed);
                }
                Ok(answer?)
            }
        })
    });
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .retry(RetryPolicy::new().with_max_attempts(1))
        .layer(breaker)
        .build()?;

    for number in 1..=5 {
        if number == 5 {
            println!("the circuit is closed by hand");
            failures.store(0, Relaxed);
        }
        match client.reporting().attributes().await {
            Ok(answer) => println!("call {number}: {} attributes", answer.attributes.len()),
            Err(error) if error.is_rejected() => println!("call {number}: turned away: {error}"),
            Err(error) => println!("call {number}: {}: {error}", error.label()),
        }
    }
    Ok(())
}
