//! A middleware node that sends suspicious leads another way, served by axum:
//!
//!     PORT=8787 cargo run -p funnelflux-hooks --example fraud_check
//!     cargo run -p funnelflux-cli -- hooks trigger middleware --to http://127.0.0.1:8787/decide
//!
//! `PASSWORD` asks for HTTP basic credentials of the user `funnelflux`.
#![allow(clippy::print_stdout, reason = "an example says what it serves")]

use std::env;
use std::time::Duration;

use funnelflux_hooks::Authentication;
use funnelflux_hooks::middleware::{Deadline, MiddlewareService, Routes};
use funnelflux_hooks::payloads::MiddlewareRequest;

funnelflux_hooks::decisions! {
    /// What becomes of a visitor. The middleware config has one route for each, and `default`.
    enum Decision {
        Approved = "approved",
        Rejected = "rejected",
        Review = "review",
    }
}

/// Replace this by your own rules. Every member may be missing.
async fn decide(
    request: MiddlewareRequest,
    deadline: Deadline,
) -> Result<Decision, std::io::Error> {
    // A look-up of your own gets less than what is left:
    // client.get(url).timeout(deadline.left() / 2).send().await
    let _ = deadline.left();
    let Some(email) = request.text_in("action_data", "email") else { return Ok(Decision::Review) };
    let is_throwaway =
        ["mailinator.com", "example.org"].iter().any(|domain| email.ends_with(domain));
    Ok(if is_throwaway { Decision::Rejected } else { Decision::Approved })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut proofs = Authentication::new();
    if let Ok(password) = env::var("PASSWORD") {
        proofs = proofs.with_basic("funnelflux", password);
    }
    let service = MiddlewareService::new(Routes::new().with_fallback(Decision::Review), decide)
        .with_authentication(proofs)
        // `timeoutMs` of the config, for requests whose body does not say it.
        .with_time(Duration::from_secs(3))
        .with_concurrency(1000)
        .with_observer(|outcome| {
            let (decision, reason) = (outcome.decision, outcome.reason.as_str());
            println!("{decision} ({reason}) in {:?}, {:?} left", outcome.took, outcome.left);
        });
    let app = axum::Router::<()>::new().route_service("/decide", service);

    let port = env::var("PORT").map_or(Ok(8787), |port| port.parse::<u16>())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/decide", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
