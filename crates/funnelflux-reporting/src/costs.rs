//! The account of a cost plan: what was accepted, what failed, what was not sent.

use funnelflux_model::updates::CostRequest;
use funnelflux_transport::{Accepted, Error};

/// A request of a plan that the server accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CostAccepted {
    /// The request.
    pub request: CostRequest,
    /// The answer.
    pub answer: Accepted,
}

impl CostAccepted {
    /// Puts a request and its answer together, for mocks.
    pub fn new(request: CostRequest, answer: Accepted) -> Self {
        Self { request, answer }
    }
}

/// A plan that stopped at a request: what was accepted before it, and what was not sent after it.
///
/// If the error [is ambiguous](Error::is_ambiguous), the failed request may have arrived: look at a
/// report before it is sent again. Those that were not sent can be sent as they are.
#[derive(Debug)]
#[non_exhaustive]
pub struct CostStopped {
    /// The accepted requests, in the order of the plan.
    pub accepted: Vec<CostAccepted>,
    /// The request that was not accepted.
    pub failed: Box<CostRequest>,
    /// The reason why it was not.
    pub error: Error,
    /// The requests that were not sent, in the order of the plan: a plan of its own.
    pub unsent: Vec<CostRequest>,
}

impl CostStopped {
    /// Puts the parts together, for mocks.
    pub fn new(
        accepted: Vec<CostAccepted>,
        failed: CostRequest,
        error: Error,
        unsent: Vec<CostRequest>,
    ) -> Self {
        Self { accepted, failed: Box::new(failed), error, unsent }
    }
}

funnelflux_contract::formats! {
    // Without a source: the text has that of `error` in it.
    Error for CostStopped, |it, f| {
        let Self { accepted, failed, error, unsent } = it;
        let outcome = if error.is_ambiguous() { "may have arrived" } else { "was not accepted" };
        write!(
            f,
            "cost update: {} requests accepted; that for funnel {}, traffic source {}, {} {outcome}; \
             {} not sent: {error}",
            accepted.len(),
            failed.funnel(),
            failed.traffic_source(),
            failed.range(),
            unsent.len(),
        )
    }
}
