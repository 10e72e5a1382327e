#![doc = include_str!("../README.md")]

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "schemas")]
#[doc(hidden)]
pub mod contract;
#[cfg(any(feature = "schemas", feature = "sessions"))]
mod error;
#[cfg(feature = "sessions")]
pub mod har;
#[cfg(feature = "schemas")]
mod matching;
#[cfg(feature = "schemas")]
pub mod schemas;
#[cfg(feature = "schemas")]
mod words;

#[cfg(feature = "sessions")]
pub mod session;

#[cfg(any(feature = "schemas", feature = "sessions"))]
pub use error::Error;
