use std::sync::Arc;
use std::time::{Duration, Instant};

use funnelflux_model::hooks::MiddlewareRequest;
use funnelflux_model::ledger::Model as _;
use http::HeaderMap;

use super::{Answer, Deadline, Decision, Outcome, Question, Reason, Routes};
use crate::{Authentication, Rejection, clock, clock::Clock, handler, payload, routes};

/// The least time to hold back (*documented*).
const BUFFER: Duration = Duration::from_millis(250);
/// The time of a config that sets none (*documented*).
const TIME: Duration = Duration::from_millis(5000);
/// The longest time that FunnelFlux ever allowed (*documented*); a body that says more is not believed.
const LONGEST: Duration = Duration::from_millis(30_000);

type Observer = Arc<dyn Fn(&Outcome) + Send + Sync>;

/// What is the same for every request of a middleware node.
///
/// [`MiddlewareService`](super::MiddlewareService) is the whole node. Without tokio, as in a serverless
/// handler, [`open`](Self::open) reads a request and [`Question::answer`] answers it:
///
/// ```
/// use std::time::Instant;
/// use funnelflux_hooks::middleware::{MiddlewareNode, Routes};
/// use http::HeaderMap;
///
/// funnelflux_hooks::decisions! {
///     enum Lead { Approved = "approved", Rejected = "rejected" }
/// }
/// let node = MiddlewareNode::new(Routes::<Lead>::new());
///
/// let arrived = Instant::now();
/// let body = br#"{"event_type":"middleware_request","execute_timeout_ms":3000,"action_data":{"email":"a@b.example"}}"#;
/// let question = node.open(&HeaderMap::new(), body, arrived)?;
/// let email: Option<String> = question.request().text_in("action_data", "email");
/// let lead = if email.is_some() { Lead::Approved } else { Lead::Rejected };
/// let answer = question.answer(Ok::<_, ()>(lead));
/// assert_eq!(answer.body, r#"{"decision":"approved"}"#);
/// # Ok::<(), funnelflux_hooks::Rejection>(())
/// ```
#[derive(Clone)]
pub struct MiddlewareNode<D> {
    pub(crate) authentication: Authentication,
    routes: Arc<Routes<D>>,
    pub(super) buffer: Duration,
    pub(super) time: Duration,
    pub(crate) limit: usize,
    pub(super) observer: Option<Observer>,
    pub(crate) clock: Clock,
}

impl<D: Decision> MiddlewareNode<D> {
    /// A node that asks for no proof and takes bodies of up to 1 MiB.
    pub fn new(routes: Routes<D>) -> Self {
        Self {
            authentication: Authentication::new(),
            routes: Arc::new(routes),
            buffer: BUFFER,
            time: TIME,
            limit: 1 << 20,
            observer: None,
            clock: clock::system,
        }
    }

    funnelflux_contract::setters! {
        /// Sets what each request must prove.
        fn with_authentication(authentication: Authentication) => authentication = authentication;
        /// Sets the part of the time that is held back for the way of the answer. 250 ms unless set, the least
        /// that the vendor advises.
        fn with_buffer(buffer: Duration) => buffer = buffer;
        /// Sets the time of requests that say none, and of each until its body is read: `timeoutMs` of the config.
        /// 5 s unless set.
        fn with_time(time: Duration) => time = time;
        /// Sets the most bytes of a body.
        fn with_body_limit(limit: usize) => limit = limit;
        /// Sets what is told of each answer, such as for metrics. It must not block. If it
        /// panics, the answer goes out all the same.
        fn with_observer(observer: impl Fn(&Outcome) + Send + Sync + 'static)
            => observer = Some(Arc::new(observer));
    }

    /// The routes.
    pub fn routes(&self) -> &Routes<D> {
        &self.routes
    }

    /// Reads a request that arrived then. Its body is empty for a GET.
    ///
    /// # Errors
    /// When it does not prove what it should (401), or its body is too long to tell (413). A body that cannot
    /// be read is no error: the question then has an answer already, the fallback.
    pub fn open(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        arrived: Instant,
    ) -> Result<Question<D>, Rejection> {
        let is_long = body.len() > self.limit;
        if self.authentication.needs_body() && is_long {
            return Err(Rejection::too_large(self.limit));
        }
        if !self.authentication.accepts(headers, body) {
            return Err(Rejection::unauthorized());
        }
        Ok(self.question(if is_long { None } else { Some(body) }, arrived))
    }

    /// The question of an authenticated request; without a body where that could not be had.
    pub(crate) fn question(&self, body: Option<&[u8]>, arrived: Instant) -> Question<D> {
        let document = body.and_then(|body| match body.trim_ascii() {
            [] => Some(funnelflux_model::Document::new()),
            body => payload::document(body).ok(),
        });
        let is_readable = document.is_some();
        let request = MiddlewareRequest::from_document(document.unwrap_or_default());
        let whole = request.execute_timeout_ms().ok().flatten().map(Duration::from_millis);
        // A part of a millisecond is no reason to wait for longer than was said.
        let said = whole.or_else(|| {
            let milliseconds: f64 = request.document().read("execute_timeout_ms").ok()??;
            Duration::try_from_secs_f64(milliseconds.trunc() / 1e3).ok()
        });
        let time = said.unwrap_or(self.time).min(LONGEST);
        let deadline = Deadline::new(arrived, time, self.buffer, self.clock);
        Question { node: self.clone(), request, deadline, arrived, time, is_readable }
    }

    /// The deadline until the body is read.
    #[cfg(feature = "service")]
    pub(crate) fn provisional(&self, arrived: Instant) -> Deadline {
        Deadline::new(arrived, self.time, self.buffer, self.clock)
    }

    pub(crate) fn answer(
        &self,
        decision: Result<D, Reason>,
        arrived: Instant,
        time: Duration,
        handler: Duration,
    ) -> Answer {
        let took = (self.clock)().saturating_duration_since(arrived);
        let chosen = decision.ok().or_else(|| self.routes.fallback());
        let outcome = Outcome {
            decision: chosen.map_or(routes::DEFAULT, Decision::key),
            reason: decision.err().unwrap_or(Reason::Decided),
            took,
            handler,
            left: time.saturating_sub(took),
        };
        outcome.trace();
        if let Some(observer) = &self.observer {
            // The visitor gets the answer, whatever becomes of the metrics.
            if handler::contained(|| observer(&outcome)).is_none() {
                tracing::error!("the observer of a middleware node panicked");
            }
        }
        Answer { body: self.routes.answer(chosen), outcome }
    }
}

funnelflux_contract::shows! {
    MiddlewareNode<D>, |it|
        authentication: it.authentication, buffer: it.buffer, time: it.time, limit: it.limit
}
