#![doc = include_str!("../README.md")]

mod builder;
mod funnelflux;
#[cfg(feature = "funnels")]
pub mod funnels;
pub mod links;
pub mod operations;
pub mod prelude;
pub mod testing;

pub use builder::Builder;
pub use funnelflux::FunnelFlux;

pub use funnelflux_auth as auth;
#[cfg(feature = "domains")]
pub use funnelflux_domains as domains;
#[cfg(feature = "emulator")]
pub use funnelflux_emulator as emulator;
#[cfg(feature = "hooks")]
pub use funnelflux_hooks as hooks;
pub use funnelflux_id as id;
#[cfg(feature = "imports")]
pub use funnelflux_imports as imports;
#[cfg(feature = "journal")]
pub use funnelflux_journal as journal;
#[cfg(any(feature = "doctor", feature = "schemas", feature = "sessions"))]
pub use funnelflux_learn as learn;
#[cfg(feature = "doctor")]
pub use funnelflux_learn::account as doctor;
#[cfg(feature = "ledger")]
pub use funnelflux_ledger as ledger;
pub use funnelflux_model as model;
#[cfg(feature = "reporting")]
pub use funnelflux_reporting as reporting;
pub use funnelflux_transport as transport;
pub use funnelflux_transport::Error;
