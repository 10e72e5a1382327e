//! What an error knows of its call and of the answer to it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Error, ErrorKind};
use crate::call::Call;
use crate::layers::{EXCERPT, retry_after};
use crate::token::AccessToken;

#[derive(Clone)]
pub(crate) struct AnswerFacts {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) body_is_cut: bool,
    /// From sending the request to the end of the answer.
    pub(crate) took: Option<Duration>,
    /// The token that the server turned down, if another one may do.
    pub(crate) rejected_token: Option<AccessToken>,
}

impl AnswerFacts {
    /// Copies the beginning of a long `body`: an error must not hold a report of 80 MB in memory.
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: &Bytes) -> Self {
        let excerpt = match body.get(..EXCERPT) {
            Some(start) if body.len() > EXCERPT => Bytes::copy_from_slice(start),
            _ => body.clone(),
        };
        let body_is_cut = body.len() >= EXCERPT;
        Self { status, headers, body: excerpt, body_is_cut, took: None, rejected_token: None }
    }
}

impl Error {
    pub(crate) fn with_answer(mut self, answer: AnswerFacts) -> Self {
        self.0.answer = Some(Box::new(answer));
        self
    }

    pub(crate) fn of_answer(mut self, answer: AnswerFacts, now: SystemTime) -> Self {
        self.0.retry_after = retry_after(&answer.headers, now);
        // Another protocol, or another address: the same call would be answered alike.
        self.0.last = answer.status.is_informational() || answer.status.is_redirection();
        self.with_answer(answer)
    }

    /// Adds the call, at its end. One that is there already stays, such as the call for a token.
    pub(crate) fn completed(self, call: &Call, at: SystemTime) -> Self {
        let mut this = self.knowing(call);
        this.0.call.get_or_insert_with(|| (call.clone(), at));
        // A layer that says so sent the request by itself.
        let was_sent = this.0.kind == ErrorKind::NoAnswer;
        this.0.before_sending |= !was_sent && call.0.flights.was_turned_away();
        this.0.ambiguous |= call.is_ambiguous();
        this
    }

    /// An error of the SDK's own says how far it got.
    pub(crate) fn of_attempt(self, call: &Call) -> Self {
        let mut this = self.knowing(call);
        this.0.before_sending |=
            this.0.kind == ErrorKind::Foreign && call.0.flights.was_turned_away();
        this
    }

    pub(crate) fn knowing(mut self, call: &Call) -> Self {
        if let Some(code) = &mut self.0.code {
            *code = call.secrets().redact(code).into_owned();
        }
        self.0.secrets.get_or_insert_with(|| call.secrets().clone());
        self.with_harmless_source()
    }

    pub(super) fn without_secrets(&self, text: &str) -> String {
        let clean = self.0.secrets.as_ref().map(|secrets| secrets.redact(text).into_owned());
        clean.unwrap_or_else(|| text.to_owned())
    }

    pub(crate) fn forget_rejected_token(&mut self) {
        if let Some(answer) = &mut self.0.answer {
            answer.rejected_token = None;
        }
    }

    /// Moves the call and the answer of `other` to this error.
    #[doc(hidden)]
    #[must_use]
    pub fn about_the_answer_of(mut self, other: Self) -> Self {
        self.0.call = other.0.call;
        self.0.answer = other.0.answer;
        self.forget_rejected_token();
        self.0.retry_after = other.0.retry_after;
        self.0.ambiguous = other.0.ambiguous;
        self
    }

    /// A copy for another waiter of the same result.
    #[doc(hidden)]
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let mut copy = Self(self.0.clone());
        copy.forget_rejected_token();
        copy
    }
}
