//! 2 and 7 · Time limits: of the whole call, and of one attempt.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

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
    is_around_built_in: bool,
}

impl DeadlineLayer {
    /// Calls that name no timeout get `default`.
    pub fn new(timer: Arc<dyn Timer>, default: Duration) -> Self {
        Self::of(CallTime { timer, default, is_around_built_in: false })
    }

    /// The same around built-in layers alone. They poll an attempt in the task of the call, so its timer wakes
    /// the call as well, and the call needs none of its own while the attempt's ends sooner: 0.2 µs less.
    pub(crate) fn around_built_in(timer: Arc<dyn Timer>, default: Duration) -> Self {
        Self::of(CallTime { timer, default, is_around_built_in: true })
    }
}

impl<S: Exchange> Around<S> for CallTime {
    type Future = TimeoutFuture<S::Future>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = call.options().timeout.unwrap_or(self.default);
        let timeout = timeout.saturating_add(call.options().patience.unwrap_or_default());
        let end = call.started(&*self.timer).checked_add(timeout);
        if let Some(end) = end {
            let _ = call.0.deadline.set(end);
        }
        let limit = Limit::Call { time: self.clone(), end };
        TimeoutFuture { inner: inner.call(request), sleep: None, call, timeout, limit }
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

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let timeout = call.options().attempt_timeout.unwrap_or(match call.weight() {
            Weight::Report => self.report,
            _ => self.light,
        });
        let limit = Limit::Attempt { time: self.clone(), is_within_the_call: false };
        TimeoutFuture { inner: inner.call(request), sleep: None, call, timeout, limit }
    }
}

pin_project! {
    /// The future of both time limits.
    pub struct TimeoutFuture<F> {
        #[pin]
        inner: F,
        // Made when the first wait begins.
        sleep: Option<Sleep>,
        call: Call,
        timeout: Duration,
        limit: Limit,
    }
}

enum Limit {
    Call { time: Arc<CallTime>, end: Option<Instant> },
    Attempt { time: Arc<AttemptTime>, is_within_the_call: bool },
}

impl Limit {
    fn sleep(&mut self, call: &Call, timeout: Duration) -> Sleep {
        match self {
            Self::Call { time, end: Some(end) } => time.timer.sleep_until(*end),
            Self::Call { time, end: None } => time.timer.sleep(timeout),
            Self::Attempt { time, is_within_the_call } => {
                let Some(end) = time.timer.now().checked_add(timeout) else {
                    *is_within_the_call = false;
                    return time.timer.sleep(timeout);
                };
                *is_within_the_call = call.deadline().is_none_or(|of_call| end <= of_call);
                time.timer.sleep_until(end)
            }
        }
    }
}

impl<F: Answer> Future for TimeoutFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let flights = &this.call.0.flights;
        flights.set_attempt_timed(false);
        if let Poll::Ready(result) = this.inner.poll(cx) {
            return Poll::Ready(result);
        }
        if let Limit::Call { time, .. } = this.limit
            && time.is_around_built_in
            && flights.is_attempt_timed()
        {
            return Poll::Pending;
        }
        loop {
            let sleep =
                this.sleep.get_or_insert_with(|| this.limit.sleep(this.call, *this.timeout));
            if sleep.as_mut().poll(cx).is_pending() {
                if let Limit::Attempt { is_within_the_call, .. } = this.limit {
                    flights.set_attempt_timed(*is_within_the_call);
                }
                return Poll::Pending;
            }
            if matches!(this.limit, Limit::Call { .. }) || flights.is_let_go() {
                break;
            }
            *this.sleep = None;
        }
        let is_call = matches!(this.limit, Limit::Call { .. });
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
