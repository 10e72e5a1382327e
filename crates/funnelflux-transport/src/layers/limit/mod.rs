//! 6 · Rate and concurrency. A retry costs a slot; waits are outside the attempt's timeout.

mod pace;
mod rate;
mod search;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::Either;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::step::{After, Around, Exchange, FastOrSlow, Finish, StepLayer, slow};
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::in_flight::Held;
use crate::lock::Lock;
use crate::observe::Event;
use crate::operation::Weight;
use crate::timer::Timer;

use pace::Pace;
pub use rate::RateLimit;

/// Holds requests back so that the rate and the number under way stay below the limits. Clones share them.
pub type LimitLayer = StepLayer<Limiter>;

impl LimitLayer {
    /// Holds requests to `limit`.
    pub fn new(timer: Arc<dyn Timer>, limit: &RateLimit) -> Self {
        Self::of(Limiter::new(limit, timer))
    }
}

impl<S: Exchange<Future: Send + 'static> + Clone + Send + 'static> Around<S> for Limiter {
    type Future = FastOrSlow<After<S::Future, Permitted>>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let limiter = self.clone();
        // Not in `poll_ready`: a service that is ready but never called holds no permits.
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
                self.limiter.pace.lock().throttled(*stamp, error.retry_after())
            }
            // Any other answer is one to a request that was let pass.
            Err(error) if error.status().is_none() => None,
            _ => self.limiter.pace.lock().passed(*stamp),
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

fn held_back(wait: Duration) -> Error {
    let mut error = Error::of_kind(
        ErrorKind::HeldBack,
        "not sent: the next slot within the rate limit comes only after the call's time is up",
    );
    error.0.retry_after = Some(wait);
    error.0.last = true;
    error
}

/// Permits are taken in the order of arrival, and given back when the answer is in.
#[derive(Debug)]
pub struct Limiter {
    timer: Arc<dyn Timer>,
    pace: Lock<Pace>,
    /// Calls wait here for a slot, first come first served, and only the first one looks at the pace:
    /// a thousand waiting calls do not wake each other up.
    turnstile: Semaphore,
    all: Arc<Semaphore>,
    reports: Arc<Semaphore>,
}

#[derive(Debug)]
struct Permits {
    _all: OwnedSemaphorePermit,
    _report: Option<OwnedSemaphorePermit>,
    stamp: u32,
}

impl Limiter {
    fn new(limit: &RateLimit, timer: Arc<dyn Timer>) -> Self {
        Self {
            pace: Lock::new(Pace::new(limit, timer.clone())),
            turnstile: Semaphore::new(1),
            all: Arc::new(Semaphore::new(limit.concurrency)),
            reports: Arc::new(Semaphore::new(limit.report_concurrency)),
            timer,
        }
    }

    fn try_take(&self, weight: Weight) -> Option<Permits> {
        // A call that waits goes first. The turnstile is not taken, which would cost two locks.
        if self.turnstile.available_permits() == 0 {
            return None;
        }
        let report = match weight {
            Weight::Report => Some(self.reports.clone().try_acquire_owned().ok()?),
            _ => None,
        };
        let all = self.all.clone().try_acquire_owned().ok()?;
        let stamp = self.pace.lock().take().ok()?;
        Some(Permits { _all: all, _report: report, stamp })
    }

    /// Waits for this call's turn. If its slot comes only after the deadline, the error is the wait for it.
    async fn take(&self, weight: Weight, deadline: Option<Instant>) -> Result<Permits, Duration> {
        // The semaphores are never closed, so acquiring never fails.
        let report = match weight {
            Weight::Report => self.reports.clone().acquire_owned().await.ok(),
            _ => None,
        };
        let Ok(all) = self.all.clone().acquire_owned().await else {
            return Err(Duration::MAX);
        };
        let _turn = self.turnstile.acquire().await.ok();
        loop {
            let wait = match self.pace.lock().take() {
                Ok(stamp) => return Ok(Permits { _all: all, _report: report, stamp }),
                Err(wait) => wait,
            };
            if deadline.is_some_and(|d| d.saturating_duration_since(self.timer.now()) <= wait) {
                return Err(wait);
            }
            self.timer.sleep(wait).await;
        }
    }
}
