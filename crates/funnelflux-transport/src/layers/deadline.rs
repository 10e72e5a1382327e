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
use crate::call::{Call, CallOptions};
use crate::error::{Error, Kind, Sent};
use crate::operation::Weight;
use crate::retry::leaves_doubt;
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
        Deadline { inner, layer: self.clone() }
    }
}

/// The service of [`DeadlineLayer`].
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    inner: S,
    layer: DeadlineLayer,
}

impl<S> Service<Request<Body>> for Deadline<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = TimeoutFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = call.options().timeout.unwrap_or(self.layer.default);
        let timer = &self.layer.timer;
        let sleep = match call.started(&**timer).checked_add(timeout) {
            Some(deadline) => {
                call.set_deadline(deadline);
                timer.sleep_until(deadline)
            }
            None => timer.sleep(timeout),
        };
        let inner = self.inner.call(request);
        TimeoutFuture { inner, sleep, call, timeout, scope: Scope::Call }
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

    fn timeout_of(&self, options: &CallOptions, weight: Weight) -> Duration {
        options.attempt_timeout.unwrap_or(match weight {
            Weight::Light => self.light,
            Weight::Report => self.report,
        })
    }
}

impl<S> Layer<S> for AttemptTimeoutLayer {
    type Service = AttemptTimeout<S>;

    fn layer(&self, inner: S) -> AttemptTimeout<S> {
        AttemptTimeout { inner, layer: self.clone() }
    }
}

/// The service of [`AttemptTimeoutLayer`].
#[derive(Clone, Debug)]
pub struct AttemptTimeout<S> {
    inner: S,
    layer: AttemptTimeoutLayer,
}

impl<S> Service<Request<Body>> for AttemptTimeout<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = TimeoutFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = self.layer.timeout_of(call.options(), call.weight());
        // From here on a lost answer leaves a doubt, unless a layer below knows better.
        call.set_on_the_wire(true);
        let sleep = self.layer.timer.sleep(timeout);
        let inner = self.inner.call(request);
        TimeoutFuture { inner, sleep, call, timeout, scope: Scope::Attempt }
    }
}

#[derive(Clone, Copy)]
enum Scope {
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
            if let Scope::Attempt = this.scope {
                this.call.settle(result.as_ref().is_err_and(leaves_doubt));
            }
            return Poll::Ready(result);
        }
        if this.sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let sent = if this.call.is_on_the_wire() { Sent::Maybe } else { Sent::No };
        if let Scope::Attempt = this.scope {
            this.call.settle(sent == Sent::Maybe);
        }
        let seconds = this.timeout.as_secs_f64();
        let message = match (this.scope, sent) {
            (Scope::Call, Sent::Maybe) => format!("no answer within the call's {seconds} s"),
            (Scope::Call, Sent::No) => {
                format!("the call's {seconds} s ran out before the request could be sent")
            }
            (Scope::Attempt, _) => format!("no answer within the attempt's {seconds} s"),
        };
        Poll::Ready(Err(Error::of_kind(Kind::Timeout(sent), message)))
    }
}
