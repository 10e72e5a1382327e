//! Tokens of FunnelFlux Pro: log in once, and every later call, cron job and second process works.
//!
//! [`RefreshingTokens`] keeps an access token fresh. However many calls find it expired at once,
//! in this process or in others that share its [`TokenStore`], it is refreshed **once**: the
//! vendor allows a hundred refresh tokens per user before the oldest die (documented), and a
//! rotated one must not be presented twice. The refresh runs in a task of its own, so a caller
//! that gives up does not waste the grant while the runtime lives.
//!
//! ```no_run
//! # fn example() -> Result<(), funnelflux_transport::Error> {
//! use std::sync::Arc;
//! use funnelflux_auth::{AuthClient, FileStore, RefreshingTokens};
//! use funnelflux_transport::Client;
//!
//! let bare = Client::builder().build()?;
//! let store = FileStore::new("/home/me/.config/funnelflux/tokens.json");
//! let tokens = RefreshingTokens::new(AuthClient::new(bare), store);
//! let client = Client::builder().token_provider(Arc::new(tokens)).build()?;
//! # Ok(()) }
//! ```
//!
//! A compromised token can be invalidated by the vendor's support only (documented).
//!
//! The vendor has announced another authentication provider (documented). All code for today's
//! endpoint is behind the trait [`TokenIssuer`].

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
