#![doc = include_str!("../README.md")]

mod client;
mod expiry;
#[doc(inline)]
pub use funnelflux_contract::operations::auth as operations;
mod provider;
mod session;
mod store;
mod tokens;

pub use client::{AuthClient, TokenIssuer};
pub use provider::RefreshingTokens;
pub use session::Session;
#[cfg(feature = "file")]
pub use store::FileStore;
pub use store::{EnvStore, MemoryStore, StoreLock, TokenStore};
pub use tokens::Tokens;
