#![doc = include_str!("../README.md")]

mod api;
mod assets;
mod bulk;
mod engine;
mod generated;
mod kind;
mod ledger;
mod list;
mod object;
mod writes;

pub use api::AssetsApi;
#[cfg(feature = "mock")]
pub use api::MockAssetsApi;
pub use assets::{Assets, Created, DynamicAssets, Edited};
pub use bulk::{BulkOptions, BulkProgress, BulkReport};
#[doc(inline)]
pub use funnelflux_contract::operations::ledger as operations;
pub use funnelflux_contract::{AssetKind, Schema, Verb};
pub use funnelflux_transport::Accepted;
pub use generated::*;
pub use kind::{AnyId, AnyKind, Dynamic, Has, IdOf, InfoOf, Kind, Supports, verb};
pub use ledger::Ledger;
pub use list::ListFilter;
pub use writes::Writes;
