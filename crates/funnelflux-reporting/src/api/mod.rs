//! The service as a trait, for code that is tested without HTTP.

pub(crate) mod split;

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
use split::{SplitOptions, SplitReport};

/// The methods of [`Reporting`](crate::Reporting) as a trait: write your code against it and use a
/// mock in tests (feature `mock`). Each fails as its namesake does; later ones have a default.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ReportingApi: Send + Sync {
    /// Lists the attributes that reports can be grouped by.
    async fn attributes(&self) -> Result<AttributeList, Error>;

    /// A drilldown report.
    async fn drilldown(&self, request: &DrilldownRequest) -> Result<Report, Error>;

    /// A report of one window. `splittable`: if the server kills the query, smaller ones follow.
    #[doc(hidden)]
    async fn window(&self, request: &DrilldownRequest, splittable: bool) -> Result<Report, Error> {
        let _ = splittable;
        self.drilldown(request).await
    }

    /// A drilldown report, split where the server kills the query; by default through `drilldown`.
    async fn drilldown_split(
        &self,
        request: &DrilldownRequest,
        options: SplitOptions,
    ) -> Result<SplitReport, Error> {
        split::run(self, request, options).await
    }

    /// One page of raw events.
    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error>;

    /// Adds, changes and deletes conversions.
    async fn conversions_update(&self, update: &ConversionsUpdate) -> Result<Accepted, Error> {
        missing("conversions_update", update)
    }

    /// Submits custom events by a body of the caller's.
    async fn custom_events_update(&self, json: &str) -> Result<Accepted, Error> {
        missing("custom_events_update", json)
    }

    /// Sends one request of a cost update.
    async fn cost_update(&self, request: &CostRequest) -> Result<Accepted, Error> {
        missing("cost_update", request)
    }

    /// Sends a plan of costs, and stops at the first request that is not accepted. By default
    /// request after request through [`cost_update`](Self::cost_update).
    async fn cost_submit(&self, plan: Vec<CostRequest>) -> Result<Vec<CostAccepted>, CostStopped> {
        let mut accepted = Vec::with_capacity(plan.len());
        let mut plan = plan.into_iter();
        while let Some(request) = plan.next() {
            match self.cost_update(&request).await {
                Ok(answer) => accepted.push(CostAccepted::new(request, answer)),
                Err(error) => {
                    let unsent = plan.collect();
                    return Err(CostStopped::new(accepted, request, error, unsent));
                }
            }
        }
        Ok(accepted)
    }

    /// Asks how many hits a reset would delete.
    async fn reset_validate(&self, request: &ResetRequest) -> Result<ResetToken, Error> {
        missing("reset_validate", request)
    }

    /// Deletes the hits that were counted, if they are as many as they were.
    async fn reset_perform(&self, token: ResetToken) -> Result<Accepted, Error> {
        missing("reset_perform", token)
    }

    /// Lists the postbacks that were called.
    async fn postback_log(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        missing("postback_log", request)
    }

    /// Sums up how each webhook config fared.
    async fn webhook_summary(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        missing("webhook_summary", request)
    }

    /// Sums up how each middleware config fared.
    async fn middleware_summary(&self, request: &LogRequest) -> Result<LogAnswer, Error> {
        missing("middleware_summary", request)
    }

    /// Looks up what a visitor did.
    async fn explore_visitor(&self, lookup: &VisitorLookup) -> Result<ExplorerVisitor, Error> {
        missing("explore_visitor", lookup)
    }

    /// Looks up a single hit.
    async fn explore_hit(&self, lookup: &HitLookup) -> Result<ExplorerHit, Error> {
        missing("explore_hit", lookup)
    }
}

// A reference or pointer to an implementation is one.
funnelflux_transport::implement_for_pointers! { ReportingApi, [], {
    attributes() -> Result<AttributeList, Error>;
    drilldown(request: &DrilldownRequest) -> Result<Report, Error>;
    window(request: &DrilldownRequest, splittable: bool) -> Result<Report, Error>;
    drilldown_split(request: &DrilldownRequest, options: SplitOptions) -> Result<SplitReport, Error>;
    raw_events_page(request: &RawEventsRequest) -> Result<RawEvents, Error>;
    conversions_update(update: &ConversionsUpdate) -> Result<Accepted, Error>;
    custom_events_update(json: &str) -> Result<Accepted, Error>;
    cost_update(request: &CostRequest) -> Result<Accepted, Error>;
    cost_submit(plan: Vec<CostRequest>) -> Result<Vec<CostAccepted>, CostStopped>;
    reset_validate(request: &ResetRequest) -> Result<ResetToken, Error>;
    reset_perform(token: ResetToken) -> Result<Accepted, Error>;
    postback_log(request: &LogRequest) -> Result<LogAnswer, Error>;
    webhook_summary(request: &LogRequest) -> Result<LogAnswer, Error>;
    middleware_summary(request: &LogRequest) -> Result<LogAnswer, Error>;
    explore_visitor(lookup: &VisitorLookup) -> Result<ExplorerVisitor, Error>;
    explore_hit(lookup: &HitLookup) -> Result<ExplorerHit, Error>;
} }

/// The answer of a method that is newer than the implementation.
fn missing<T, Asked>(method: &str, _: Asked) -> Result<T, Error> {
    Err(Error::local(format!("this implementation of `ReportingApi` has no `{method}`")))
}
