//! The service as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_model::explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup};
use funnelflux_model::logs::{LogAnswer, LogRequest};
use funnelflux_model::reporting::{
    AttributeList, DrilldownRequest, RawEvents, RawEventsRequest, Report,
};
use funnelflux_model::updates::{ConversionsUpdate, CostRequest, ResetRequest};
use funnelflux_transport::{Accepted, Error};

use crate::costs::{CostAccepted, CostStopped};
use crate::reset::ResetToken;
use crate::split::{self, SplitOptions, SplitReport, Windows};

/// The methods of [`Reporting`](crate::Reporting) as a trait: write your code against it and use a mock
/// in tests (feature `mock`). Methods added later have a default.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ReportingApi: Send + Sync + 'static {
    /// Lists the attributes that reports can be grouped by.
    ///
    /// # Errors
    /// As [`Reporting::attributes`](crate::Reporting::attributes).
    async fn attributes(&self) -> Result<AttributeList, Error>;

    /// A drilldown report.
    ///
    /// # Errors
    /// As [`Reporting::drilldown`](crate::Reporting::drilldown).
    async fn drilldown(&self, request: &DrilldownRequest) -> Result<Report, Error>;

    /// A drilldown report, split where the server kills the query. By default window after window
    /// through [`drilldown`](Self::drilldown).
    ///
    /// # Errors
    /// As [`Reporting::drilldown_split`](crate::Reporting::drilldown_split).
    async fn drilldown_split(
        &self,
        request: &DrilldownRequest,
        options: SplitOptions,
    ) -> Result<SplitReport, Error> {
        split::run(&Plain(self), request, options).await
    }

    /// One page of raw events.
    ///
    /// # Errors
    /// As [`Reporting::raw_events_page`](crate::Reporting::raw_events_page).
    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error>;

    /// Adds, changes and deletes conversions.
    ///
    /// # Errors
    /// As [`Reporting::conversions_update`](crate::Reporting::conversions_update).
    async fn conversions_update(&self, update: &ConversionsUpdate) -> Result<Accepted, Error> {
        let _ = update;
        Err(missing("conversions_update"))
    }

    /// Submits custom events by a body of the caller's.
    ///
    /// # Errors
    /// As [`Reporting::custom_events_update`](crate::Reporting::custom_events_update).
    async fn custom_events_update(&self, json: &str) -> Result<Accepted, Error> {
        let _ = json;
        Err(missing("custom_events_update"))
    }

    /// Sends one request of a cost update.
    ///
    /// # Errors
    /// As [`Reporting::cost_update`](crate::Reporting::cost_update).
    async fn cost_update(&self, request: &CostRequest) -> Result<Accepted, Error> {
        let _ = request;
        Err(missing("cost_update"))
    }

    /// Sends a plan of costs, and stops at the first request that is not accepted. By default
    /// request after request through [`cost_update`](Self::cost_update).
    ///
    /// # Errors
    /// As [`Reporting::cost_submit`](crate::Reporting::cost_submit).
    async fn cost_submit(&self, plan: Vec<CostRequest>) -> Result<Vec<CostAccepted>, CostStopped> {
        submit(self, plan).await
    }

    /// Asks how many hits a reset would delete.
    ///
    /// # Errors
    /// As [`Reporting::reset_validate`](crate::Reporting::reset_validate).
    async fn reset_validate(&self, request: &ResetRequest) -> Result<ResetToken, Error> {
        let _ = request;
        Err(missing("reset_validate"))
    }

    /// Deletes the hits that were counted, if they are as many as they were.
    ///
    /// # Errors
    /// As [`Reporting::reset_perform`](crate::Reporting::reset_perform).
    async fn reset_perform(&self, token: ResetToken) -> Result<Accepted, Error> {
        drop(token);
        Err(missing("reset_perform"))
    }

    /// Lists the postbacks that were called.
    ///
    /// # Errors
    /// As [`Reporting::postback_log`](crate::Reporting::postback_log).
    async fn postback_log(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        let _ = request;
        Err(missing("postback_log"))
    }

    /// Sums up how each webhook config fared.
    ///
    /// # Errors
    /// As [`Reporting::webhook_summary`](crate::Reporting::webhook_summary).
    async fn webhook_summary(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        let _ = request;
        Err(missing("webhook_summary"))
    }

    /// Sums up how each middleware config fared.
    ///
    /// # Errors
    /// As [`Reporting::middleware_summary`](crate::Reporting::middleware_summary).
    async fn middleware_summary(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        let _ = request;
        Err(missing("middleware_summary"))
    }

    /// Looks up what a visitor did.
    ///
    /// # Errors
    /// As [`Reporting::explore_visitor`](crate::Reporting::explore_visitor).
    async fn explore_visitor(&self, lookup: &VisitorLookup) -> Result<ExplorerVisitor, Error> {
        let _ = lookup;
        Err(missing("explore_visitor"))
    }

    /// Looks up a single hit.
    ///
    /// # Errors
    /// As [`Reporting::explore_hit`](crate::Reporting::explore_hit).
    async fn explore_hit(&self, lookup: &HitLookup) -> Result<ExplorerHit, Error> {
        let _ = lookup;
        Err(missing("explore_hit"))
    }
}

/// Sends a plan through any implementation of the trait.
pub(crate) async fn submit<A: ReportingApi + ?Sized>(
    api: &A,
    plan: Vec<CostRequest>,
) -> Result<Vec<CostAccepted>, CostStopped> {
    let mut accepted = Vec::with_capacity(plan.len());
    let mut plan = plan.into_iter();
    while let Some(request) = plan.next() {
        match api.cost_update(&request).await {
            Ok(answer) => accepted.push(CostAccepted::new(request, answer)),
            Err(error) => {
                let unsent = plan.collect();
                return Err(CostStopped::new(accepted, request, error, unsent));
            }
        }
    }
    Ok(accepted)
}

/// The windows of any implementation of the trait, with the retries that it has.
struct Plain<'a, A: ?Sized>(&'a A);

#[async_trait]
impl<A: ReportingApi + ?Sized> Windows for Plain<'_, A> {
    async fn window(&self, request: &DrilldownRequest, _: bool) -> Result<Report, Error> {
        self.0.drilldown(request).await
    }
}

/// The answer of a method that is newer than the implementation.
fn missing(method: &str) -> Error {
    Error::local(format!("this implementation of `ReportingApi` has no `{method}`"))
}
