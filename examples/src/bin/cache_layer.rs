//! A cache of your own, once per call: five calls, one request.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin cache_layer
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use funnelflux::prelude::*;
use funnelflux::testing::Emulator;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::{Body, BoxError, Call, SeamService};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};

/// Answers by operation, query and body. A real cache also has a size and an age.
type Cache = Arc<Mutex<HashMap<String, Bytes>>>;

/// What identifies a read; `None` for all that must reach the server.
fn key(request: &Request<Body>) -> Option<String> {
    let operation = Call::of(request)?.operation();
    let reads = operation.id() == "reporting.attributes" || operation.id() == "reporting.drilldown";
    let body = String::from_utf8_lossy(request.body().as_bytes()?);
    reads.then(|| format!("{} {} {body}", operation.id(), request.uri()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let emulator = Emulator::builder().start().await?;
    let cache = Cache::default();
    let layer = layer_fn(move |inner: SeamService| {
        let cache = cache.clone();
        service_fn(move |request: Request<Body>| {
            let (inner, cache, key) = (inner.clone(), cache.clone(), key(&request));
            async move {
                let Some(key) = key else { return Ok(inner.oneshot(request).await?) };
                let kept = cache.lock().map_err(|_| "the cache is poisoned")?.get(&key).cloned();
                if let Some(kept) = kept {
                    return Ok(Response::new(Body::from(kept)));
                }
                let (parts, body) = inner.oneshot(request).await?.into_parts();
                let bytes = Limited::new(body, 64 << 20).collect().await?.to_bytes();
                cache.lock().map_err(|_| "the cache is poisoned")?.insert(key, bytes.clone());
                Ok::<_, BoxError>(Response::from_parts(parts, Body::from(bytes)))
            }
        })
    });
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .layer(layer)
        .build()?;

    for number in 1..=5 {
        let answer = client.reporting().attributes().await?;
        // A call that the cache answered made no attempt.
        let from = if answer.attempts() == 0 { "the cache" } else { "the server" };
        println!("call {number}: {} attributes from {from}", answer.attributes.len());
    }
    Ok(())
}
