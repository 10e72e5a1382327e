//! The assets: traffic sources, offer sources, funnels and their parts.
//!
//! Every asset is a [`Document`](crate::Document) with typed access to the members that are known by
//! name. An asset that is read, changed and saved keeps everything else unchanged, known or not,
//! including `meta`, which only the app writes, and the order of members.
//!
//! - [`Model`] gives the document and the table of known members, each with its grade.
//! - [`Identified`] gives id and name, of full and slim types alike.
//! - [`LedgerAsset`] checks the documented rules and makes the bodies that are sent; [`rules`] does
//!   the same for a kind that is chosen at run time.
//!
//! Getters return `Ok(None)` for absent and `null`, and an error for a value of another kind.
//!
//! ```
//! use funnelflux_model::{Grade, ledger::{OfferSource, Status}};
//!
//! let mut source = OfferSource::new("2nIemJxCKbFX".parse()?, "Acme network");
//! source.set_status(&Status::Active).set_postback_tx_id("tx").set_category_id(None);
//! assert_eq!(
//!     serde_json::to_string(&source)?,
//!     r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"Acme network","status":"active","postbackTxId":"tx","idCategory":""}"#
//! );
//!
//! // Enumerations are open: unknown values are kept.
//! assert_eq!(Status::from("paused"), Status::Unknown("paused".into()));
//! assert_eq!(Status::Archived.grade(), Grade::Sibling);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod duplicate;
mod funnel;
mod generated;
mod links;
mod logic_script;
mod middleware_config;
mod middleware_destination;
mod middleware_route;
mod model;
pub mod rules;
mod stored_secret;
mod traffic_source;

pub use duplicate::{DuplicateRequest, FunnelDuplicateRequest, LogicScriptDuplicateRequest};
pub use funnelflux_contract::{Member, PLACEHOLDER, Schema};
pub use generated::*;
pub use model::{Identified, LedgerAsset, Model, Object};
pub use stored_secret::StoredSecret;
