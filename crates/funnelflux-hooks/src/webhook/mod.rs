//! Webhooks: events that FunnelFlux reports after they happened. The answer has no influence on the visitor.

mod memory;
mod receiver;
mod seen;
#[cfg(feature = "service")]
mod service;
#[cfg(feature = "sqlite")]
mod sqlite;
mod verify;

pub use memory::MemoryStore;
pub use receiver::{Receipt, Webhooks};
pub use seen::{Claim, SeenStore, StoreError};
#[cfg(feature = "service")]
pub use service::WebhookService;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use verify::Webhook;
