//! Middleware nodes: FunnelFlux asks, the visitor waits, the answer decides the way.
//!
//! Whatever happens, an authenticated request gets a decision in time: that of the handler, or the fallback
//! if the handler is late, fails, panics, is not asked because of load, or the body cannot be read. An answer
//! that comes later than the time that FunnelFlux allows is worth nothing: the visitor has waited all of it and
//! goes to the route `default` (*documented*).

mod deadline;
mod decision;
mod node;
mod outcome;
mod question;
#[cfg(feature = "service")]
mod service;

pub use deadline::Deadline;
#[doc(hidden)]
pub use decision::are_keys;
pub use decision::{Decision, Mismatch, Routes};
pub use node::MiddlewareNode;
pub use outcome::{Answer, Outcome, Reason};
pub use question::Question;
#[cfg(feature = "service")]
pub use service::MiddlewareService;
