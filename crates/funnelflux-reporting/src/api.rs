//! The service as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_model::reporting::{
    AttributeList, DrilldownRequest, RawEvents, RawEventsRequest, Report,
};
use funnelflux_transport::Error;

/// What [`Reporting`](crate::Reporting) does, as a trait: write your code against it and hand in a
/// mock in tests (feature `mock`). Methods that come later have a default.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ReportingApi: Send + Sync + 'static {
    /// The attributes that reports can be grouped by.
    ///
    /// # Errors
    /// As [`Reporting::attributes`](crate::Reporting::attributes).
    async fn attributes(&self) -> Result<AttributeList, Error>;

    /// A drilldown report.
    ///
    /// # Errors
    /// As [`Reporting::drilldown`](crate::Reporting::drilldown).
    async fn drilldown(&self, request: &DrilldownRequest) -> Result<Report, Error>;

    /// One page of raw events.
    ///
    /// # Errors
    /// As [`Reporting::raw_events_page`](crate::Reporting::raw_events_page).
    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error>;
}
