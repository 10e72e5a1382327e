#![doc = include_str!("../README.md")]

mod authentication;
#[cfg(feature = "axum")]
mod axum;
mod clock;
mod handler;
pub mod middleware;
mod payload;
#[cfg(feature = "service")]
mod read;
mod rejection;
mod reply;
pub mod routes;
pub mod sample;
pub mod webhook;

pub use authentication::{Authentication, Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
pub use funnelflux_model::hooks as payloads;
pub use rejection::Rejection;
pub use reply::ReplyBody;
