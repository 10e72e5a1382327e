//! A FunnelFlux Pro API on loopback, for tests, demos and offline work.
//!
//! The emulator is stateful: tokens expire by a clock that can be moved, refresh tokens rotate and can
//! be revoked, and one made-up account has the same traffic for the same seed. It listens on 127.0.0.1
//! only, or is called in process as a tower service. What it answers, what it refuses, and what it
//! chose where the live behaviour is unknown, is described in `docs/emulator.md` of the repository.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use funnelflux_emulator::{Clock, Emulator, Fault, RetryAfter};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
//! let emulator = Emulator::builder().seed(42).clock(Clock::fixed(start)).start().await?;
//!
//! // The first drilldown is answered 429, the second 200.
//! emulator.faults().push_for(
//!     "reporting.drilldown",
//!     Fault::rate_limited(RetryAfter::Seconds(1)),
//! )?;
//! // Three days later the access token is expired.
//! emulator.advance(Duration::from_secs(72 * 3600));
//! # Ok(())
//! # }
//! ```
//!
//! # Inside
//!
//! Each module uses those below it only; `cargo xtask layers` proves it.
//!
//! ```text
//! emulator                            the public type and its builder
//! server                              sockets, the tower service
//! pipeline                            faults, limits, checks of one request
//! routes                              the operation of a request
//! handlers                            one answer for each operation
//! state                               everything of one emulator
//! ledger, registry, vault, traffic    assets, domains, tokens, visits
//! account, table, journal, faults, limits
//! wire, options, clock, sleep, lock, rng, error
//! ```

mod account;
mod clock;
mod emulator;
mod error;
mod faults;
mod handlers;
mod journal;
mod ledger;
mod limits;
mod lock;
mod options;
mod pipeline;
mod registry;
mod rng;
mod routes;
mod server;
mod sleep;
mod state;
mod table;
mod traffic;
mod vault;
mod wire;

pub use account::{Account, Asset};
pub use clock::Clock;
pub use emulator::Emulator;
pub use error::StartError;
pub use faults::{Fault, Faults, UnknownOperation};
pub use journal::{Calls, RecordedRequest};
pub use limits::PoolUse;
pub use options::{
    AttributeList, DeletedAssets, EmulatorBuilder, ErrorShape, ExpiredStatus, ExpiryUnit,
    PoolLimits, RangeEnd, RetryAfter, Rotation, UnknownMembers,
};
pub use server::{Body, Router};
pub use traffic::amend::Updates;
