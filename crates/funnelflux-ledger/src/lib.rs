//! Assets of FunnelFlux Pro: the ledger.
//!
//! The family of operations (list, find, create, save, duplicate, delete, archive, move) is written
//! once; each kind of asset has exactly those that the vendor's reference lists for it, and anything
//! else does not compile. Objects are lossless: what this SDK does not know of them is read and
//! written back as it came, byte for byte.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use funnelflux_ledger::{Ledger, ListFilter};
//! use funnelflux_model::ledger::Identified as _;
//! use funnelflux_transport::Client;
//!
//! let ledger = Ledger::new(Client::builder().build()?);
//! for source in ledger.offer_sources().list(&ListFilter::new().status("active")).await?.iter() {
//!     println!("{}: {}", source.asset_id_text(), source.asset_name());
//! }
//! # Ok(()) }
//! ```
//!
//! Most paths here are graded sibling or inferred: see each operation's documentation in
//! [`operations`], and correct them by `path_override` where an account shows otherwise.

mod accepted;
mod api;
mod assets;
mod bulk;
pub mod capability;
mod collection;
mod ids;
mod ledger;
mod list;
#[doc(inline)]
pub use funnelflux_contract::operations::ledger as operations;
mod refusal;
mod untyped;
mod variants;

pub use accepted::Accepted;
pub use api::AssetsApi;
#[cfg(feature = "mock")]
pub use api::MockAssetsApi;
pub use bulk::{BulkOptions, BulkProgress, BulkReport};
pub use collection::{Assets, Created, Edited};
pub use ledger::Ledger;
pub use list::ListFilter;
pub use untyped::{AnyAssets, Capability};
pub use variants::{CurrentFunnelGroup, OldTrafficSourceCategory};
