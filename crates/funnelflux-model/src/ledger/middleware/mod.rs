//! Middleware configs: their secrets, routes and rules.

pub(super) mod config;
mod destination;
mod route;
mod secret;

pub use secret::StoredSecret;
pub(super) use secret::{align, unfounded};
