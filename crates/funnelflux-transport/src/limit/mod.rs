//! How fast and how much at once: a GCRA rate limiter that learns from 429, and two semaphores.

mod pace;
mod permits;
mod rate;

pub(crate) use permits::{Limiter, Permits, Refusal};
pub use rate::RateLimit;
