#![doc = include_str!("../README.md")]

mod accepted;
mod base_url;
mod body;
mod builder;
mod call;
mod client;
mod error;
mod in_flight;
pub mod layers;
mod lock;
mod observe;
mod operation;
mod overlay;
mod pointers;
mod redact;
#[cfg(feature = "replay")]
pub mod replay;
mod request;
mod response;
mod secrets;
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
pub use error::{BoxError, Error, ErrorKind, Outcome};
pub use funnelflux_contract::operation;
pub use http;
pub use http_body;
#[cfg(feature = "reqwest")]
pub use layers::leaf::{ReqwestTransport, ReqwestTransportBuilder};
pub use layers::limit::RateLimit;
pub use layers::retry::RetryPolicy;
#[doc(hidden)]
pub use lock::Lock;
pub use observe::{Event, Observer};
pub use operation::{Grade, Idempotency, Operation, OperationRef, Weight};
pub use overlay::{EACH_ID, Evidence, Fact, Overlay, Says};
pub use request::CallBuilder;
pub use response::Response;
pub use secrets::{Secret, Secrets};
pub use stack::{IntoSeam, SeamFuture, SeamService};
pub use timer::{Sleep, Timer, TokioTimer};
pub use token::{AccessToken, StaticToken, TokenProvider};
pub use {tower_layer, tower_service};
