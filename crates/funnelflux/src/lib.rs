//! The Rust SDK of [FunnelFlux Pro](https://funnelflux.pro), the hosted click tracker and funnel
//! builder.
//!
//! # A report in ten lines
//!
//! ```
//! # #[cfg(all(feature = "emulator", feature = "reqwest", feature = "reporting"))]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use funnelflux::prelude::*;
//!
//! # let emulator = funnelflux::emulator::Emulator::builder().start().await?;
//! # let (base, token) = (emulator.base_url().to_owned(), emulator.access_token().to_owned());
//! let funnelflux = FunnelFlux::builder().base_url(base).access_token(token).build()?;
//!
//! let zone: Zone = "Europe/Berlin".parse()?;
//! let range = TimeRange::days("2026-03-23", "2026-03-29", &zone)?;
//! let request = DrilldownRequest::builder(range).attribute(Attribute::ELEMENT_FUNNEL).build()?;
//!
//! let report = funnelflux.reporting().drilldown(&request).await?;
//! for row in report.rows() {
//!     let funnel = row.attribute(0).and_then(|a| a.value().map(|v| v.into_owned()));
//!     println!("{funnel:?} {:?}", row.metric(&Metric::REVENUE).as_decimal());
//! }
//! # Ok(()) }
//! # #[cfg(all(feature = "emulator", feature = "reqwest", feature = "reporting"))]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! Against the live API leave `base_url` out; access and refresh tokens come from the app
//! (Settings > API Access).
//!
//! # Tokens
//!
//! An access token lives 72 hours (documented). Give the builder a
//! [token store](auth::TokenStore) and the client refreshes by itself, once for all calls, tasks
//! and processes that share the store:
//!
//! ```no_run
//! # #[cfg(feature = "file")]
//! # fn example() -> Result<(), funnelflux::Error> {
//! use funnelflux::{FunnelFlux, auth::FileStore};
//! let funnelflux = FunnelFlux::builder().token_store(FileStore::new("tokens.json")).build()?;
//! # Ok(()) }
//! ```
//!
//! # When something goes wrong
//!
//! Every failure is an [`Error`] with predicates. The most important one is
//! [`is_ambiguous`](Error::is_ambiguous): a write was sent, and its outcome is unknown. The SDK never
//! repeats such a call; check its effect before you do.
//!
//! ```
//! # fn handle(error: funnelflux::Error) {
//! if error.is_ambiguous() {
//!     eprintln!("look before you send it again: {error}");
//! } else if error.needs_authorisation() {
//!     eprintln!("log in again: {error}");
//! } else {
//!     // What the vendor's support asks for, without secrets.
//!     eprintln!("{}", error.support_report());
//! }
//! # }
//! ```
//!
//! # Grades
//!
//! Part of this API is documented, part is known from a third-party integration, and part is a
//! guess. Every operation carries its [grade](transport::Grade):
//!
//! ```
//! # #[cfg(feature = "ledger")]
//! # {
//! use funnelflux::operations;
//! let list = operations::find_by_id("ledger.page.list").unwrap();
//! assert!(list.path_grade().is_guess());
//! println!("{} may live at {} or {:?}", list.id(), list.path(), list.alternatives());
//! # }
//! ```
//!
//! An override replaces a wrong guess without a release:
//! `.path_override("ledger.page.list", "/pages/list")`; see [`Overlay`](transport::Overlay).
//!
//! # Any other call
//!
//! [`FunnelFlux::call_raw`] reaches endpoints without a method of their own, with token, retries and
//! limits. A path of the contract keeps the rules of its operation:
//!
//! ```no_run
//! # async fn example(funnelflux: funnelflux::FunnelFlux) -> Result<(), funnelflux::Error> {
//! use funnelflux::transport::http::Method;
//! let answer = funnelflux
//!     .call_raw(Method::GET, "/trafficsource/list")
//!     .query("status", "active")
//!     .send()
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! # Extending
//!
//! [`Builder::layer`] and [`Builder::attempt_layer`] take any tower layer, once per call and once
//! per attempt; [`Builder::transport`] takes another leaf, [`Builder::observer`] an observer.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `rustls` | yes | HTTPS by rustls with aws-lc |
//! | `rustls-ring` | | HTTPS by rustls with ring: builds faster |
//! | `native-tls` | | HTTPS by the system's library |
//! | `reqwest` | by any TLS | the HTTP client without TLS: loopback only |
//! | `http2` | | HTTP/2, where the server offers it |
//! | `gzip` | yes | compressed answers |
//! | `file` | yes | [`auth::FileStore`] |
//! | `id-generator` | yes | making ids with the system's clock and randomness |
//! | `reporting` | yes | [`reporting`] |
//! | `domains` | yes | [`domains`]: custom domains |
//! | `ledger` | yes | [`ledger`]: the assets |
//! | `stream` | | `Stream` for raw events |
//! | `schemas` | | [`learn`]: also the comparison of the vendor's schema files with the contract |
//! | `replay`, `mock`, `emulator` | | recordings, mocks, and a whole API on loopback, for tests |

mod builder;
mod funnelflux;
pub mod links;
pub mod operations;
pub mod prelude;
pub mod testing;

pub use builder::Builder;
pub use funnelflux::FunnelFlux;

pub use funnelflux_auth as auth;
#[cfg(feature = "domains")]
pub use funnelflux_domains as domains;
#[cfg(feature = "emulator")]
pub use funnelflux_emulator as emulator;
pub use funnelflux_id as id;
pub use funnelflux_learn as learn;
pub use funnelflux_learn::account as doctor;
#[cfg(feature = "ledger")]
pub use funnelflux_ledger as ledger;
pub use funnelflux_model as model;
#[cfg(feature = "reporting")]
pub use funnelflux_reporting as reporting;
pub use funnelflux_transport as transport;
pub use funnelflux_transport::Error;
