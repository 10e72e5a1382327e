//! 4 · Retry: by the table, within the budget, before the deadline.

mod after;
mod budget;
mod policy;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::classify::TokenRejected;
use super::step::Exchange;
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome};
use crate::in_flight::InFlight;
use crate::lock::Lock;
use crate::observe::Event;
use crate::timer::{Sleep, Timer};

pub(crate) use after::retry_after;
use budget::Budget;
pub use policy::RetryPolicy;
use policy::{Verdict, verdict};

/// Sends a failed request again where the retry table allows it. Clones share one budget.
#[derive(Clone, Debug)]
pub struct RetryLayer(Arc<RetryShared>);

#[derive(Debug)]
struct RetryShared {
    timer: Arc<dyn Timer>,
    policy: RetryPolicy,
    budget: Budget,
    /// The first 429 after the last success, if there was one.
    refused_since: Lock<Option<Instant>>,
}

impl RetryLayer {
    /// Retries by `policy`, waiting on `timer`.
    pub fn new(timer: Arc<dyn Timer>, policy: RetryPolicy) -> Self {
        let (budget, refused_since) = Default::default();
        Self(Arc::new(RetryShared { timer, policy, budget, refused_since }))
    }
}

impl<S: Clone> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry { spare: Arc::new(inner.clone()), inner, shared: self.0.clone() }
    }
}

/// The service of [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    /// For later attempts, which are rare: cloning this handle is one step, cloning the layers one each.
    spare: Arc<S>,
    shared: Arc<RetryShared>,
}

impl<S: Exchange + Clone> Service<Request<Body>> for Retry<S> {
    type Response = Response<Body>;
    type Error = Error;
    type Future = RetryFuture<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline(always)]
    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let attempt = InFlight::attempt(&mut request);
        let template = copy_of(&request);
        // The service that was made ready is the one to call.
        let first = self.inner.call(request);
        RetryFuture {
            attempt,
            state: State::Running { future: first },
            spare: self.spare.clone(),
            service: None,
            shared: self.shared.clone(),
            template,
            retries: 0,
            waits: 0,
            paused: false,
            turned_down: None,
            price: None,
        }
    }
}

pin_project! {
    /// The future of [`Retry`].
    pub struct RetryFuture<S: Service<Request<Body>>> {
        // Dropped before the attempt's future: what that one holds back was not sent.
        attempt: InFlight,
        #[pin]
        state: State<S::Future>,
        spare: Arc<S>,
        service: Option<S>,
        shared: Arc<RetryShared>,
        template: Option<Request<Body>>,
        retries: u32,
        // The waits for a throttled account.
        waits: u32,
        // The one retry of a failure that asks for a pause was made.
        paused: bool,
        turned_down: Option<Error>,
        price: Option<u32>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Running { #[pin] future: F },
        // Until the time is up, and the service is ready.
        Waiting { sleep: Option<Sleep> },
    }
}

impl<S: Exchange + Clone> Future for RetryFuture<S> {
    type Output = Result<Response<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let mut this = self.as_mut().project();
            match this.state.as_mut().project() {
                StateProjection::Running { future } => match ready!(future.poll(cx)) {
                    Ok(response) => {
                        this.attempt.answered(Outcome::Done);
                        this.shared.budget.refill(this.price.take());
                        *this.shared.refused_since.lock() = None;
                        return Poll::Ready(Ok(response));
                    }
                    Err(error) => match self.as_mut().after(error) {
                        Ok(next) => self.as_mut().project().state.set(next),
                        Err(error) => return Poll::Ready(Err(error)),
                    },
                },
                StateProjection::Waiting { sleep } => {
                    if let Some(time) = sleep {
                        ready!(time.as_mut().poll(cx));
                        *sleep = None;
                    }
                    let service = this.service.get_or_insert_with(|| (**this.spare).clone());
                    ready!(service.poll_ready(cx))?;
                    let Some(mut request) = this.template.as_ref().and_then(copy_of) else {
                        return Poll::Ready(Err(Error::local("the request cannot be repeated")));
                    };
                    if request.extensions().is_empty() {
                        request.extensions_mut().insert(this.attempt.call().clone());
                    }
                    let answer = this.turned_down.as_ref().and_then(|e| e.0.answer.as_ref());
                    if let Some(token) = answer.and_then(|answer| answer.rejected_token.clone()) {
                        request.extensions_mut().insert(TokenRejected(token));
                    }
                    this.attempt.attempt_again();
                    let future = service.call(request);
                    this.state.set(State::Running { future });
                }
            }
        }
    }
}

impl<S: Exchange> RetryFuture<S> {
    fn after(self: Pin<&mut Self>, error: Error) -> Result<State<S::Future>, Error> {
        let this = self.project();
        this.attempt.failed(&error);
        let call = this.attempt.call();
        let error = match this.turned_down.take() {
            Some(answer) if error.0.same_token => {
                return Err(not_the_token(answer, NO_OTHER_TOKEN));
            }
            // There was no other token to send: report the original answer, which says more.
            Some(answer) if error.0.kind == ErrorKind::Unauthorised && error.0.answer.is_none() => {
                error.about_the_answer_of(answer)
            }
            answer => {
                *this.turned_down = answer;
                error
            }
        };
        if this.template.is_none() {
            return Err(error);
        }
        let shared = &**this.shared;
        let idempotency = call.idempotency();
        // A layer inside the attempt already sent the request once, and that may have arrived.
        if call.0.flights.is_unknown() && !idempotency.is_repeatable() {
            return Err(error);
        }
        let is_final = call.options().final_failure.is_some_and(|is_final| is_final(&error));
        match verdict(&error, idempotency) {
            Verdict::Fail => Err(error),
            Verdict::Retry { .. } if is_final => Err(error),
            Verdict::Reauthorise => {
                if this.turned_down.is_some() {
                    return Err(not_the_token(error, NOT_THE_FRESH_ONE));
                }
                call.emit(&Event::RetryScheduled { error: &error, delay: Duration::ZERO });
                *this.turned_down = Some(error);
                Ok(State::Waiting { sleep: None })
            }
            Verdict::Retry { throttled } => {
                let limit = call.options().max_attempts.unwrap_or(shared.policy.max_attempts);
                let pause = call.options().pause.and_then(|pause| pause(&error));
                let again = pause.is_some() && std::mem::replace(this.paused, true);
                let patience = call.options().patience.filter(|_| error.is_rate_limited());
                if patience.is_none() && *this.retries + 1 >= limit || again {
                    return Err(error);
                }
                let floor = error.retry_after().max(pause);
                let counted =
                    if patience.is_some() { &mut *this.waits } else { &mut *this.retries };
                let delay = shared.policy.delay(*counted, throttled, floor);
                let refused_for = || {
                    let now = shared.timer.now();
                    now.saturating_duration_since(*shared.refused_since.lock().get_or_insert(now))
                };
                if let Some(patience) = patience.filter(|most| refused_for() + delay > *most) {
                    return Err(error.with_advice(format!(
                        "Not tried again: the server let no request pass, and the next attempt \
                         would come after the {} s that the call waits for it.",
                        patience.as_secs_f64()
                    )));
                }
                if let Some(advice) = too_late(shared, call, delay) {
                    return Err(error.with_advice(advice));
                }
                if patience.is_none() {
                    *this.price = shared.budget.take(throttled);
                    if this.price.is_none() {
                        return Err(error.with_advice(BUDGET_IS_EMPTY));
                    }
                }
                *counted += 1;
                tracing::debug!(
                    delay_ms = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX),
                    error.r#type = error.label(),
                    "retrying"
                );
                call.emit(&Event::RetryScheduled { error: &error, delay });
                Ok(State::Waiting { sleep: Some(shared.timer.sleep(delay)) })
            }
        }
    }
}

const NO_OTHER_TOKEN: &str = "Not tried again: there is no other token than the one that was turned down, \
and it still counts as good. Check whether the account may do this.";
const NOT_THE_FRESH_ONE: &str = "A fresh token was turned down as well: authorise again.";
const BUDGET_IS_EMPTY: &str =
    "Not tried again: too many calls failed in a row (the retry budget is empty).";

/// The answer that no other token could have changed. A 400 is then not about the token.
fn not_the_token(answer: Error, advice: &'static str) -> Error {
    match answer.status() {
        Some(StatusCode::UNAUTHORIZED) => answer.with_advice(advice),
        _ => answer,
    }
}

fn too_late(shared: &RetryShared, call: &Call, delay: Duration) -> Option<String> {
    let left = call.deadline()?.saturating_duration_since(shared.timer.now());
    (delay >= left).then(|| {
        format!(
            "Not tried again: the next attempt would come in {:.1} s, but the call's time is up in {:.1} s.",
            delay.as_secs_f64(),
            left.as_secs_f64()
        )
    })
}

/// A second request, if the body can be cloned. Extensions are copied only if they hold more than the call:
/// copying the map costs three allocations.
fn copy_of(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    request.method().clone_into(copy.method_mut());
    request.uri().clone_into(copy.uri_mut());
    request.headers().clone_into(copy.headers_mut());
    if request.extensions().len() > 1 {
        request.extensions().clone_into(copy.extensions_mut());
    }
    Some(copy)
}
