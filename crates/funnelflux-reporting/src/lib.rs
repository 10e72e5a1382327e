#![doc = include_str!("../README.md")]

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
