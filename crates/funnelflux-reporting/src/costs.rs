//! Costs: one request after the other, and an honest account of how far it went.

use std::fmt;

use funnelflux_model::updates::CostRequest;
use funnelflux_transport::{Accepted, Error, Response};

use crate::api::ReportingApi;
use crate::operations;
use crate::service::Reporting;

impl Reporting {
    /// Sends one request of a cost update (`PUT /reporting/update/cost`, documented).
    ///
    /// Whether a second equal one would replace the first or add to it is unknown, so a lost answer
    /// is **not** asked for again: then [`Error::is_ambiguous`] holds.
    ///
    /// # Errors
    /// Every way a call can fail.
    pub async fn cost_update(&self, request: &CostRequest) -> Result<Accepted, Error> {
        let call = self.client().call(&operations::COST_UPDATE).json(request);
        call.send().await?.accepted().map(Response::into_inner)
    }

    /// Sends a plan, request after request in its order, and stops at the first that is not
    /// accepted.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     reporting: funnelflux_reporting::Reporting,
    /// #     update: funnelflux_model::updates::CostUpdate,
    /// # ) {
    /// let plan = update.plan();
    /// for request in &plan {
    ///     println!("{} from {}: {}", request.funnel(), request.traffic_source(), request.range());
    /// }
    /// match reporting.cost_submit(plan).await {
    ///     Ok(accepted) => println!("{} requests queued", accepted.len()),
    ///     Err(stopped) => {
    ///         eprintln!("{stopped}");
    ///         if stopped.error().is_ambiguous() {
    ///             eprintln!("may have arrived: rows {:?}", stopped.failed().positions());
    ///         }
    ///         for request in stopped.unsent() {
    ///             eprintln!("not sent: rows {:?}", request.positions());
    ///         }
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CostStopped`]: what was accepted, what failed and how, what was not sent.
    pub async fn cost_submit(
        &self,
        plan: Vec<CostRequest>,
    ) -> Result<Vec<CostAccepted>, CostStopped> {
        submit(self, plan).await
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
            Ok(answer) => accepted.push(CostAccepted { request, answer }),
            Err(error) => {
                let unsent = plan.collect();
                return Err(CostStopped(Box::new(Stopped {
                    accepted,
                    failed: request,
                    error,
                    unsent,
                })));
            }
        }
    }
    Ok(accepted)
}

/// A request of a plan that the server took in.
#[derive(Clone, Debug)]
pub struct CostAccepted {
    request: CostRequest,
    answer: Accepted,
}

impl CostAccepted {
    /// A request with its answer, for mocks.
    #[must_use]
    pub fn new(request: CostRequest, answer: Accepted) -> Self {
        Self { request, answer }
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &CostRequest {
        &self.request
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self) -> &Accepted {
        &self.answer
    }
}

/// A plan that stopped at a request: what was accepted before it, and what was not sent after it.
///
/// If the error [is ambiguous](Error::is_ambiguous), the failed request may have arrived: look at a
/// report before it is sent again. Those that were not sent can be sent as they are.
pub struct CostStopped(Box<Stopped>);

struct Stopped {
    accepted: Vec<CostAccepted>,
    failed: CostRequest,
    error: Error,
    unsent: Vec<CostRequest>,
}

impl CostStopped {
    /// The parts put together, for mocks.
    #[must_use]
    pub fn new(
        accepted: Vec<CostAccepted>,
        failed: CostRequest,
        error: Error,
        unsent: Vec<CostRequest>,
    ) -> Self {
        Self(Box::new(Stopped { accepted, failed, error, unsent }))
    }

    /// What was accepted, in the order of the plan.
    #[must_use]
    pub fn accepted(&self) -> &[CostAccepted] {
        &self.0.accepted
    }

    /// The request that was not accepted.
    #[must_use]
    pub fn failed(&self) -> &CostRequest {
        &self.0.failed
    }

    /// Why it was not.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// What was not sent, in the order of the plan: a plan of its own.
    #[must_use]
    pub fn unsent(&self) -> &[CostRequest] {
        &self.0.unsent
    }

    /// The same, to be sent later.
    #[must_use]
    pub fn into_unsent(self) -> Vec<CostRequest> {
        self.0.unsent
    }

    /// The error alone.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.0.error
    }
}

impl fmt::Display for CostStopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stopped { accepted, failed, error, unsent } = &*self.0;
        let fate = if error.is_ambiguous() { "may have arrived" } else { "was not accepted" };
        write!(
            f,
            "cost update: {} requests accepted; that for funnel {}, traffic source {}, {} {fate}; \
             {} not sent: {error}",
            accepted.len(),
            failed.funnel(),
            failed.traffic_source(),
            failed.range(),
            unsent.len(),
        )
    }
}

impl fmt::Debug for CostStopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CostStopped")
            .field("accepted", &self.0.accepted.len())
            .field("failed", &self.0.failed)
            .field("error", &self.0.error)
            .field("unsent", &self.0.unsent.len())
            .finish()
    }
}

impl std::error::Error for CostStopped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.error)
    }
}
