//! Middleware configs: whom FunnelFlux Pro asks where a visitor goes next.

mod config;
mod destination;
mod route;
mod secret;

pub use config::{MiddlewareConfig, MiddlewareConfigInfo};
pub use destination::{DestinationOverrides, MiddlewareDestination};
pub use route::MiddlewareRoute;
pub use secret::{PLACEHOLDER, Secret};
pub(super) use secret::{align, unfounded};
