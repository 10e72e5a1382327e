//! 1 · Once per call: the span, the events, and the facts that complete an error.

use std::sync::Arc;

use http::{Request, Response};
use tracing::Span;
use tracing::field::Empty;
use tracing::span::Entered;

use super::step::{After, Around, Exchange, Finish, StepLayer};
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::observe::{Event, Observer, Observers};
use crate::timer::Timer;

/// Opens a span per call, notifies observers, and completes errors with operation, attempts and time.
pub type CallLayer = StepLayer<CallSpans>;

#[derive(Debug)]
pub struct CallSpans {
    timer: Arc<dyn Timer>,
    observers: Observers,
}

impl CallLayer {
    /// Takes the time from `timer`.
    #[must_use]
    pub fn new(timer: Arc<dyn Timer>) -> Self {
        Self::observed(timer, Vec::new())
    }

    /// Takes the time from `timer`, and notifies these observers of what happens in this layer and
    /// in those inside of it.
    #[must_use]
    pub fn observed(timer: Arc<dyn Timer>, observers: Vec<Arc<dyn Observer>>) -> Self {
        Self::of(CallSpans { timer, observers: Observers(observers.into()) })
    }
}

impl<S: Exchange> Around<S> for CallSpans {
    type Future = After<S::Future, OneCall>;

    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
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
        call.observe(&self.observers);
        call.emit(&Event::Started);
        call.started(&*self.timer);
        let inner = span.in_scope(|| inner.call(request));
        After { inner, then: OneCall { span, call, shared: self.clone() } }
    }
}

/// A call under way.
pub struct OneCall {
    span: Span,
    call: Call,
    shared: Arc<CallSpans>,
}

impl Finish for OneCall {
    fn enter(&self) -> Option<Entered<'_>> {
        Some(self.span.enter())
    }

    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let _entered = self.span.enter();
        let (call, timer) = (&self.call, &*self.shared.timer);
        let elapsed = timer.now().saturating_duration_since(call.started(timer));
        let _ = call.0.elapsed.set(elapsed);
        self.span.record("funnelflux.attempts", call.0.flights.sent());
        let result = result.map_err(|error| {
            call.0.flights.end(&error);
            self.span.record("error.type", error.label());
            error.completed(call, timer.wall())
        });
        let outcome = result.as_ref().map(Response::status);
        call.emit(&Event::Finished { outcome, elapsed });
        result
    }
}
