#![doc = include_str!("../README.md")]

mod account;
mod caller;
mod clock;
mod dialect;
mod emulator;
mod faults;
mod handlers;
mod har;
mod hooks;
mod journal;
mod ledger;
mod limits;
mod options;
mod pipeline;
mod registry;
mod rng;
mod server;
mod state;
mod table;
mod traffic;
mod translate;
mod vault;
mod wire;

pub use account::{Account, Asset};
pub use clock::Clock;
pub use emulator::{Emulator, StartError};
pub use faults::{Fault, Faults, UnknownOperation};
pub use hooks::Hooks;
pub use journal::{Calls, RecordedRequest};
pub use limits::PoolUse;
pub use options::{
    AttributeList, DeletedAssets, EmulatorBuilder, ErrorShape, ExpiredStatus, ExpiryUnit,
    PoolLimits, RangeEnd, RetryAfter, Rotation, UnknownMembers,
};
pub use server::{Body, Router};
pub use traffic::amend::Updates;
