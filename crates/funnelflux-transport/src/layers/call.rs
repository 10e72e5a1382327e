//! 1 · Once per call: the span, the events, and the facts that complete an error.

use std::sync::Arc;
use std::time::Duration;

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
    pub fn new(timer: Arc<dyn Timer>) -> Self {
        Self::observed(timer, Vec::new())
    }

    /// Takes the time from `timer`, and notifies these observers of events in this layer and inside of it.
    pub fn observed(timer: Arc<dyn Timer>, observers: Vec<Arc<dyn Observer>>) -> Self {
        Self::of(CallSpans { timer, observers: Observers(observers.into()) })
    }
}

impl<S: Exchange> Around<S> for CallSpans {
    type Future = After<S::Future, OneCall>;

    #[inline(always)]
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
        call.started(&*self.timer);
        // Made before a layer or an observer can panic, so that the call has its end all the same.
        let then = OneCall { span, call, is_over: false, shared: self.clone() };
        then.call.emit(&Event::Started {});
        let entered = then.span.enter();
        let inner = inner.call(request);
        drop(entered);
        After { inner, then }
    }
}

pub struct OneCall {
    span: Span,
    call: Call,
    is_over: bool,
    shared: Arc<CallSpans>,
}

impl OneCall {
    fn elapsed(&self) -> Duration {
        let timer = &*self.shared.timer;
        timer.now().saturating_duration_since(self.call.started(timer))
    }
}

/// A call that is dropped before its end.
impl Drop for OneCall {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let _entered = self.span.enter();
        let flights = &self.call.0.flights;
        flights.close();
        let maybe_sent = flights.in_flight() || flights.is_unknown();
        self.span.record("funnelflux.attempts", i64::from(flights.sent()));
        self.span.record("error.type", "dropped");
        self.call.emit(&Event::Dropped { maybe_sent, elapsed: self.elapsed() });
    }
}

impl Finish for OneCall {
    fn enter(&self) -> Option<Entered<'_>> {
        Some(self.span.enter())
    }

    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        self.is_over = true;
        let _entered = self.span.enter();
        let (call, elapsed) = (&self.call, self.elapsed());
        let _ = call.0.elapsed.set(elapsed);
        self.span.record("funnelflux.attempts", i64::from(call.0.flights.sent()));
        let result = result.map_err(|error| {
            call.0.flights.close();
            call.0.flights.fail(&error);
            self.span.record("error.type", error.label());
            error.completed(call, self.shared.timer.wall())
        });
        let outcome = result.as_ref().map(Response::status);
        call.emit(&Event::Finished { outcome, elapsed });
        result
    }
}
