//! Where a request is: on this side, or handed to the transport and not answered.
//!
//! A write is never repeated blindly. That rests on this file alone: [`InFlight`] is the request between
//! "handed over" and "answered". One that is dropped without an answer leaves the outcome of its call
//! unknown, and nothing takes that back.
//!
//! Two steps of the stack hand a request over: [`RetryLayer`](crate::layers::RetryLayer) to what is inside
//! an attempt, which may be a layer of the user's, and [`AuthLayer`](crate::layers::AuthLayer) to the
//! transport. Steps that keep a request waiting in between (for a permit, a token) take a [`Held`].
//!
//! The transport decides, and not the type of the error that ended an attempt:
//!
//! | the transport | the error | a write |
//! |---|---|---|
//! | never got the request | of any type | not done |
//! | did not answer, or answered 408 or 5xx | of any type | unknown |
//! | answered 2xx | a refusal, an answer that cannot be read | as the error says |
//! | answered 2xx | any other | unknown |
//! | answered with a refusal | of any type | not done |
//! | any | [`Error::no_answer`], or marked as ambiguous | unknown: a layer may send by itself |
//!
//! That holds in a built stack and in one of [`Client::from_stack`](crate::Client::from_stack). Another
//! service need not have the step before the transport, so there an error of a foreign type means unknown.
//! A call that ended with an error or was dropped hands nothing over any more, even where a layer of the
//! user's still holds its request in a task.

use std::sync::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{Relaxed, SeqCst},
};
use std::time::SystemTime;

use http::{Request, Response};

use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome, of_status};
use crate::layers::retry_after;

#[derive(Debug, Default)]
pub(crate) struct Flights {
    attempts: AtomicU32,
    /// The number of attempts that got as far as the transport, and the last of them.
    sent: AtomicU32,
    last_sent: AtomicU32,
    outside: Guards,
    attempting: Guards,
    sending: Guards,
    unknown: AtomicBool,
    /// The transport answered 2xx.
    done: AtomicBool,
    /// The call ended with an error, or was dropped. Set before the look at what is in flight: either that
    /// look sees a request that is handed over at the same time, or the request sees this.
    over: AtomicBool,
    /// An attempt waits with a timer that ends before the call's time does.
    timed: AtomicBool,
    /// Every request passes the step before the transport. Otherwise nothing shows where the request is.
    exact: AtomicBool,
}

/// The step that handed a request over last. A layer of the user's may clone a request, so that one call is
/// at several places at a time; a wait holds back its own clone alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// No step: the request is outside of every attempt.
    Outside,
    Attempt,
    Transport,
}

/// The guards of one place that are not answered yet, and the waits there.
#[derive(Debug, Default)]
struct Guards {
    open: AtomicU32,
    held: AtomicU32,
}

impl Guards {
    fn load(&self) -> (u32, u32) {
        (self.open.load(SeqCst), self.held.load(Relaxed))
    }
}

impl Flights {
    fn at(&self, place: Place) -> &Guards {
        match place {
            Place::Outside => &self.outside,
            Place::Attempt => &self.attempting,
            Place::Transport => &self.sending,
        }
    }

    pub(crate) fn attempt(&self) -> u32 {
        self.attempts.load(Relaxed)
    }

    /// The number of attempts that reached the transport; of all attempts, where nothing may count these.
    pub(crate) fn sent(&self) -> u32 {
        let sent = self.sent.load(Relaxed);
        if self.is_exact() { sent } else { sent.max(self.attempt()) }
    }

    pub(crate) fn was_sent(&self) -> bool {
        self.sent.load(Relaxed) > 0 || self.attempt() > 1 || self.is_unknown()
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.unknown.load(Relaxed)
    }

    /// The request, or a clone of it, may be with the transport now.
    pub(crate) fn in_flight(&self) -> bool {
        // After the head of a good answer its body may still be on the way.
        self.done.load(Relaxed) || self.is_out()
    }

    /// The request may be with the transport, or is with a layer of the user's.
    pub(crate) fn is_let_go(&self) -> bool {
        self.is_out() || self.is_in_attempt()
    }

    fn is_out(&self) -> bool {
        let is_held = self.outside.load().1 + self.sending.load().1 > 0;
        self.is_unanswered() || (self.is_anywhere() && !is_held)
    }

    /// A guard is open that no wait inside it explains.
    fn is_unanswered(&self) -> bool {
        let (sending, held) = self.sending.load();
        sending > held || (!self.is_exact() && self.is_in_attempt())
    }

    fn is_in_attempt(&self) -> bool {
        let (attempting, held) = self.attempting.load();
        attempting > held + self.sending.load().1
    }

    /// The last attempt ended before the transport got the request.
    pub(crate) fn was_turned_away(&self) -> bool {
        self.is_exact() && self.last_sent.load(Relaxed) != self.attempt().max(1)
    }

    fn is_anywhere(&self) -> bool {
        !self.is_exact() && self.attempt() == 0
    }

    fn is_exact(&self) -> bool {
        self.exact.load(Relaxed)
    }

    pub(crate) fn is_attempt_timed(&self) -> bool {
        self.timed.load(Relaxed)
    }

    pub(crate) fn set_attempt_timed(&self, is_timed: bool) {
        self.timed.store(is_timed, Relaxed);
    }

    pub(crate) fn enter_exact(&self) {
        self.exact.store(true, Relaxed);
    }

    /// The call ends with an error: nothing is handed over after this.
    pub(crate) fn end(&self, error: &Error) {
        self.over.store(true, SeqCst);
        self.fail(error);
    }

    /// The call layer fails or is dropped. Outside of it a stack composed by hand may send once more.
    pub(crate) fn close(&self) {
        self.over.fetch_or(self.is_exact(), SeqCst);
    }

    /// What is still in flight stays unanswered, and what was answered well stays done.
    pub(crate) fn fail(&self, error: &Error) {
        let word = error.attempt_outcome();
        let is_about_the_answer = matches!(word, Outcome::Refused | Outcome::Done);
        if self.is_unanswered()
            || ((self.is_anywhere() || error.0.kind == ErrorKind::NoAnswer)
                && word == Outcome::Unknown)
            || (self.done.load(Relaxed) && !is_about_the_answer)
        {
            self.unknown.store(true, Relaxed);
        }
    }
}

/// A request that was handed over and not answered yet.
#[derive(Debug)]
pub(crate) struct InFlight {
    call: Call,
    answered: bool,
}

impl InFlight {
    pub(crate) fn attempt(request: &mut Request<Body>) -> Self {
        let call = Call::enter(request, Place::Attempt);
        let mut attempt = Self { call, answered: true };
        attempt.attempt_again();
        attempt
    }

    pub(crate) fn attempt_again(&mut self) {
        let flights = &self.call.0.flights;
        flights.attempts.fetch_add(1, Relaxed);
        flights.attempting.open.fetch_add(1, Relaxed);
        self.answered = false;
    }

    /// Hands the request to the transport, unless its call has ended.
    pub(crate) fn transport(request: &mut Request<Body>) -> Result<Self, Error> {
        let call = Call::enter(request, Place::Transport);
        let flights = &call.0.flights;
        flights.sending.open.fetch_add(1, SeqCst);
        if flights.over.load(SeqCst) {
            flights.sending.open.fetch_sub(1, Relaxed);
            return Err(Error::local("nothing is sent any more for a call that has ended"));
        }
        // A layer of the user's may repeat inside one attempt.
        let attempt = flights.attempt().max(1);
        if flights.last_sent.swap(attempt, Relaxed) != attempt {
            flights.sent.fetch_add(1, Relaxed);
        }
        Ok(Self { call, answered: false })
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    /// What is handed over inside and unanswered, as where the user's layer ran out of time, stays unknown.
    pub(crate) fn answered(&mut self, outcome: Outcome) {
        let flights = &self.call.0.flights;
        self.answered = true;
        flights.at(self.call.1).open.fetch_sub(1, Relaxed);
        match outcome {
            Outcome::Unknown => flights.unknown.store(true, Relaxed),
            Outcome::Done if self.call.1 == Place::Transport => flights.done.store(true, Relaxed),
            _ => {}
        }
    }

    /// Takes the head of the answer, or the error in its place.
    pub(crate) fn settled(&mut self, result: &Result<Response<Body>, Error>) {
        self.answered(match result {
            Ok(response) if response.status().is_success() => Outcome::Done,
            Ok(response) => of_status(response.status(), || {
                retry_after(response.headers(), SystemTime::UNIX_EPOCH).is_some()
            }),
            Err(error) => error.attempt_outcome(),
        });
    }

    pub(crate) fn failed(&mut self, error: &Error) {
        let flights = &self.call.0.flights;
        let is_told = error.0.kind == ErrorKind::NoAnswer || !flights.is_exact();
        self.answered(match error.attempt_outcome() {
            _ if error.0.ambiguous => Outcome::Unknown,
            outcome if is_told => outcome,
            _ => NOT_DONE,
        });
        self.call.0.flights.fail(error);
    }
}

const NOT_DONE: Outcome = Outcome::NotDone { transient: true };

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.answered {
            let is_lost = self.call.0.flights.in_flight();
            self.answered(if is_lost { Outcome::Unknown } else { NOT_DONE });
        }
    }
}

/// A wait of a request that is on this side, though a layer outside handed it over.
#[derive(Debug)]
pub(crate) struct Held(Call);

impl Held {
    pub(crate) fn new(call: Call) -> Self {
        call.0.flights.at(call.1).held.fetch_add(1, Relaxed);
        Self(call)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.flights.at(self.0.1).held.fetch_sub(1, Relaxed);
    }
}
