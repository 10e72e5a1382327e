//! 5 · Once per attempt: a span by OpenTelemetry's HTTP client conventions, and events.

use std::sync::Arc;
use std::time::Instant;

use http::{Request, Response};
use tracing::Span;
use tracing::field::Empty;
use tracing::span::Entered;

use super::step::{After, Around, Exchange, Finish, StepLayer};
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::observe::Event;
use crate::redact;
use crate::timer::Timer;

/// Opens a client span per attempt and tells the observers of the [`CallLayer`](super::CallLayer).
pub type AttemptLayer = StepLayer<AttemptSpans>;

#[derive(Debug)]
pub struct AttemptSpans {
    timer: Arc<dyn Timer>,
    base: BaseUrl,
}

impl AttemptLayer {
    /// Spans name the server of `base`.
    pub fn new(timer: Arc<dyn Timer>, base: BaseUrl) -> Self {
        Self::of(AttemptSpans { timer, base })
    }
}

impl<S: Exchange> Around<S> for AttemptSpans {
    type Future = After<S::Future, OneAttempt>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let span = self.span(&request, &call);
        let started = call.is_observed().then(|| self.timer.now());
        let entered = span.enter();
        let inner = inner.call(request);
        drop(entered);
        After { inner, then: OneAttempt { span, call, started, shared: self.clone() } }
    }
}

impl AttemptSpans {
    fn span(&self, request: &Request<Body>, call: &Call) -> Span {
        let (operation, base) = (call.operation(), &self.base);
        let span = tracing::info_span!(
            "http.client.request",
            otel.name = Empty,
            otel.kind = "client",
            http.request.method = request.method().as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            server.address = base.host(),
            server.port = i64::from(base.port()),
            url.full = Empty,
            url.template = operation.path(),
            error.r#type = Empty,
            funnelflux.operation = operation.id(),
        );
        // Numbers are `i64`, which OpenTelemetry has: it would get an unsigned one as a text.
        // The texts are made only if there is a subscriber.
        if !span.is_disabled() {
            span.record("otel.name", format!("{} {}", request.method(), operation.path()));
            let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let url = format!("{base}{}", redact::path_and_query(path));
            span.record("url.full", &*call.secrets().redact(&url));
            if call.attempt() > 1 {
                span.record("http.request.resend_count", i64::from(call.attempt() - 1));
            }
        }
        span
    }
}

pub struct OneAttempt {
    span: Span,
    call: Call,
    started: Option<Instant>,
    shared: Arc<AttemptSpans>,
}

impl Finish for OneAttempt {
    fn enter(&self) -> Option<Entered<'_>> {
        Some(self.span.enter())
    }

    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let _entered = self.span.enter();
        let result = result.map_err(|error| error.of_attempt(&self.call));
        let outcome = result.as_ref().map(Response::status);
        if !self.span.is_disabled() {
            let status = outcome.map_or_else(Error::status, Some);
            if let Some(status) = status {
                self.span.record("http.response.status_code", i64::from(status.as_u16()));
            }
            if let Err(error) = outcome {
                // The convention: the status code where there is one, else a word for the failure.
                let kind = status.as_ref().map_or_else(|| error.label(), |status| status.as_str());
                self.span.record("error.type", kind);
            }
        }
        if let Some(started) = self.started {
            let elapsed = self.shared.timer.now().saturating_duration_since(started);
            self.call.emit(&Event::AttemptFinished { outcome, elapsed });
        }
        result
    }
}
