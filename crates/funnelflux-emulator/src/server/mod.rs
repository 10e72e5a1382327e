//! The server: from a socket, or a caller in this process, to the pipeline and back.

mod accept;
mod body;
mod router;

pub(crate) use accept::Server;
pub use body::Body;
pub use router::Router;
