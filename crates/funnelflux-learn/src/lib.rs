#![doc = include_str!("../README.md")]

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "schemas")]
#[doc(hidden)]
pub mod contract;
#[cfg(feature = "schemas")]
mod error;
#[cfg(feature = "schemas")]
pub mod schemas;

#[cfg(feature = "schemas")]
pub use error::Error;
