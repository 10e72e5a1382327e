//! 1 · Once per call: the span, the events, and the facts that complete an error.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, Uri};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;
use tracing::field::Empty;

use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::observe::{Event, Observer, Observers};
use crate::timer::Timer;

/// Opens a span per call, notifies observers, and completes errors with operation, attempts and time.
#[derive(Clone, Debug)]
pub struct CallLayer {
    timer: Arc<dyn Timer>,
    observers: Observers,
}

impl CallLayer {
    /// Takes the time from `timer`.
    pub fn new(timer: Arc<dyn Timer>) -> Self {
        Self { timer, observers: Observers::default() }
    }

    /// Notifies these observers.
    #[must_use]
    pub fn with_observers(mut self, observers: Vec<Arc<dyn Observer>>) -> Self {
        self.observers = Observers::new(observers);
        self
    }

    pub(crate) fn with_shared_observers(mut self, observers: Observers) -> Self {
        self.observers = observers;
        self
    }
}

impl<S> Layer<S> for CallLayer {
    type Service = CallSpan<S>;

    fn layer(&self, inner: S) -> CallSpan<S> {
        CallSpan { inner, layer: self.clone() }
    }
}

/// The service of [`CallLayer`].
#[derive(Clone, Debug)]
pub struct CallSpan<S> {
    inner: S,
    layer: CallLayer,
}

impl<S> Service<Request<Body>> for CallSpan<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = CallFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let operation = call.operation();
        let span = tracing::debug_span!(
            "funnelflux.call",
            otel.name = operation.id(),
            otel.kind = "internal",
            url.template = operation.path(),
            funnelflux.operation = operation.id(),
            funnelflux.path_grade = operation.path_grade().as_str(),
            funnelflux.attempts = Empty,
            error.r#type = Empty,
        );
        self.layer.observers.emit(&call, &Event::Started);
        let uri = request.uri().clone();
        let request_body = request
            .body()
            .try_clone()
            .and_then(|body| body.try_into_bytes().ok())
            .filter(|body| !body.is_empty());
        call.started(&*self.layer.timer);
        let inner = {
            let _entered = span.enter();
            self.inner.call(request)
        };
        CallFuture { inner, span, call, uri, request_body, layer: self.layer.clone() }
    }
}

pin_project! {
    /// The future of [`CallSpan`].
    pub struct CallFuture<F> {
        #[pin]
        inner: F,
        span: Span,
        call: Call,
        uri: Uri,
        request_body: Option<Bytes>,
        layer: CallLayer,
    }
}

impl<F> Future for CallFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let result = ready!(this.inner.poll(cx));
        let timer = &*this.layer.timer;
        let elapsed = timer.now().saturating_duration_since(this.call.started(timer));
        this.call.set_elapsed(elapsed);
        this.span.record("funnelflux.attempts", this.call.flights().sent());
        let result = result.map_err(|error| {
            this.call.flights().end(&error);
            let error = error
                .completed(this.call, Some(elapsed), timer.wall())
                .asking(this.uri, this.request_body);
            this.span.record("error.type", error.label());
            error
        });
        let outcome = result.as_ref().map(Response::status);
        this.layer.observers.emit(this.call, &Event::Finished { outcome, elapsed });
        Poll::Ready(result)
    }
}
