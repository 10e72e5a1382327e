//! What an error knows of its call and of the answer to it.

use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::Error;
use crate::call::Call;
use crate::layers::EXCERPT;
use crate::token::AccessToken;

/// The answer that the error is about.
#[derive(Clone)]
pub(crate) struct AnswerFacts {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) body_is_cut: bool,
    /// The token that the server turned down, if another one may do.
    pub(crate) rejected_token: Option<AccessToken>,
}

impl AnswerFacts {
    /// Keeps the beginning of `body`, as a copy where there is more of it: an error must not hold a
    /// report of 80 MB in memory.
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: &Bytes) -> Self {
        let excerpt = match body.get(..EXCERPT) {
            Some(start) if body.len() > EXCERPT => Bytes::copy_from_slice(start),
            _ => body.clone(),
        };
        let body_is_cut = body.len() >= EXCERPT;
        Self { status, headers, body: excerpt, body_is_cut, rejected_token: None }
    }
}

impl Error {
    pub(crate) fn with_answer(mut self, answer: AnswerFacts) -> Self {
        self.0.answer = Some(Box::new(answer));
        self
    }

    /// Adds the call, at its end. One that is there already stays: the error is about another call
    /// then, such as the one for a token.
    pub(crate) fn completed(mut self, call: &Call, at: SystemTime) -> Self {
        self.0.call.get_or_insert_with(|| (call.clone(), at));
        self.0.ambiguous |= call.is_ambiguous();
        self
    }

    /// No further token is tried for this error.
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

    /// A copy for another waiter of the same result. Causes become text.
    #[doc(hidden)]
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let own = &self.0;
        let mut copy = Self::of_kind(own.kind.clone(), own.message.clone());
        copy.0.source = own.source.as_ref().map(|cause| cause.to_string().into());
        copy.0.advice.clone_from(&own.advice);
        copy.0.call.clone_from(&own.call);
        copy.0.answer.clone_from(&own.answer);
        copy.forget_rejected_token();
        copy.0.retry_after = own.retry_after;
        copy.0.label = own.label;
        copy.0.ambiguous = own.ambiguous;
        copy.0.before_sending = own.before_sending;
        copy.0.call_is_over = own.call_is_over;
        copy.0.last = own.last;
        copy
    }
}
