//! Asset ids of FunnelFlux Pro: make, parse, check.
//!
//! FunnelFlux Pro wants its API's callers to make the ids of what they create: of every asset,
//! every node of a funnel and every connection between nodes. The server may cut a
//! malformed id short, or leave it out of the statistics. This crate makes valid ids and recognises
//! malformed ones. It does no I/O and is not async.
//!
//! # Making ids
//!
//! ```
//! # #[cfg(feature = "generate")] {
//! use funnelflux_id::{Funnel, FunnelNode, Id};
//!
//! let funnel = Id::<Funnel>::generate()?;
//! let node = Id::<FunnelNode>::generate()?;
//!
//! // Many at once, without their kind, in a fraction of the time:
//! let ids = funnelflux_id::new_ids(100_000)?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Id<T>`](Id) knows what it is the id of, so that the compiler tells a funnel's from a page's;
//! [`AssetId`] is the bare id. Both are 12 bytes and `Copy`.
//!
//! # Reading and checking ids
//!
//! ```
//! use funnelflux_id::AssetId;
//!
//! let id: AssetId = "2nIemJxCKbFX".parse()?;
//! assert_eq!(id.created_at_rfc3339(), "2024-08-02T13:51:12.853Z");
//! assert_eq!(id.unix_millis(), 1_722_606_672_853);
//! # Ok::<(), funnelflux_id::ParseIdError>(())
//! ```
//!
//! With the feature `serde` an id is a string, also as the key of a map.
//!
//! # Hits and visitors
//!
//! `HitId` and `VisitorId` are **not** asset ids: FunnelFlux Pro makes them while it tracks, in a
//! form of their own that is only partly known. They are types of their own with tolerant rules.
//!
//! # How an id is made
//!
//! The vendor documents 12 characters of
//! `0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`. The first 7 are the
//! milliseconds since 2019-07-23T00:00:00Z as a base-62 number; they last until
//! 2131-02-25T10:16:46.207Z. The last 5 are random. A time outside of that range is an error, never a
//! wrong id. That the greatest digit comes first and that `0` fills the left is *inferred*; the
//! creation times of known assets confirm it, two ids of 2020 that begin with `0` among them.
//!
//! Of 62⁵ = 916 132 832 endings drawn anew for each id, about four pairs among four million ids made
//! within two seconds would be equal. Here chance draws, once per millisecond, where to start and
//! how far to step; the ids are the steps of a walk that visits all 62⁵ before it comes back. So
//!
//! - no id comes twice from one generator, at any speed;
//! - nor when the clock stands still or steps back: the walk of the last millisecond goes on until
//!   the clock has caught up, and when it is used up the next millisecond is begun ahead of time;
//! - ids of two generators (two processes, two machines) are equal with the chance that the
//!   documented format leaves: 1 : 916 132 832 for a pair made in the same millisecond.
//!
//! Ids order by their millisecond; their order within one has no meaning. An id is not a secret: two
//! ids of one millisecond reveal the others.
//!
//! **A process that forks** without `exec` (not `std::process::Command`, which does `exec`)
//! leaves both sides on the same walk until the clock reaches a new millisecond; from there the
//! operating system's randomness parts them. A child that makes ids at once should make a
//! [`Generator`] of its own, as should one forked while the clock is set back.
//!
//! [`Generator`] takes a clock and a source of randomness of your own, as closures. The vendor hosts a
//! generator, too, for ids made by hand: <https://test-resources.funnelflux.pro/api/id-generator.html>
//! (documented).
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `generate` | yes | [`new_id`], [`new_ids`], [`Generator`], on the system's clock and randomness |
//! | `serde` | yes | `Serialize` and `Deserialize` for all ids |
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
