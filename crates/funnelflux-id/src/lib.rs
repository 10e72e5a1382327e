#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(feature = "generate"),
    doc = "",
    doc = "[`Generator`]: AssetId",
    doc = "[`new_id`]: AssetId",
    doc = "[`new_ids`]: AssetId"
)]

mod asset;
mod asset_id;
#[cfg(feature = "generate")]
mod cycle;
#[cfg(feature = "generate")]
mod encode;
mod format;
#[cfg(feature = "generate")]
mod generate_error;
#[cfg(feature = "generate")]
mod generator;
#[rustfmt::skip]
mod markers;
mod parse_error;
#[cfg(feature = "generate")]
mod sequence;
mod text;
mod tracking_id;
mod typed;

pub use asset::Asset;
pub use asset_id::AssetId;
#[cfg(feature = "generate")]
pub use generate_error::GenerateError;
#[cfg(feature = "generate")]
pub use generator::{Generator, new_id, new_ids};
pub use markers::*;
pub use parse_error::ParseIdError;
pub use tracking_id::{HitId, VisitorId};
pub use typed::Id;
