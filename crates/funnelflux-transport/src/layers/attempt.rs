//! 5 · Once per attempt: a span by OpenTelemetry's HTTP client conventions, and events.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;
use tracing::field::Empty;

use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::observe::{Event, Observers};
use crate::redact;
use crate::timer::Timer;

/// Opens a client span per attempt and tells observers.
#[derive(Clone, Debug)]
pub struct AttemptLayer {
    shared: Arc<AttemptShared>,
}

#[derive(Debug)]
struct AttemptShared {
    timer: Arc<dyn Timer>,
    base: BaseUrl,
    observers: Observers,
}

impl AttemptLayer {
    /// Spans name the server of `base`.
    pub fn new(timer: Arc<dyn Timer>, base: BaseUrl) -> Self {
        Self { shared: Arc::new(AttemptShared { timer, base, observers: Observers::default() }) }
    }

    pub(crate) fn with_shared_observers(
        timer: Arc<dyn Timer>,
        base: BaseUrl,
        observers: Observers,
    ) -> Self {
        Self { shared: Arc::new(AttemptShared { timer, base, observers }) }
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Attempt<S> {
        Attempt { inner, shared: self.shared.clone() }
    }
}

/// The service of [`AttemptLayer`].
#[derive(Clone, Debug)]
pub struct Attempt<S> {
    inner: S,
    shared: Arc<AttemptShared>,
}

impl<S> Service<Request<Body>> for Attempt<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = AttemptFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let span = self.span(&request, &call);
        let started = self.shared.observers.any().then(|| self.shared.timer.now());
        let inner = {
            let _entered = span.enter();
            self.inner.call(request)
        };
        AttemptFuture { inner, span, call, started, shared: self.shared.clone() }
    }
}

impl<S> Attempt<S> {
    fn span(&self, request: &Request<Body>, call: &Call) -> Span {
        let operation = call.operation();
        let base = &self.shared.base;
        let span = tracing::info_span!(
            "http.client.request",
            otel.name = Empty,
            otel.kind = "client",
            http.request.method = request.method().as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            server.address = base.host(),
            server.port = base.port(),
            url.full = Empty,
            url.template = operation.path(),
            error.r#type = Empty,
            funnelflux.operation = operation.id(),
        );
        // The texts are made only if there is a subscriber.
        if !span.is_disabled() {
            span.record("otel.name", format!("{} {}", request.method(), operation.path()));
            let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
            span.record("url.full", format!("{base}{}", redact::path_and_query(path)));
            if call.attempt() > 1 {
                span.record("http.request.resend_count", call.attempt() - 1);
            }
        }
        span
    }
}

pin_project! {
    /// The future of [`Attempt`].
    pub struct AttemptFuture<F> {
        #[pin]
        inner: F,
        span: Span,
        call: Call,
        started: Option<Instant>,
        shared: Arc<AttemptShared>,
    }
}

impl<F> Future for AttemptFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let result = ready!(this.inner.poll(cx));
        let outcome = result.as_ref().map(Response::status);
        if !this.span.is_disabled() {
            let status = outcome.map_or_else(|error| error.status(), Some);
            if let Some(status) = status {
                this.span.record("http.response.status_code", status.as_u16());
            }
            if let Err(error) = outcome {
                // The convention: the status code where there is one, else a word for the failure.
                match error.status() {
                    Some(status) => this.span.record("error.type", status.as_str()),
                    None => this.span.record("error.type", error.label()),
                };
            }
        }
        if let Some(started) = *this.started {
            let elapsed = this.shared.timer.now().saturating_duration_since(started);
            this.shared.observers.emit(this.call, &Event::AttemptFinished { outcome, elapsed });
        }
        Poll::Ready(result)
    }
}
