//! The trait grows without breaking those who implement it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::sync::Mutex;

use async_trait::async_trait;
use funnelflux_model::reporting::{
    AttributeList, DrilldownRequest, RawEvents, RawEventsRequest, Report,
};
use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_model::updates::{CostRequest, CostSegment, CostUpdate, ResetRequest};
use funnelflux_reporting::{
    Accepted, CostAccepted, CostStopped, Reporting, ReportingApi, ResetToken,
};
use funnelflux_transport::Error;
use funnelflux_transport::http::StatusCode;

static_assertions::assert_impl_all!(Reporting: Send, Sync, Clone);
static_assertions::assert_impl_all!(Accepted: Send, Sync);
static_assertions::assert_impl_all!(CostAccepted: Send, Sync);
static_assertions::assert_impl_all!(CostStopped: Send, Sync, std::error::Error);
static_assertions::assert_impl_all!(ResetToken: Send, Sync);

/// Written when the trait had three methods.
struct Old;

#[async_trait]
impl ReportingApi for Old {
    async fn attributes(&self) -> Result<AttributeList, Error> {
        Err(Error::local("old"))
    }

    async fn drilldown(&self, _: &DrilldownRequest) -> Result<Report, Error> {
        Err(Error::local("old"))
    }

    async fn raw_events_page(&self, _: &RawEventsRequest) -> Result<RawEvents, Error> {
        Err(Error::local("old"))
    }
}

/// The same, and one method more.
#[derive(Default)]
struct Costs(Mutex<Vec<String>>);

#[async_trait]
impl ReportingApi for Costs {
    async fn attributes(&self) -> Result<AttributeList, Error> {
        Old.attributes().await
    }

    async fn drilldown(&self, request: &DrilldownRequest) -> Result<Report, Error> {
        Old.drilldown(request).await
    }

    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error> {
        Old.raw_events_page(request).await
    }

    async fn cost_update(&self, request: &CostRequest) -> Result<Accepted, Error> {
        self.0.lock().unwrap().push(request.funnel().to_string());
        Ok(Accepted::new(StatusCode::OK))
    }
}

fn day() -> TimeRange {
    TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc()).unwrap()
}

fn plan() -> Vec<CostRequest> {
    let segments = ["2nIemJxCKbF1", "2nIemJxCKbF2"].map(|funnel| {
        CostSegment::builder(funnel.parse().unwrap(), "2n5JuOKWLTzd".parse().unwrap(), day())
            .whole_segment("1.00".parse().unwrap())
            .everything()
            .build()
            .unwrap()
    });
    CostUpdate::new(segments).unwrap().plan()
}

#[tokio::test]
async fn an_older_implementation_says_what_it_does_not_have() {
    let request = ResetRequest::builder(day()).everything().build().unwrap();
    let error = Old.reset_validate(&request).await.unwrap_err();
    assert!(error.is_local() && error.to_string().contains("`reset_validate`"), "{error}");
    let stopped = Old.cost_submit(plan()).await.unwrap_err();
    assert!(stopped.error.to_string().contains("`cost_update`"), "{stopped}");
    assert_eq!(stopped.unsent.len(), 1);
}

#[tokio::test]
async fn an_implementation_that_sends_one_cost_request_sends_a_plan() {
    let costs = Costs::default();
    let api: &dyn ReportingApi = &costs;
    assert_eq!(api.cost_submit(plan()).await.unwrap().len(), 2);
    assert_eq!(*costs.0.lock().unwrap(), ["2nIemJxCKbF1", "2nIemJxCKbF2"]);
}
