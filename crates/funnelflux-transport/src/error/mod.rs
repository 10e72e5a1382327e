//! The one error type: opaque, with predicates.

mod display;
mod facts;
mod misfit;
mod outcome;
mod predicates;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use misfit::Misfit;

use crate::call::Call;
use crate::secrets::Secrets;
use crate::timer::{Timer as _, TokioTimer};

pub(crate) use display::{looks_like_html, shorten};
pub(crate) use facts::AnswerFacts;
pub(crate) use outcome::of_status;
pub use outcome::{ErrorKind, Outcome};

/// Any error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
///
/// Ask the predicates (`is_…`) or the [`outcome`](Self::outcome), not the text. `Display` shows the whole
/// chain of causes on one line, and [`cause`](Self::cause) gives them. Neither it nor `Debug` shows a
/// token, a request body or a visitor's data.
pub struct Error(pub(crate) Box<Inner>);

#[derive(Clone, Default)]
pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) message: Cow<'static, str>,
    pub(crate) code: Option<String>,
    pub(crate) source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    pub(crate) advice: Option<Cow<'static, str>>,
    pub(crate) call: Option<(Call, SystemTime)>,
    pub(crate) answer: Option<Box<AnswerFacts>>,
    pub(crate) retry_after: Option<Duration>,
    /// The word of the crate above that recognised this kind of error.
    pub(crate) label: Option<&'static str>,
    pub(crate) ambiguous: bool,
    /// The request was still on this side when the error came up.
    pub(crate) before_sending: bool,
    /// There is no other token than the one that was turned down.
    pub(crate) same_token: bool,
    pub(crate) call_is_over: bool,
    pub(crate) secrets: Option<Secrets>,
    /// The call is not tried again, whatever the outcome.
    pub(crate) last: bool,
}

/// The message of an error answer. The text of the error has the status.
pub(crate) const ERROR_ANSWER: &str = "the server answered with an error";

impl Error {
    pub(crate) fn of_kind(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), ..Inner::default() }))
    }

    /// The request was never sent because something in it is wrong.
    pub fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::InvalidRequest, message)
    }

    /// There is no usable token, and none can be obtained: the user must authorise again.
    pub fn unauthorised(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::Unauthorised, message)
    }

    /// The request did not leave this machine: no name, no connection, no TLS session. For
    /// transports: such an attempt may be repeated whatever it does.
    pub fn not_sent(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::NotSent, message)
    }

    /// The request was sent, or may have been, and no whole answer came. For transports: such an
    /// attempt is repeated only if that does no harm.
    pub fn no_answer(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::NoAnswer, message)
    }

    /// The answer does not have the expected shape.
    pub fn unexpected_answer(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::Decode, message)
    }

    /// The server understood and said no inside a normal answer, as with `success: false`.
    pub fn refused(code: Option<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::of_kind(ErrorKind::Refused, message);
        error.0.code = code;
        error
    }

    /// Something on this side failed, and nothing was sent: a file, a lock, a signature.
    pub fn local(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::Local, message)
    }

    /// The server answered normally, and said that the thing does not exist.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::NotFound, message)
    }

    /// The error that a client makes of this answer, for mocks and tests: status, headers, excerpt,
    /// [`retry_after`](Self::retry_after) and the predicates are those of a real one. For a write whose
    /// outcome it leaves open, add [`into_ambiguous`](Self::into_ambiguous).
    ///
    /// ```
    /// use funnelflux_transport::Error;
    /// use funnelflux_transport::http::{HeaderMap, StatusCode};
    ///
    /// let headers = HeaderMap::from_iter([("retry-after".parse()?, "7".parse()?)]);
    /// let error = Error::from_answer(StatusCode::TOO_MANY_REQUESTS, headers, r#"{"message":"slow"}"#);
    /// assert!(error.is_rate_limited() && error.is_transient());
    /// assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_answer(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let error = match status.is_success() {
            true => Self::refusal_in(&body).unwrap_or_else(|| {
                Self::unexpected_answer("the answer does not have the expected shape")
            }),
            false => Self::of_kind(ErrorKind::Status, ERROR_ANSWER),
        };
        error.of_answer(AnswerFacts::new(status, headers, &body), TokioTimer.wall())
    }

    /// The time for waiting ran out while nothing was on the wire.
    #[doc(hidden)]
    pub fn timed_out(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(ErrorKind::Timeout, message).before_sending()
    }

    /// Turns any error back into this type. An error of this type that went through foreign layers is itself
    /// again, also one in an `Arc`, a `Box` or a [`std::io::Error`]; any other becomes the source of a
    /// [local](Self::is_local) or timeout error. Such an error does not say how far the request got, so the
    /// outcome of a write that was handed over is [unknown](Self::is_ambiguous).
    #[must_use]
    pub fn from_boxed(error: BoxError) -> Self {
        let other = match error.downcast::<Self>() {
            Ok(own) => return *own,
            Err(other) => other,
        };
        if let Some(shared) = Self::within(&*other) {
            return shared.duplicate();
        }
        if other.is::<tower::timeout::error::Elapsed>() || other.is::<tokio::time::error::Elapsed>()
        {
            let timeout = Self::of_kind(ErrorKind::Timeout, "a layer's timeout ran out");
            return timeout.with_source(other);
        }
        let mut foreign = Self::of_kind(ErrorKind::Foreign, "a layer or the transport failed");
        // Nothing tells how far the request got, so even a read is not repeated.
        foreign.0.last = true;
        // A layer that put a type of its own around an error of this type still says what that one did.
        let mut causes = std::iter::successors(other.source(), |cause| cause.source());
        foreign.0.ambiguous =
            causes.any(|cause| Self::within(cause).is_some_and(Self::is_ambiguous));
        foreign.with_source(other)
    }

    /// The error of this type that `cause` is or holds: shared, as between joined calls, or in a box.
    fn within<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let shared = || cause.downcast_ref::<Arc<Self>>().map(|shared| &**shared);
        let boxed = || cause.downcast_ref::<Box<Self>>().map(|boxed| &**boxed);
        let io = || Self::within(cause.downcast_ref::<std::io::Error>()?.get_ref()?);
        cause.downcast_ref::<Self>().or_else(shared).or_else(boxed).or_else(io)
    }

    funnelflux_contract::setters! {
        /// Makes the error one about a write whose [outcome is unknown](Self::is_ambiguous), for mocks and
        /// for layers that answer in the server's place. A [`Client`](crate::Client) does it by itself.
        fn into_ambiguous() => 0.ambiguous = true;
        /// Marks a kind of error that a crate above recognises: the word is logged as `error.type`.
        #[doc(hidden)]
        fn with_label(label: &'static str) => 0.label = Some(label);
        /// Sets what the user should do about it.
        fn with_advice(advice: impl Into<Cow<'static, str>>) => 0.advice = Some(advice.into());
    }

    pub(crate) fn before_sending(mut self) -> Self {
        self.0.before_sending = true;
        self.0.ambiguous = false;
        self
    }

    /// Sets the cause. A `serde_json` error about an answer of the wrong shape is kept without the
    /// value that it quotes, which may be a visitor's.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        self.0.source = Some(match source.downcast_ref::<serde_json::Error>() {
            Some(error) if self.is_decode() && error.is_data() => Arc::new(Misfit::from(error)),
            _ => source.into(),
        });
        self.with_harmless_source()
    }

    /// Adds to what the user should do about it.
    #[must_use]
    pub fn with_further_advice(mut self, advice: &str) -> Self {
        self.0.advice = Some(match self.0.advice.take() {
            Some(first) => format!("{}. {advice}", first.trim_end_matches('.')).into(),
            None => advice.to_owned().into(),
        });
        self
    }
}
