//! CPU time and allocations per HTTP request: our stack beside what it is made of and what it could
//! be replaced by.

mod case;
mod exchange;
mod measure;
mod over_hyper;
mod over_middleware;
mod over_reqwest;
mod over_stack;
mod server;

pub use case::Case;
pub use measure::{Bench, alone, benches, run};
