#![doc = include_str!("../README.md")]

mod client;
mod expiry;
#[doc(inline)]
pub use funnelflux_contract::operations::auth as operations;
mod provider;
mod store;
mod tokens;

pub use client::{AuthClient, Session, TokenIssuer};
pub use provider::RefreshingTokens;
#[cfg(feature = "file")]
pub use store::FileStore;
pub use store::{EnvStore, MemoryStore, StoreLock, TokenStore};
pub use tokens::Tokens;
