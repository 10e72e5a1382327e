#![doc = include_str!("../README.md")]

#[cfg(feature = "logic")]
pub mod logic;
mod severity;

pub use severity::Severity;
