//! 2 and 7 · Time limits: of the whole call, and of one attempt.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use pin_project_lite::pin_project;

use super::step::{Answer, Around, Exchange, StepLayer};
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::operation::Weight;
use crate::timer::{Sleep, Timer};

/// Ends the whole call, retries and waits included, when its time is up.
pub type DeadlineLayer = StepLayer<CallTime>;

#[derive(Debug)]
pub struct CallTime {
    timer: Arc<dyn Timer>,
    default: Duration,
}

impl DeadlineLayer {
    /// Calls that name no timeout get `default`.
    pub fn new(timer: Arc<dyn Timer>, default: Duration) -> Self {
        Self::of(CallTime { timer, default })
    }
}

impl<S: Exchange> Around<S> for CallTime {
    type Future = TimeoutFuture<S::Future>;

    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = call.options().timeout.unwrap_or(self.default);
        let timeout = timeout.saturating_add(call.options().patience.unwrap_or_default());
        let sleep = match call.started(&*self.timer).checked_add(timeout) {
            Some(deadline) => {
                let _ = call.0.deadline.set(deadline);
                self.timer.sleep_until(deadline)
            }
            None => self.timer.sleep(timeout),
        };
        TimeoutFuture { inner: inner.call(request), sleep, call, timeout, attempt: None }
    }
}

/// Ends one attempt when its time is up. Waits for the limiter are outside of it, and a wait for a token,
/// which has a limit of its own, does not end it: the token request would be made again.
pub type AttemptTimeoutLayer = StepLayer<AttemptTime>;

#[derive(Debug)]
pub struct AttemptTime {
    timer: Arc<dyn Timer>,
    light: Duration,
    report: Duration,
}

impl AttemptTimeoutLayer {
    /// Attempts of calls that name no timeout get `light`, those of weight report `report`.
    pub fn new(timer: Arc<dyn Timer>, light: Duration, report: Duration) -> Self {
        Self::of(AttemptTime { timer, light, report })
    }
}

impl<S: Exchange> Around<S> for AttemptTime {
    type Future = TimeoutFuture<S::Future>;

    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = call.options().attempt_timeout.unwrap_or(match call.weight() {
            Weight::Report => self.report,
            _ => self.light,
        });
        let sleep = self.timer.sleep(timeout);
        let attempt = Some(self.clone());
        TimeoutFuture { inner: inner.call(request), sleep, call, timeout, attempt }
    }
}

pin_project! {
    /// The future of both time limits.
    pub struct TimeoutFuture<F> {
        #[pin]
        inner: F,
        sleep: Sleep,
        call: Call,
        timeout: Duration,
        attempt: Option<Arc<AttemptTime>>,
    }
}

impl<F: Answer> Future for TimeoutFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(result) = this.inner.poll(cx) {
            return Poll::Ready(result);
        }
        let flights = &this.call.0.flights;
        loop {
            if this.sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match this.attempt {
                Some(attempt) if !flights.is_let_go() => {
                    *this.sleep = attempt.timer.sleep(*this.timeout);
                }
                _ => break,
            }
        }
        let is_call = this.attempt.is_none();
        // Of an attempt its guard tells whether the transport got the request.
        let was_held = is_call && !flights.in_flight();
        let seconds = this.timeout.as_secs_f64();
        let message = if was_held {
            let again = if flights.was_sent() { " again" } else { "" };
            format!("the call's {seconds} s ran out before the request could be sent{again}")
        } else {
            let whose = if is_call { "call" } else { "attempt" };
            format!("no answer within the {whose}'s {seconds} s")
        };
        let mut error = Error::of_kind(ErrorKind::Timeout, message);
        error.0.before_sending = was_held;
        error.0.call_is_over = is_call;
        Poll::Ready(Err(error))
    }
}
