//! What travels with a request through the stack: the operation, its options, its state.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::error::{Error, Outcome};
use crate::operation::{Idempotency, Operation, OperationRef, Weight};
use crate::timer::Timer;

/// What a caller can say about one call. Everything unset takes the client's value.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) final_failure: Option<fn(&Error) -> bool>,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) max_response_bytes: Option<usize>,
    pub(crate) streaming: bool,
    pub(crate) anonymous: bool,
}

impl CallOptions {
    /// Nothing said: every value is the client's.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The whole call's time, retries and waits included.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// One attempt's time, from sending to the last byte of the answer.
    #[must_use]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How often the request may be sent at most; 1 switches retries off.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts.max(1));
        self
    }

    /// Does not retry a failure for which `is_final` says yes, whatever the retry table says. The
    /// other failures are retried as ever; [`with_max_attempts(1)`](Self::with_max_attempts)
    /// switches all retries off.
    #[must_use]
    pub fn without_retries_if(mut self, is_final: fn(&Error) -> bool) -> Self {
        self.final_failure = Some(is_final);
        self
    }

    /// What a repeat of *this* call does, where the caller knows better than the contract.
    #[must_use]
    pub fn with_idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// The largest answer that is read into memory (default 512 MiB); more is an error.
    #[must_use]
    pub fn with_max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// Hand the answer out as a stream: the attempt ends with the head, and a body cut short is
    /// the caller's to deal with.
    #[must_use]
    pub fn with_streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// Send without the client's token, because the caller sets his own `Authorization` header.
    #[must_use]
    pub fn with_own_authorization(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// The values of `self`, and those of `other` where `self` says nothing.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.timeout = self.timeout.or(other.timeout);
        self.attempt_timeout = self.attempt_timeout.or(other.attempt_timeout);
        self.max_attempts = self.max_attempts.or(other.max_attempts);
        self.final_failure = self.final_failure.or(other.final_failure);
        self.idempotency = self.idempotency.or(other.idempotency);
        self.max_response_bytes = self.max_response_bytes.or(other.max_response_bytes);
        self.streaming |= other.streaming;
        self.anonymous |= other.anonymous;
        self
    }
}

/// One call on its way through the stack. It sits in the request's extensions, so that a layer
/// knows *what* is being called:
///
/// ```
/// use funnelflux_transport::{Body, Call};
///
/// fn what(request: &http::Request<Body>) -> &str {
///     Call::of(request).map_or("unknown", |call| call.operation().id())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Call(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    operation: OperationRef,
    options: CallOptions,
    started: OnceLock<Instant>,
    elapsed: OnceLock<Duration>,
    deadline: OnceLock<Instant>,
    attempts: AtomicU32,
    /// How many of the attempts got as far as the transport.
    sent: AtomicU32,
    /// How often the transport was handed the request and has not settled what became of it. More
    /// than once an attempt where a layer inside of the retries repeats on its own.
    unsettled: AtomicU32,
    /// Whether the attempt under way got as far as the transport.
    left: AtomicBool,
    /// Whether the stack is known to have the layer that tells of that.
    counts_sent: AtomicBool,
    wire: AtomicU8,
    in_doubt: AtomicBool,
}

/// Where the request is, as far as the layers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Wire {
    /// No layer has said anything, as in a stack somebody composed by hand: it may be anywhere.
    Unknown,
    /// On this side: in a queue, before the first attempt, or after an attempt that was settled.
    Off,
    /// Handed down to be sent: from here on a lost answer leaves its fate unknown.
    On,
}

impl Call {
    /// A call of `operation`.
    #[must_use]
    pub fn new(operation: Operation, options: CallOptions) -> Self {
        Self::with_ref(operation.into(), options)
    }

    pub(crate) fn with_ref(operation: OperationRef, options: CallOptions) -> Self {
        Self(Arc::new(Inner {
            operation,
            options,
            started: OnceLock::new(),
            elapsed: OnceLock::new(),
            deadline: OnceLock::new(),
            attempts: AtomicU32::new(0),
            sent: AtomicU32::new(0),
            unsettled: AtomicU32::new(0),
            left: AtomicBool::new(false),
            counts_sent: AtomicBool::new(false),
            wire: AtomicU8::new(Wire::Unknown as u8),
            in_doubt: AtomicBool::new(false),
        }))
    }

    /// The call that `request` belongs to, if it came through a [`Client`](crate::Client).
    pub fn of<B>(request: &http::Request<B>) -> Option<&Self> {
        request.extensions().get()
    }

    /// The call that `request` belongs to; one made from its method and path where there is none,
    /// as in a stack that somebody composed by hand.
    pub(crate) fn of_or_insert<B>(request: &mut http::Request<B>) -> Self {
        if let Some(call) = request.extensions().get::<Self>() {
            return call.clone();
        }
        let operation = Operation::raw(request.method().clone(), request.uri().path());
        let call = Self::new(operation, CallOptions::default());
        request.extensions_mut().insert(call.clone());
        call
    }

    /// What is being called.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.0.operation
    }

    /// What the caller said about this call, with the client's values filled in.
    #[must_use]
    pub fn options(&self) -> &CallOptions {
        &self.0.options
    }

    /// The instant by which the whole call must be done.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline.get().copied()
    }

    /// The number of the attempt: 1 during the first one, whether or not it got as far as the
    /// transport.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.0.attempts.load(Ordering::Relaxed)
    }

    /// What a repeat does: the caller's word, else the contract's.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency {
        self.0.options.idempotency.unwrap_or_else(|| self.0.operation.idempotency())
    }

    /// How much the call asks of the server.
    #[must_use]
    pub fn weight(&self) -> Weight {
        self.0.operation.weight()
    }

    pub(crate) fn operation_ref(&self) -> &OperationRef {
        &self.0.operation
    }

    /// The clock is read once at the start of a call, for everybody.
    pub(crate) fn started(&self, timer: &dyn Timer) -> Instant {
        *self.0.started.get_or_init(|| timer.now())
    }

    pub(crate) fn set_elapsed(&self, elapsed: Duration) {
        let _ = self.0.elapsed.set(elapsed);
    }

    pub(crate) fn elapsed(&self) -> Option<Duration> {
        self.0.elapsed.get().copied()
    }

    pub(crate) fn set_deadline(&self, deadline: Instant) {
        // The first one wins: a stack with two deadline layers keeps the outer's.
        let _ = self.0.deadline.set(deadline);
    }

    pub(crate) fn begin_attempt(&self) {
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
        self.0.left.store(false, Ordering::Relaxed);
        self.set_wire(Wire::On);
    }

    /// The stack has every layer, so that [`sent`](Self::sent) counts.
    pub(crate) fn count_sent(&self) {
        self.0.counts_sent.store(true, Ordering::Relaxed);
    }

    /// How many attempts got as far as the transport; of a stack that does not tell, all of them.
    pub(crate) fn sent(&self) -> u32 {
        let counts = self.0.counts_sent.load(Ordering::Relaxed);
        if counts { self.0.sent.load(Ordering::Relaxed) } else { self.attempt() }
    }

    /// Whether the transport is known to have got the request.
    pub(crate) fn has_left(&self) -> bool {
        self.0.sent.load(Ordering::Relaxed) > 0
    }

    /// The transport gets the request.
    pub(crate) fn hand_over(&self) {
        if !self.0.left.load(Ordering::Relaxed) {
            self.0.left.store(true, Ordering::Relaxed);
            self.0.sent.fetch_add(1, Ordering::Relaxed);
        }
        self.0.unsettled.fetch_add(1, Ordering::Relaxed);
        self.set_wire(Wire::On);
    }

    /// The transport has said what became of the request, once for each time it got it.
    pub(crate) fn settle_sending(&self) {
        self.0.unsettled.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether the request was sent, or may have been, and nothing has settled what became of it.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.0.unsettled.load(Ordering::Relaxed) > 0
    }

    /// A call that begins anew, of the same operation with the same options.
    pub(crate) fn afresh(&self) -> Self {
        Self::with_ref(self.0.operation.clone(), self.0.options.clone())
    }

    pub(crate) fn set_wire(&self, wire: Wire) {
        self.0.wire.store(wire as u8, Ordering::Relaxed);
    }

    pub(crate) fn wire(&self) -> Wire {
        match self.0.wire.load(Ordering::Relaxed) {
            0 => Wire::Unknown,
            1 => Wire::Off,
            _ => Wire::On,
        }
    }

    /// An attempt is over. If its fate is unknown, no later refusal can take that back. Whoever
    /// settles second finds nothing on the wire, so every layer that sees an end may settle.
    pub(crate) fn settle(&self, failure: Option<&Error>) {
        let doubt = |error: &Error| {
            self.is_unsettled()
                || (self.wire() != Wire::Off && error.attempt_outcome() == Outcome::Unknown)
        };
        if failure.is_some_and(doubt) {
            self.0.in_doubt.store(true, Ordering::Relaxed);
        }
        self.set_wire(Wire::Off);
    }

    /// Whether an attempt that is over has left it open what the call did.
    pub(crate) fn is_in_doubt(&self) -> bool {
        !self.idempotency().is_safe() && self.0.in_doubt.load(Ordering::Relaxed)
    }
}
