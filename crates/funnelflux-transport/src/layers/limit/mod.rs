//! 6 · Rate and concurrency. A retry costs a slot; waits are outside the attempt's timeout.

mod pace;
mod permits;
mod rate;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::slow::FastOrSlow;
use crate::body::Body;
use crate::call::Call;
use crate::error::{BoxError, Error, Kind};
use crate::in_flight::Held;
use crate::observe::{Event, Observers};
use crate::timer::Timer;

pub(crate) use permits::{Limiter, Permits};
pub use rate::RateLimit;

/// Holds requests back so that the rate and the number under way stay below the limits. Clones
/// share them.
#[derive(Clone, Debug)]
pub struct LimitLayer {
    shared: Arc<LimitShared>,
}

#[derive(Debug)]
struct LimitShared {
    limiter: Arc<Limiter>,
    observers: Observers,
}

impl LimitLayer {
    /// Holds requests to `limit`.
    pub fn new(timer: Arc<dyn Timer>, limit: &RateLimit) -> Self {
        Self::with_shared(Arc::new(Limiter::new(limit, timer)), Observers::default())
    }

    pub(crate) fn with_shared(limiter: Arc<Limiter>, observers: Observers) -> Self {
        Self { shared: Arc::new(LimitShared { limiter, observers }) }
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
    shared: Arc<LimitShared>,
}

impl<S> Service<Request<Body>> for Limit<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error, Future: Send>
        + Clone
        + Send
        + 'static,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = FastOrSlow<LimitFuture<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        // Permits are taken in the future: a service that is ready but never called holds none.
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let shared = self.shared.clone();
        if let Some(permits) = shared.limiter.try_take(call.weight()) {
            let inner = self.inner.call(request);
            let future = LimitFuture { inner, permits: Some(permits), shared, call };
            return FastOrSlow::Fast { future };
        }
        let spare = self.inner.clone();
        let mut service = std::mem::replace(&mut self.inner, spare);
        let held = Held::new(call.clone());
        FastOrSlow::slow(async move {
            let started = shared.limiter.now();
            let taken = shared.limiter.take(call.weight(), call.deadline()).await;
            let permits = taken.map_err(|refusal| held_back(refusal.wait))?;
            let waited = shared.limiter.now().saturating_duration_since(started);
            shared.observers.emit(&call, &Event::Throttled { waited });
            drop(held);
            let inner = service.call(request);
            LimitFuture { inner, permits: Some(permits), shared, call }.await
        })
    }
}

pin_project! {
    /// The future of [`Limit`], with the permits at hand.
    pub struct LimitFuture<F> {
        #[pin]
        inner: F,
        permits: Option<Permits>,
        shared: Arc<LimitShared>,
        call: Call,
    }
}

impl<F> Future for LimitFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        let limiter = &this.shared.limiter;
        let permits = this.permits.take();
        let changed = match &result {
            Ok(_) => limiter.passed(),
            Err(error) if error.is_rate_limited() => {
                permits.as_ref().and_then(|p| limiter.throttled(p, error.retry_after()))
            }
            Err(_) => None,
        };
        if let Some(per_second) = changed {
            tracing::debug!(per_second, "request rate changed");
            this.shared.observers.emit(this.call, &Event::RateChanged { per_second });
        }
        let streaming = this.call.options().streaming;
        Poll::Ready(result.map(|response| match permits {
            // A stream under way is a request under way.
            Some(permits) if streaming => {
                response.map(|body| Body::wrap(Guarded { body, _permits: permits }))
            }
            _ => response,
        }))
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
