#![doc = include_str!("../README.md")]

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
