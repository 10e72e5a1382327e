//! Assets of FunnelFlux Pro: the ledger.
//!
//! One engine, [`DynamicAssets`], has all operations (list, find, create, save, duplicate, delete,
//! archive, move) for every [kind of asset](AssetKind), on documents. [`Assets`] is a typed layer over
//! it: it has models in place of documents, and exactly the operations that the vendor's reference
//! lists for the kind compile. Objects are lossless: members unknown to this SDK are read and written
//! back byte for byte.
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
//! [`operations`]. A `path_override` of the client corrects a wrong one.

mod api;
mod assets;
mod bulk;
mod dynamic;
mod generated;
mod kind;
mod ledger;
mod list;
mod object;
mod writes;

pub use api::AssetsApi;
#[cfg(feature = "mock")]
pub use api::MockAssetsApi;
pub use assets::Assets;
pub use bulk::{BulkOptions, BulkProgress, BulkReport};
pub use dynamic::{Created, DynamicAssets, Edited};
#[doc(inline)]
pub use funnelflux_contract::operations::ledger as operations;
pub use funnelflux_contract::{AssetKind, Verb};
pub use funnelflux_transport::Accepted;
pub use generated::*;
pub use kind::{IdOf, InfoOf, Kind, Supports, verb};
pub use ledger::Ledger;
pub use list::ListFilter;
pub use writes::Writes;
