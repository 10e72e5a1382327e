//! The server: from a socket, or a caller in this process, to the pipeline and back.

mod accept;
mod router;

pub(crate) use accept::Server;
pub use router::{Body, Router};
