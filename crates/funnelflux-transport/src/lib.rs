//! The HTTP transport of the FunnelFlux Pro SDK: a tower stack that retries only what may be
//! retried, slows down when asked to, keeps its time limits, and says exactly what went wrong.
//!
//! It knows no FunnelFlux model. A request is an [`Operation`] (what is called, and what a repeat
//! does) with a body; an answer is bytes or JSON with status, headers and times; a failure is one
//! [`Error`] with predicates and an [`Outcome`].
//!
//! ```no_run
//! # async fn example() -> Result<(), funnelflux_transport::Error> {
//! use funnelflux_transport::{http::Method, Client};
//!
//! let client = Client::builder().build()?;
//! let list = client.call_raw(Method::GET, "/trafficsource/list");
//! let answer = list.query("status", "active").send().await?;
//! println!("{} bytes, request id {:?}", answer.len(), answer.request_id());
//! # Ok(()) }
//! ```
//!
//! # Extending it
//!
//! The seam is `http::Request<`[`Body`]`>` → `http::Response<`[`Body`]`>`, as a
//! `tower_service::Service`. Four places take your own code:
//!
//! | | runs | for |
//! |---|---|---|
//! | [`ClientBuilder::layer`] | once per call, outside the retries | caching, audit, dry runs |
//! | [`ClientBuilder::attempt_layer`] | once per attempt, inside the retries | signing, tracing |
//! | [`ClientBuilder::transport`] | instead of reqwest | recordings, mocks, other HTTP clients |
//! | [`ClientBuilder::observer`] | on each [`Event`] | metrics, progress |
//!
//! Every built-in step is a public layer in [`layers`]; [`Client::from_service`] takes a stack of
//! your own making.
//!
//! # Features
//!
//! `reqwest` (default): the built-in transport. `rustls`, `rustls-ring`, `native-tls`: HTTPS; without
//! any of them the client reaches loopback only. `http2`: HTTP/2 where the server offers it. `gzip`:
//! compressed answers. `replay`: recordings.

mod accepted;
mod base_url;
mod body;
mod builder;
mod call;
mod client;
mod dispatch;
mod error;
mod in_flight;
pub mod layers;
mod observe;
mod operation;
mod overlay;
mod redact;
#[cfg(feature = "replay")]
pub mod replay;
mod request;
mod response;
mod secret;
mod stack;
mod timer;
mod token;
mod verdict;

pub use accepted::Accepted;
pub use base_url::{BaseUrl, DEFAULT_BASE_URL};
pub use body::Body;
pub use builder::ClientBuilder;
pub use bytes;
pub use call::{Call, CallOptions};
pub use client::Client;
pub use error::{BoxError, Error, Outcome};
pub use funnelflux_contract::operation;
pub use http;
pub use http_body;
#[cfg(feature = "reqwest")]
pub use layers::leaf::{ReqwestTransport, ReqwestTransportBuilder};
pub use layers::limit::RateLimit;
pub use layers::retry::RetryPolicy;
pub use observe::{Event, Observer};
pub use operation::{Grade, Idempotency, Operation, OperationRef, Weight};
pub use overlay::Overlay;
pub use request::CallBuilder;
pub use response::Response;
pub use secret::Secret;
pub use stack::{IntoSeam, SeamFuture, SeamService};
pub use timer::{Sleep, Timer, TokioTimer};
pub use token::{AccessToken, StaticToken, TokenProvider};
pub use {tower_layer, tower_service};
