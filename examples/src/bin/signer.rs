//! A signature on each attempt: it covers the attempt's number and the body, so a retry is signed anew.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin signer
//! ```

use funnelflux::prelude::*;
use funnelflux::testing::{Emulator, Fault};
use funnelflux::transport::{Body, BoxError, Call};
use http::{HeaderValue, Request, StatusCode};
use sha2::{Digest as _, Sha256};
use tower::filter::FilterLayer;

const SECRET: &[u8] = b"an example, and no secret";

/// Signs a request, or turns it away: then nothing is sent, and the error is local.
fn sign(mut request: Request<Body>) -> Result<Request<Body>, BoxError> {
    let attempt = Call::of(&request).ok_or("a request without its call")?.attempt();
    let body = request.body().as_bytes().ok_or("a body in memory only")?;
    // A real signer takes an HMAC.
    let digest = Sha256::new_with_prefix(SECRET).chain_update(attempt.to_be_bytes());
    let signature: String =
        digest.chain_update(body).finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("attempt {attempt}: {} bytes signed", body.len());
    request.headers_mut().insert("x-signature", HeaderValue::try_from(&signature)?);
    Ok(request)
}

/// Runs after the signer and prints what it added.
fn show(request: Request<Body>) -> Result<Request<Body>, BoxError> {
    let signature = request.headers().get("x-signature").ok_or("a request without signature")?;
    println!("    x-signature: {}", signature.to_str()?);
    Ok(request)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let emulator = Emulator::builder().start().await?;
    emulator.faults().push(Fault::status(StatusCode::SERVICE_UNAVAILABLE));
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .attempt_layer(FilterLayer::new(sign))
        .attempt_layer(FilterLayer::new(show))
        .build()?;
    let day = TimeRange::days("2026-01-01", "2026-01-01", &Zone::utc())?;
    let request = DrilldownRequest::builder(day).attribute(Attribute::ELEMENT_FUNNEL).build()?;
    let report = client.reporting().drilldown(&request).await?;
    println!("{} rows after {} attempts", report.rows().len(), report.attempts());
    Ok(())
}
