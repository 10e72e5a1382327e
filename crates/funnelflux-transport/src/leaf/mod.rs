//! 13 · The leaf: what really sends.

mod over_reqwest;
mod tls;
mod urls;

pub use over_reqwest::{ReqwestTransport, ReqwestTransportBuilder, SendFuture};
