//! What travels with a request through the stack: the operation, its options, its state.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Uri;

use crate::body::Body;
use crate::error::Error;
use crate::in_flight::{Flights, Place};
use crate::observe::{Event, Observers};
use crate::operation::{Idempotency, Operation, OperationRef, Weight};
use crate::secrets::Secrets;
use crate::timer::Timer;

/// Settings of one call. Those that are not set are the client's.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use = "it has an effect only where it is passed"]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) final_failure: Option<fn(&Error) -> bool>,
    pub(crate) pause: Option<fn(&Error) -> Option<Duration>>,
    pub(crate) patience: Option<Duration>,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) max_response_bytes: Option<usize>,
    pub(crate) streaming: bool,
    pub(crate) anonymous: bool,
}

impl CallOptions {
    /// No settings: every value is the client's.
    pub fn new() -> Self {
        Self::default()
    }

    funnelflux_contract::setters! {
        /// Limits the whole call's time, retries and waits included.
        fn with_timeout(timeout: Duration) => timeout = Some(timeout);
        /// Limits one attempt's time, from sending to the last byte of the answer.
        fn with_attempt_timeout(timeout: Duration) => attempt_timeout = Some(timeout);
        /// Limits how often the request is sent; 1 switches retries off.
        fn with_max_attempts(attempts: u32) => max_attempts = Some(attempts.max(1));
        /// Does not retry a failure for which `is_final` says yes;
        /// [`with_max_attempts(1)`](Self::with_max_attempts) switches all retries off.
        fn without_retries_if(is_final: fn(&Error) -> bool) => final_failure = Some(is_final);
        /// Retries a failure once at most where `pause` gives a time, and only after that time.
        fn with_pause(pause: fn(&Error) -> Option<Duration>) => pause = Some(pause);
        /// Waits for a throttled account: a 429 costs neither an attempt nor retry budget, until the
        /// server let no request of this client pass for so long. The whole call's time grows by as much.
        /// For work in bulk, where the next request is worth as much as this one. With a time of zero the
        /// first 429 is final; `None`, the default, retries a 429 like other failures.
        fn with_patience(patience: impl Into<Option<Duration>>) => patience = patience.into();
        /// Says what a repeat of *this* call does, if the caller knows better than the contract.
        fn with_idempotency(idempotency: Idempotency) => idempotency = Some(idempotency);
        /// Limits the answer that is read into memory (default 512 MiB, for a write 16 MiB). A larger one fails.
        fn with_max_response_bytes(bytes: usize) => max_response_bytes = Some(bytes);
        /// Gives the answer as a stream: the attempt ends with the head, and the caller deals with a cut body.
        fn with_streaming() => streaming = true;
        /// Sends without the client's token, because the caller sets an `Authorization` header.
        fn with_own_authorization() => anonymous = true;
    }

    /// The settings of `self`, and those of `other` where `self` has none.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.timeout = self.timeout.or(other.timeout);
        self.attempt_timeout = self.attempt_timeout.or(other.attempt_timeout);
        self.max_attempts = self.max_attempts.or(other.max_attempts);
        self.final_failure = self.final_failure.or(other.final_failure);
        self.pause = self.pause.or(other.pause);
        self.patience = self.patience.or(other.patience);
        self.idempotency = self.idempotency.or(other.idempotency);
        self.max_response_bytes = self.max_response_bytes.or(other.max_response_bytes);
        self.streaming |= other.streaming;
        self.anonymous |= other.anonymous;
        self
    }
}

/// One call on its way through the stack, in the request's extensions. It tells a layer *what* is called:
///
/// ```
/// use funnelflux_transport::{Body, Call};
///
/// fn what(request: &http::Request<Body>) -> &str {
///     Call::of(request).map_or("unknown", |call| call.operation().id())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Call(pub(crate) Arc<Inner>, pub(crate) Place);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) operation: OperationRef,
    pub(crate) options: CallOptions,
    started: OnceLock<Instant>,
    pub(crate) elapsed: OnceLock<Duration>,
    /// The first one set holds: a stack with two deadline layers keeps the outer's.
    pub(crate) deadline: OnceLock<Instant>,
    pub(crate) asked: Option<Asked>,
    observers: OnceLock<Observers>,
    secrets: OnceLock<Secrets>,
    pub(crate) flights: Flights,
}

impl Inner {
    fn new(operation: OperationRef, options: CallOptions) -> Self {
        Self {
            operation,
            options,
            started: OnceLock::new(),
            elapsed: OnceLock::new(),
            deadline: OnceLock::new(),
            asked: None,
            observers: OnceLock::new(),
            secrets: OnceLock::new(),
            flights: Flights::default(),
        }
    }
}

/// The request as it entered the stack, with its body where that is in memory.
pub(crate) struct Asked {
    pub(crate) uri: Uri,
    pub(crate) body: Option<Bytes>,
}

funnelflux_contract::formats! {
    /// Never the request: it may hold secrets or visitors' data.
    Debug for Asked, |_it, f| f.write_str("Asked")
}

impl Call {
    /// A call of `operation`.
    #[must_use]
    pub fn new(operation: impl Into<OperationRef>, options: CallOptions) -> Self {
        Self(Arc::new(Inner::new(operation.into(), options)), Place::Outside)
    }

    /// A call that begins with this request, which it remembers and is put into.
    pub(crate) fn begin(
        operation: OperationRef,
        options: CallOptions,
        request: &mut http::Request<Body>,
        secrets: Option<&Secrets>,
    ) -> Self {
        let mut inner = Inner::new(operation, options);
        let body = request.body().as_bytes_shared().filter(|body| !body.is_empty());
        inner.asked = Some(Asked { uri: request.uri().clone(), body });
        inner.secrets = secrets.cloned().map(OnceLock::from).unwrap_or_default();
        let call = Self(Arc::new(inner), Place::Outside);
        request.extensions_mut().insert(call.clone());
        call
    }

    /// The call that `request` belongs to, if it came through a [`Client`](crate::Client).
    pub fn of<B>(request: &http::Request<B>) -> Option<&Self> {
        request.extensions().get()
    }

    /// A request that did not come through a client gets a call made from its method and path.
    pub(crate) fn of_or_insert(request: &mut http::Request<Body>) -> Self {
        if let Some(call) = Self::of(request) {
            return call.clone();
        }
        let operation = Operation::raw(request.method().clone(), request.uri().path());
        Self::begin(operation.into(), CallOptions::default(), request, None)
    }

    /// The call of a request that is handed over at `place`. The layers inside find it there.
    pub(crate) fn enter(request: &mut http::Request<Body>, place: Place) -> Self {
        // Changed in its place: another insertion is an allocation for each attempt.
        if let Some(call) = request.extensions_mut().get_mut::<Self>() {
            call.1 = place;
            return call.clone();
        }
        let call = Self(Self::of_or_insert(request).0, place);
        request.extensions_mut().insert(call.clone());
        call
    }

    /// The operation that is called.
    pub fn operation(&self) -> &Operation {
        &self.0.operation
    }

    /// The settings of this call.
    pub fn options(&self) -> &CallOptions {
        &self.0.options
    }

    /// The instant by which the whole call must be done.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline.get().copied()
    }

    /// The number of the attempt: 1 during the first one, whether or not it reached the transport.
    pub fn attempt(&self) -> u32 {
        self.0.flights.attempt()
    }

    /// What a repeat does, as the caller says or else the contract.
    pub fn idempotency(&self) -> Idempotency {
        self.0.options.idempotency.unwrap_or_else(|| self.0.operation.idempotency())
    }

    /// The load that the call is for the server.
    pub fn weight(&self) -> Weight {
        self.0.operation.weight()
    }

    pub(crate) fn observe(&self, observers: &Observers) {
        if !observers.0.is_empty() {
            let _ = self.0.observers.set(observers.clone());
        }
    }

    pub(crate) fn know(&self, secrets: &Secrets) {
        let _ = self.0.secrets.set(secrets.clone());
    }

    /// The secrets of the client; of this call alone in a stack without a client.
    pub(crate) fn secrets(&self) -> &Secrets {
        self.0.secrets.get_or_init(Secrets::default)
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.0.observers.get().is_some()
    }

    /// Passes the event to every observer, even if one panics. The first panic resumes afterwards, unless
    /// the thread is panicking already: a second panic would abort the program.
    pub(crate) fn emit(&self, event: &Event<'_>) {
        let mut panic = None;
        for observer in self.0.observers.get().iter().flat_map(|list| list.0.iter()) {
            let told = catch_unwind(AssertUnwindSafe(|| observer.on_event(self, event)));
            panic = panic.or(told.err());
        }
        if let Some(panic) = panic.filter(|_| !std::thread::panicking()) {
            resume_unwind(panic);
        }
    }

    /// The clock is read once, for all layers.
    pub(crate) fn started(&self, timer: &dyn Timer) -> Instant {
        *self.0.started.get_or_init(|| timer.now())
    }

    /// Whether it is a write whose outcome is unknown.
    pub(crate) fn is_ambiguous(&self) -> bool {
        !self.idempotency().is_safe() && self.0.flights.is_unknown()
    }
}
