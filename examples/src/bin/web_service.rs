//! A web service by axum: all requests share one client, and with it one rate and one token.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin web_service
//! ```

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use funnelflux::prelude::*;
use funnelflux::testing::Emulator;
use funnelflux::transport::BoxError;
use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The answer to a web request that failed. The details go to the log and not to the visitor.
fn failed(error: &Error) -> (StatusCode, String) {
    let status = match error {
        error if error.is_invalid_request() => StatusCode::BAD_REQUEST,
        error if error.is_rate_limited() => StatusCode::TOO_MANY_REQUESTS,
        error if error.is_timeout() => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    };
    (status, error.label().to_owned())
}

async fn revenue(
    State(client): State<FunnelFlux>,
    Path(day): Path<String>,
) -> Result<String, (StatusCode, String)> {
    let wrong = |error: BoxError| (StatusCode::BAD_REQUEST, error.to_string());
    let day = TimeRange::days(&day, &day, &Zone::utc()).map_err(|error| wrong(error.into()))?;
    let request = DrilldownRequest::builder(day).attribute(Attribute::ELEMENT_FUNNEL).build();
    let request = request.map_err(|error| wrong(error.into()))?;
    let report = client.reporting().drilldown(&request).await.map_err(|error| failed(&error))?;
    Ok(report.totals().get(&Metric::REVENUE).unwrap_or_default().to_string())
}

/// Asks the service as `curl` does.
async fn ask(address: SocketAddr, day: &str) -> Result<(), BoxError> {
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET /revenue/{day} HTTP/1.1\r\nhost: example\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.lines().next().unwrap_or_default();
    println!("{day}: {status}: {}", answer.lines().last().unwrap_or_default());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let emulator = Emulator::builder().start().await?;
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .build()?;
    // A clone of a client is a handle to the same one.
    let service = Router::new().route("/revenue/{day}", get(revenue)).with_state(client);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, service).await });

    ask(address, "2026-01-01").await?;
    ask(address, "2026-01-02").await?;
    ask(address, "yesterday").await
}
