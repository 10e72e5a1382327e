//! Injected faults.

mod fault;
mod queue;

pub use fault::Fault;
pub(crate) use fault::Kind;
pub use queue::{Faults, UnknownOperation};
