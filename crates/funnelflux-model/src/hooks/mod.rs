//! What FunnelFlux Pro sends to the servers of its users: webhooks, and requests to middleware nodes.

mod generated;

pub use generated::*;
