//! 2 and 7 · Time limits: of the whole call, and of one attempt.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, Kind, Sent};
use crate::operation::Weight;
use crate::timer::{Sleep, Timer};

/// Ends the whole call, retries and waits included, when its time is up.
#[derive(Clone, Debug)]
pub struct DeadlineLayer {
    timer: Arc<dyn Timer>,
    default: Duration,
}

impl DeadlineLayer {
    /// Calls that name no timeout get `default`.
    pub fn new(timer: Arc<dyn Timer>, default: Duration) -> Self {
        Self { timer, default }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Timed { inner, layer: self.clone() }
    }
}

impl TimeLimit for DeadlineLayer {
    const SCOPE: Scope = Scope::Call;

    fn begin(&self, call: &Call) -> (Sleep, Duration) {
        let timeout = call.options().timeout.unwrap_or(self.default);
        let timer = &self.timer;
        let sleep = match call.started(&**timer).checked_add(timeout) {
            Some(deadline) => {
                call.set_deadline(deadline);
                timer.sleep_until(deadline)
            }
            None => timer.sleep(timeout),
        };
        (sleep, timeout)
    }
}

/// Ends one attempt when its time is up. Waits for the limiter are outside of it.
#[derive(Clone, Debug)]
pub struct AttemptTimeoutLayer {
    timer: Arc<dyn Timer>,
    light: Duration,
    report: Duration,
}

impl AttemptTimeoutLayer {
    /// Attempts of calls that name no timeout get `light`, those of weight report `report`.
    pub fn new(timer: Arc<dyn Timer>, light: Duration, report: Duration) -> Self {
        Self { timer, light, report }
    }
}

impl<S> Layer<S> for AttemptTimeoutLayer {
    type Service = AttemptTimeout<S>;

    fn layer(&self, inner: S) -> AttemptTimeout<S> {
        Timed { inner, layer: self.clone() }
    }
}

impl TimeLimit for AttemptTimeoutLayer {
    const SCOPE: Scope = Scope::Attempt;

    fn begin(&self, call: &Call) -> (Sleep, Duration) {
        let timeout = call.options().attempt_timeout.unwrap_or(match call.weight() {
            Weight::Report => self.report,
            _ => self.light,
        });
        (self.timer.sleep(timeout), timeout)
    }
}

/// The service of [`DeadlineLayer`].
pub type Deadline<S> = Timed<S, DeadlineLayer>;

/// The service of [`AttemptTimeoutLayer`].
pub type AttemptTimeout<S> = Timed<S, AttemptTimeoutLayer>;

/// The service of [`DeadlineLayer`] and [`AttemptTimeoutLayer`].
#[derive(Clone, Debug)]
pub struct Timed<S, L> {
    inner: S,
    layer: L,
}

/// What the two layers differ in.
pub(crate) trait TimeLimit {
    const SCOPE: Scope;

    /// Starts the clock of this call or attempt.
    fn begin(&self, call: &Call) -> (Sleep, Duration);
}

impl<S, L> Service<Request<Body>> for Timed<S, L>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
    L: TimeLimit,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = TimeoutFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let (sleep, timeout) = self.layer.begin(&call);
        let inner = self.inner.call(request);
        TimeoutFuture { inner, sleep, call, timeout, scope: L::SCOPE }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Scope {
    Call,
    Attempt,
}

pin_project! {
    /// The future of [`Deadline`] and [`AttemptTimeout`].
    pub struct TimeoutFuture<F> {
        #[pin]
        inner: F,
        sleep: Sleep,
        call: Call,
        timeout: Duration,
        scope: Scope,
    }
}

impl<F> Future for TimeoutFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(result) = this.inner.poll(cx) {
            return Poll::Ready(result);
        }
        if this.sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let flights = this.call.flights();
        let sent = if flights.in_flight() { Sent::Maybe } else { Sent::No };
        let seconds = this.timeout.as_secs_f64();
        let call_is_over = matches!(this.scope, Scope::Call);
        let message = match (this.scope, sent) {
            (Scope::Call, Sent::Maybe) => format!("no answer within the call's {seconds} s"),
            (Scope::Call, Sent::No) => {
                let again = if flights.was_sent() { " again" } else { "" };
                format!("the call's {seconds} s ran out before the request could be sent{again}")
            }
            (Scope::Attempt, _) => format!("no answer within the attempt's {seconds} s"),
        };
        let mut error = Error::of_kind(Kind::Timeout(sent), message);
        error.inner_mut().call_is_over = call_is_over;
        Poll::Ready(Err(error))
    }
}
