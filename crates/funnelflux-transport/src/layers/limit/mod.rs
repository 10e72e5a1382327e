//! 6 · Rate and concurrency. A retry costs a slot; waits are outside the attempt's timeout.

mod pace;
mod permits;
mod rate;
mod search;

use std::sync::Arc;

use futures_util::future::Either;
use http::{Request, Response};
use http_body_util::BodyExt as _;

use super::slow::{FastOrSlow, slow};
use super::step::{After, Around, Exchange, Finish, StepLayer};
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::in_flight::Held;
use crate::observe::Event;
use crate::timer::Timer;

use permits::{Limiter, Permits};
pub use rate::RateLimit;

/// Holds requests back so that the rate and the number under way stay below the limits. Clones
/// share them.
pub type LimitLayer = StepLayer<Limiter>;

impl LimitLayer {
    /// Holds requests to `limit`.
    pub fn new(timer: Arc<dyn Timer>, limit: &RateLimit) -> Self {
        Self::of(Limiter::new(limit, timer))
    }
}

impl<S: Exchange<Future: Send + 'static> + Clone + Send + 'static> Around<S> for Limiter {
    type Future = FastOrSlow<After<S::Future, Permitted>>;

    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let limiter = self.clone();
        // Permits are taken here and not in `poll_ready`: a service that is ready but never called
        // holds none.
        if let Some(permits) = self.try_take(call.weight()) {
            let then = Permitted { permits: Some(permits), limiter, call };
            return Either::Left(After { then, inner: inner.call(request) });
        }
        let spare = inner.clone();
        let mut service = std::mem::replace(inner, spare);
        let held = Held::new(call.clone());
        slow(async move {
            let started = limiter.timer.now();
            let permits = limiter.take(call.weight(), call.deadline()).await.map_err(held_back)?;
            let waited = limiter.timer.now().saturating_duration_since(started);
            call.emit(&Event::Throttled { waited });
            drop(held);
            let then = Permitted { permits: Some(permits), limiter, call };
            After { then, inner: service.call(request) }.await
        })
    }
}

/// A request under way.
pub struct Permitted {
    permits: Option<Permits>,
    limiter: Arc<Limiter>,
    call: Call,
}

impl Finish for Permitted {
    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let permits = self.permits.take();
        let changed = permits.as_ref().and_then(|Permits { stamp, .. }| match &result {
            Err(error) if error.is_rate_limited() => {
                self.limiter.pace().throttled(*stamp, error.retry_after())
            }
            // Any other answer is one to a request that was let pass.
            Err(error) if error.status().is_none() => None,
            _ => self.limiter.pace().passed(*stamp),
        });
        if let Some(per_second) = changed {
            tracing::debug!(per_second, "request rate changed");
            self.call.emit(&Event::RateChanged { per_second });
        }
        let response = result?;
        if !self.call.options().streaming {
            return Ok(response);
        }
        // A stream under way is a request under way.
        Ok(response.map(|body| {
            Body::wrap(body.map_frame(move |frame| {
                let _held = &permits;
                frame
            }))
        }))
    }
}

fn held_back(wait: std::time::Duration) -> Error {
    let mut error = Error::of_kind(
        ErrorKind::HeldBack,
        "not sent: the next slot within the rate limit comes only after the call's time is up",
    );
    error.0.retry_after = Some(wait);
    error.0.last = true;
    error
}
