//! A webhook receiver that writes each conversion into a table, exactly once:
//!
//!     PORT=8788 cargo run -p funnelflux-hooks --example conversion_sink
//!     cargo run -p funnelflux-cli -- hooks trigger webhook --to http://127.0.0.1:8788/webhook
//!
//! `DATABASE` is the SQLite file, `conversions.sqlite` unless set.
#![allow(clippy::print_stdout, reason = "an example says what it serves")]

use std::env;
use std::sync::{Arc, Mutex, PoisonError};

use funnelflux_hooks::payloads::WebhookEventType;
use funnelflux_hooks::webhook::{Webhook, WebhookService, Webhooks};
use rusqlite::{Connection, params};

/// The unique key makes a repeat harmless, also one that comes after a crash between the insert and the answer.
const TABLE: &str = "PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS conversions (
        request_id TEXT PRIMARY KEY, received TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, payload TEXT NOT NULL
    );";
const INSERT: &str =
    "INSERT INTO conversions (request_id, payload) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

fn insert(
    database: &Mutex<Connection>,
    webhook: &Webhook,
) -> Result<usize, Box<dyn std::error::Error>> {
    let payload = serde_json::to_string(webhook.payload())?;
    let database = database.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(database.execute(INSERT, params![webhook.request_id(), payload])?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = env::var("DATABASE").unwrap_or_else(|_| "conversions.sqlite".to_owned());
    let database = Connection::open(path)?;
    database.execute_batch(TABLE)?;
    let database = Arc::new(Mutex::new(database));

    let service = WebhookService::new(Webhooks::new(), move |webhook: Webhook| {
        let database = Arc::clone(&database);
        async move {
            if webhook.event() != &WebhookEventType::ConversionTriggered {
                println!("{}: not a conversion", webhook.event().as_str());
                return Ok(());
            }
            // An error is answered 500; what it says stays here.
            let insert = move || insert(&database, &webhook).map_err(|error| error.to_string());
            let result =
                tokio::task::spawn_blocking(insert).await.map_err(|error| error.to_string())?;
            println!(
                "{}",
                match &result {
                    Ok(0) => "a repeat".to_owned(),
                    Ok(_) => "a conversion".to_owned(),
                    Err(error) => format!("not written: {error}"),
                }
            );
            result.map(drop)
        }
    });
    let app = axum::Router::<()>::new().route_service("/webhook", service);

    let port = env::var("PORT").map_or(Ok(8788), |port| port.parse::<u16>())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/webhook", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
