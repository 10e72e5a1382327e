//! The reporting section of FunnelFlux Pro: reports, logs and look-ups; conversions, costs, resets.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use funnelflux_model::reporting::{Attribute, DrilldownRequest, Metric};
//! use funnelflux_model::time::{TimeRange, Zone};
//! use funnelflux_reporting::Reporting;
//! use funnelflux_transport::Client;
//!
//! let reporting = Reporting::new(Client::builder().build()?);
//! let zone: Zone = "Europe/Berlin".parse()?;
//! let request = DrilldownRequest::builder(TimeRange::days("2026-03-23", "2026-03-29", &zone)?)
//!     .attribute(Attribute::THIRD_PARTIES_TRAFFIC_SOURCE)
//!     .build()?;
//! let report = reporting.drilldown(&request).await?;
//! for row in report.rows() {
//!     let source = row.attribute(0).and_then(|a| a.value().map(|v| v.into_owned()));
//!     println!("{source:?}: {:?}", row.metric(&Metric::REVENUE).as_decimal());
//! }
//! # Ok(()) }
//! ```
//!
//! The server kills a report query after 30 seconds (documented). Its error is
//! [`QueryLimit::is_query_killed`]; [`Reporting::drilldown_split`] queries shorter time ranges and
//! merges the answers.
//!
//! The answer to a write is [`Accepted`]: queued, not yet done (documented). A write whose answer is
//! lost is not sent again; its error is
//! [`Error::is_ambiguous`](funnelflux_transport::Error::is_ambiguous).

mod api;
mod costs;
mod query_limit;
mod raw_events;
mod reset;
mod service;

#[cfg(feature = "mock")]
pub use api::MockReportingApi;
pub use api::ReportingApi;
pub use api::split::{SplitOptions, SplitReport, Window};
pub use costs::{CostAccepted, CostStopped};
#[doc(inline)]
pub use funnelflux_contract::operations::reporting as operations;
pub use funnelflux_transport::Accepted;
pub use query_limit::QueryLimit;
pub use raw_events::{EventsCompleteness, RawEventStream};
pub use reset::ResetToken;
pub use service::Reporting;
