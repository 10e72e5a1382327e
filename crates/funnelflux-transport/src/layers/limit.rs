//! 6 · Rate and concurrency. A retry costs a slot; waits are outside the attempt's timeout.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::call::{Call, Wire};
use crate::error::{BoxError, Error, Kind};
use crate::limit::{Limiter, Permits, Refusal};
use crate::observe::{Event, Observers};
use crate::timer::Timer;

pub use crate::limit::RateLimit;

/// Holds requests back so that the rate and the number under way stay below the limits. Clones
/// share them.
#[derive(Clone, Debug)]
pub struct LimitLayer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limiter: Arc<Limiter>,
    observers: Observers,
}

impl LimitLayer {
    /// Holds requests to `limit`.
    pub fn new(timer: Arc<dyn Timer>, limit: &RateLimit) -> Self {
        Self::with_shared(Arc::new(Limiter::new(limit, timer)), Observers::default())
    }

    pub(crate) fn with_shared(limiter: Arc<Limiter>, observers: Observers) -> Self {
        Self { shared: Arc::new(Shared { limiter, observers }) }
    }
}

impl<S> Layer<S> for LimitLayer {
    type Service = Limit<S>;

    fn layer(&self, inner: S) -> Limit<S> {
        Limit { inner, shared: self.shared.clone() }
    }
}

/// The service of [`LimitLayer`].
#[derive(Clone, Debug)]
pub struct Limit<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Request<Body>> for Limit<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error> + Clone,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = LimitFuture<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        // Permits are taken in the future: a service that is ready but never called holds none.
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let state = match self.shared.limiter.try_take(call.weight()) {
            Some(permits) => {
                State::Sent { future: self.inner.call(request), permits: Some(permits) }
            }
            None => {
                let started = self.shared.limiter.now();
                let spare = self.inner.clone();
                let service = std::mem::replace(&mut self.inner, spare);
                let limiter = self.shared.limiter.clone();
                let (weight, deadline) = (call.weight(), call.deadline());
                // Nothing is sent while the request is held back.
                call.set_wire(Wire::Off);
                let wait: PermitFuture =
                    Box::pin(async move { limiter.take(weight, deadline).await });
                State::Waiting { wait, next: Some(Box::new((service, request))), started }
            }
        };
        LimitFuture { state, shared: self.shared.clone(), call }
    }
}

type PermitFuture = Pin<Box<dyn Future<Output = Result<Permits, Refusal>> + Send>>;

pin_project! {
    /// The future of [`Limit`].
    pub struct LimitFuture<S: Service<Request<Body>>> {
        #[pin]
        state: State<S, S::Future>,
        shared: Arc<Shared>,
        call: Call,
    }
}

pin_project! {
    // The waiting state is boxed: it is rare, and 300 bytes that every call would carry.
    #[project = StateProjection]
    enum State<S, F> {
        Waiting { wait: PermitFuture, next: Option<Box<(S, Request<Body>)>>, started: Instant },
        Sent { #[pin] future: F, permits: Option<Permits> },
    }
}

impl<S> Future for LimitFuture<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Output = Result<Response<Body>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let shared = &**this.shared;
        loop {
            match this.state.as_mut().project() {
                StateProjection::Waiting { wait, next, started } => {
                    let permits = match ready!(wait.as_mut().poll(cx)) {
                        Ok(permits) => permits,
                        Err(Refusal { wait }) => return Poll::Ready(Err(held_back(wait))),
                    };
                    let waited = shared.limiter.now().saturating_duration_since(*started);
                    let Some((mut service, request)) = next.take().map(|next| *next) else {
                        return Poll::Ready(Err(Error::local("a request was sent twice")));
                    };
                    shared.observers.emit(this.call, &Event::Throttled { waited });
                    this.call.set_wire(Wire::On);
                    let future = service.call(request);
                    this.state.set(State::Sent { future, permits: Some(permits) });
                }
                StateProjection::Sent { future, permits } => {
                    let result = ready!(future.poll(cx));
                    let permits = permits.take();
                    let changed = match &result {
                        Ok(_) => shared.limiter.passed(),
                        Err(error) if error.is_rate_limited() => permits
                            .as_ref()
                            .and_then(|p| shared.limiter.throttled(p, error.retry_after())),
                        Err(_) => None,
                    };
                    if let Some(per_second) = changed {
                        tracing::debug!(per_second, "request rate changed");
                        shared.observers.emit(this.call, &Event::RateChanged { per_second });
                    }
                    let streaming = this.call.options().streaming;
                    return Poll::Ready(result.map(|response| match permits {
                        // A stream under way is a request under way.
                        Some(permits) if streaming => {
                            response.map(|body| Body::wrap(Guarded { body, _permits: permits }))
                        }
                        _ => response,
                    }));
                }
            }
        }
    }
}

fn held_back(wait: std::time::Duration) -> Error {
    let mut error = Error::of_kind(
        Kind::HeldBack,
        "not sent: the next slot within the rate limit comes only after the call's time is up",
    );
    error.inner_mut().retry_after = Some(wait);
    error.inner_mut().last = true;
    error
}

struct Guarded {
    body: Body,
    _permits: Permits,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
