//! A middleware node as one plain function, for platforms that bring their own server:
//!
//!     PORT=8789 cargo run -p funnelflux-hooks --example serverless_handler
//!     cargo run -p funnelflux-cli -- hooks trigger middleware --to http://127.0.0.1:8789/decide
//!
//! `SECRET` asks for the header `x-secret`.
#![allow(clippy::print_stdout, reason = "an example says what it serves")]

use std::convert::Infallible;
use std::env;
use std::time::Instant;

use funnelflux_hooks::Authentication;
use funnelflux_hooks::middleware::{MiddlewareNode, Routes};
use http::{HeaderMap, HeaderName};

funnelflux_hooks::decisions! {
    /// Where a visitor goes.
    enum Way {
        Local = "local",
        Abroad = "abroad",
    }
}

/// The handler: headers, body and arrival in, status and body out. It needs no runtime, waits for nothing, and can be
/// called from any platform's entry point.
fn handle(
    node: &MiddlewareNode<Way>,
    headers: &HeaderMap,
    body: &[u8],
    arrived: Instant,
) -> (u16, String) {
    let question = match node.open(headers, body, arrived) {
        Ok(question) => question,
        Err(rejection) => return (rejection.status().as_u16(), rejection.to_string()),
    };
    let country = question.request().text_in("visitor", "country");
    let way = if country.as_deref() == Some("DE") { Way::Local } else { Way::Abroad };
    (200, question.answer(Ok::<_, Infallible>(way)).body)
}

/// The platform: here axum, which collects the body.
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut proofs = Authentication::new();
    if let Ok(secret) = env::var("SECRET") {
        proofs = proofs.with_header(HeaderName::from_static("x-secret"), secret);
    }
    let node = MiddlewareNode::new(Routes::new()).with_authentication(proofs);
    let app = axum::Router::<()>::new().route(
        "/decide",
        axum::routing::any(move |headers: HeaderMap, body: bytes::Bytes| async move {
            #[allow(clippy::disallowed_methods, reason = "the arrival")]
            let (status, body) = handle(&node, &headers, &body, Instant::now());
            println!("{status} {body}");
            (
                http::StatusCode::from_u16(status).unwrap_or_default(),
                [("content-type", "application/json")],
                body,
            )
        }),
    );

    let port = env::var("PORT").map_or(Ok(8789), |port| port.parse::<u16>())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/decide", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
