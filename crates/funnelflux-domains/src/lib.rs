//! Custom domains of FunnelFlux Pro: add one, get the DNS records to set, wait until it is live.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use funnelflux_domains::{Domains, WaitOptions};
//! use funnelflux_transport::Client;
//!
//! let domains = Domains::new(Client::builder().build()?);
//! let domain = domains.create("go.example.com").await?;
//! if let Some(records) = domain.dns_records().zone_snippet() {
//!     println!("{records}");
//! }
//! let id = domain.id()?.unwrap_or_default().into_owned();
//! domains.wait_until_active(&id, WaitOptions::new()).await?;
//! # Ok(()) }
//! ```
//!
//! A refusal can arrive as HTTP 200 with `success: false` (documented). It is an error here:
//! [`Error::is_refused`](funnelflux_transport::Error::is_refused), and [`refusal`] gives the typed
//! reason.

mod api;
#[doc(inline)]
pub use funnelflux_contract::operations::billing as operations;
mod service;
mod wait;

pub use api::DomainsApi;
#[cfg(feature = "mock")]
pub use api::MockDomainsApi;
pub use service::{Domains, refusal};
pub use wait::{WaitOptions, WaitStep};
