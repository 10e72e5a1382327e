//! The one error type: opaque, with predicates.

mod display;
mod kind;
mod misfit;
mod report;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::call::Call;
use crate::operation::{Operation, OperationRef};
use crate::token::AccessToken;
use misfit::Misfit;

pub(crate) use display::{looks_like_html, shorten};
pub(crate) use kind::{Kind, Sent};
pub use report::SupportReport;

/// Any error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
///
/// Ask the predicates (`is_…`), not the text. `Display` tells the whole chain on one line;
/// neither it nor `Debug` ever shows a token, a request body or a visitor's data.
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
    pub(crate) source: Option<BoxError>,
    pub(crate) operation: Option<OperationRef>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) body_truncated: bool,
    pub(crate) request_body: Option<Bytes>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) at: Option<SystemTime>,
    pub(crate) in_doubt: bool,
    /// It was the whole call's time that ran out.
    pub(crate) call_is_over: bool,
    /// The server turned this token down and another one may do.
    pub(crate) reauthorise: Option<AccessToken>,
    /// Not to be tried again, whatever the table says of its kind.
    pub(crate) last: bool,
    pub(crate) advice: Option<Cow<'static, str>>,
}

impl Error {
    pub(crate) fn of_kind(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            operation: None,
            path: None,
            status: None,
            headers: HeaderMap::new(),
            request_id: None,
            body: Bytes::new(),
            body_truncated: false,
            request_body: None,
            attempts: 0,
            elapsed: None,
            retry_after: None,
            at: None,
            in_doubt: false,
            call_is_over: false,
            reauthorise: None,
            last: false,
            advice: None,
        }))
    }

    /// The request was never sent because something in it is wrong.
    pub fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::InvalidRequest, message)
    }

    /// No usable token, and none can be had: the user must authorise again.
    pub fn unauthorised(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Unauthorised, message)
    }

    /// The request did not leave this machine: no name, no connection, no TLS session. For
    /// transports: such an attempt may be repeated whatever it does.
    pub fn not_sent(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Connection(Sent::No), message)
    }

    /// The request was sent, or may have been, and no whole answer came. For transports: such an
    /// attempt is repeated only if that does no harm.
    pub fn no_answer(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Connection(Sent::Maybe), message)
    }

    /// The server answered in a way that makes no sense here.
    pub fn unexpected_answer(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Decode, message)
    }

    /// The server understood and said no inside a normal answer, as with `success: false`.
    pub fn refused(code: Option<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Refused(code), message)
    }

    /// Something on this side failed, and nothing was sent: a file, a lock, a signature.
    pub fn local(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Local, message)
    }

    /// The server answered normally, and said that there is no such thing.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::NotFound, message)
    }

    /// What was waited for did not come in time. Nothing is on the wire, so nothing is in doubt.
    pub fn timed_out(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::Timeout(Sent::No), message)
    }

    /// The report query ran into the server's 30-second limit.
    pub fn query_killed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of_kind(Kind::QueryKilled, message)
    }

    /// Turns any error back into this type: one that came through foreign layers unharmed is
    /// itself again, anything else becomes a [local](Self::is_local) or timeout error around it.
    /// Such an error does not say how far the request got, so while a write is on the wire it
    /// leaves the write's [fate unknown](Self::is_ambiguous).
    #[must_use]
    pub fn from_boxed(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(other) => {
                if other.is::<tower::timeout::error::Elapsed>()
                    || other.is::<tokio::time::error::Elapsed>()
                {
                    return Self::of_kind(Kind::Timeout(Sent::Maybe), "a layer's timeout ran out")
                        .with_source(other);
                }
                Self::of_kind(Kind::Foreign, "a layer or the transport failed").with_source(other)
            }
        }
    }

    /// The same error about a write whose [fate is unknown](Self::is_ambiguous): for mocks and for
    /// layers that answer in the server's place. Calls through a [`Client`](crate::Client) find out
    /// by themselves.
    ///
    /// ```
    /// use funnelflux_transport::Error;
    /// assert!(Error::no_answer("the line went dead").with_doubt().is_ambiguous());
    /// ```
    #[must_use]
    pub fn with_doubt(mut self) -> Self {
        self.0.in_doubt = true;
        self
    }

    /// The same error, caused by `source`. Of an answer that does not fit, a `serde_json` error is
    /// kept without the value that it quotes, which may be a visitor's.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        self.0.source = Some(match source.downcast_ref::<serde_json::Error>() {
            Some(error) if self.is_decode() && error.is_data() => Misfit::from(error).into(),
            _ => source,
        });
        self
    }

    /// The same error, with what the user should do about it.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }

    /// The same error about another one's answer: status, headers, excerpt, attempts, times.
    #[must_use]
    pub fn about_the_answer_of(mut self, other: Self) -> Self {
        let other_inner = *other.0;
        let own = &mut self.0;
        own.operation = other_inner.operation;
        own.path = other_inner.path;
        own.status = other_inner.status;
        own.headers = other_inner.headers;
        own.request_id = other_inner.request_id;
        own.body = other_inner.body;
        own.body_truncated = other_inner.body_truncated;
        own.request_body = other_inner.request_body;
        own.attempts = other_inner.attempts;
        own.elapsed = other_inner.elapsed;
        own.retry_after = other_inner.retry_after;
        own.at = other_inner.at;
        own.in_doubt = other_inner.in_doubt;
        self
    }

    /// The same error for somebody else who waited for the same thing. Causes become text.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let own = &self.0;
        let mut other = Self::of_kind(own.kind.clone(), own.message.clone());
        let inner = &mut other.0;
        inner.source = own.source.as_ref().map(|cause| cause.to_string().into());
        inner.operation.clone_from(&own.operation);
        inner.path.clone_from(&own.path);
        inner.status = own.status;
        inner.headers.clone_from(&own.headers);
        inner.request_id.clone_from(&own.request_id);
        inner.body = own.body.clone();
        inner.body_truncated = own.body_truncated;
        inner.request_body.clone_from(&own.request_body);
        inner.attempts = own.attempts;
        inner.elapsed = own.elapsed;
        inner.retry_after = own.retry_after;
        inner.at = own.at;
        inner.in_doubt = own.in_doubt;
        inner.call_is_over = own.call_is_over;
        inner.last = own.last;
        inner.advice.clone_from(&own.advice);
        other
    }

    // ── predicates ───────────────────────────────────────────────────────────────────────────

    /// The request was refused before it was sent: bad input.
    ///
    /// What to check: the message names the field, its value and what would be right.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidRequest)
    }

    /// No usable token, or the server does not accept the one sent (401, 403).
    ///
    /// What to check: with status 403 the account's rights; otherwise authorise again.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.0.kind, Kind::Unauthorised)
            || matches!(self.0.status, Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
    }

    /// The user must authorise again: no retry and no refresh can help.
    #[must_use]
    pub fn needs_authorisation(&self) -> bool {
        matches!(self.0.kind, Kind::Unauthorised) || self.0.status == Some(StatusCode::UNAUTHORIZED)
    }

    /// The server asked to slow down (429), and kept asking until attempts or time ran out.
    ///
    /// What to check: other programs on the same account; a lower
    /// [`RateLimit`](crate::RateLimit); [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, Kind::HeldBack)
            || self.0.status == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Time ran out: an attempt's, or the whole call's.
    ///
    /// What to check: the network; a longer timeout; for reports a smaller window.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout(_) | Kind::QueryKilled)
            || self.0.status == Some(StatusCode::GATEWAY_TIMEOUT)
    }

    /// The time of the whole call ran out, retries and waits included, rather than that of one
    /// attempt.
    ///
    /// What to check: a longer [`timeout`](crate::ClientBuilder::timeout).
    #[must_use]
    pub fn is_out_of_time(&self) -> bool {
        self.0.call_is_over
    }

    /// The request never left: DNS, connect, TLS.
    ///
    /// What to check: the base URL, the network, proxies, certificates.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connection(Sent::No))
    }

    /// **The fate of a write is unknown**: it was sent, or may have been, and no answer settles
    /// whether it took effect. Never send it again blindly.
    ///
    /// What to check: read the state back (a report, the asset by its id) and decide then. Reads
    /// are never ambiguous.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.0.in_doubt
    }

    /// An answer came and could not be read: not JSON, or not of the expected shape.
    ///
    /// What to check: the message names the JSON path;
    /// [`body_excerpt`](Self::body_excerpt) shows the beginning.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode)
    }

    /// The server understood and said no, inside a normal answer (`success: false`).
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_))
    }

    /// There is no such thing (404): a wrong id, or a path that is a wrong guess.
    ///
    /// What to check: the id; the operation's path grade, and its alternatives.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, Kind::NotFound) || self.0.status == Some(StatusCode::NOT_FOUND)
    }

    /// The server failed (5xx).
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.0.status.is_some_and(|s| s.is_server_error())
    }

    /// The report query was killed by the server's 30-second limit.
    ///
    /// What to check: fewer attributes, a shorter time range, or splitting the range.
    #[must_use]
    pub fn is_query_killed(&self) -> bool {
        matches!(self.0.kind, Kind::QueryKilled)
    }

    /// Something on this side failed: a file, a lock, a custom layer.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self.0.kind, Kind::Local | Kind::Foreign)
    }

    // ── accessors ────────────────────────────────────────────────────────────────────────────

    /// What was being called.
    #[must_use]
    pub fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_deref()
    }

    /// The HTTP status, if an answer's head came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The answer's headers, if one came.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The server's id of the request, for the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many attempts got as far as the transport: 0 where the request never left this program.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the whole call took.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.0.elapsed
    }

    /// When the call failed.
    #[must_use]
    pub fn at(&self) -> Option<SystemTime> {
        self.0.at
    }

    /// How long the server asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The server's own code for a refusal, such as `DOMAIN_EXISTS`.
    #[must_use]
    pub fn refusal_code(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(code) => code.as_deref(),
            _ => None,
        }
    }

    /// What the user should do next, where one thing is right.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// The beginning of the answer as it came, at most 64 kB. It can hold visitors' data: show it
    /// to the account's owner, do not log it.
    #[must_use]
    pub fn body_excerpt(&self) -> &[u8] {
        &self.0.body
    }

    /// The message that the server put into its error answer, where one of the known shapes
    /// (`error_description`, `error.message`, `message`, `error`) was found.
    #[must_use]
    pub fn server_message(&self) -> Option<String> {
        kind::server_message(&self.0.body)
    }

    // ── for the layers ───────────────────────────────────────────────────────────────────────

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn inner_mut(&mut self) -> &mut Inner {
        &mut self.0
    }

    /// Fills in what only the outermost layer knows.
    pub(crate) fn completed(
        mut self,
        call: &Call,
        elapsed: Option<Duration>,
        at: SystemTime,
    ) -> Self {
        let inner = &mut self.0;
        inner.operation.get_or_insert_with(|| call.operation_ref().clone());
        inner.attempts = call.sent();
        inner.elapsed = elapsed;
        inner.at = Some(at);
        inner.in_doubt |= call.is_in_doubt();
        self
    }

    /// Fills in what was asked.
    pub(crate) fn asking(mut self, uri: &Uri, body: &mut Option<Bytes>) -> Self {
        let inner = &mut self.0;
        inner.path.get_or_insert_with(|| uri.to_string());
        inner.request_body = inner.request_body.take().or_else(|| body.take());
        self
    }

    /// No answer turned anything down: there was no token to send.
    pub(crate) fn is_without_token(&self) -> bool {
        matches!(self.0.kind, Kind::Unauthorised) && self.0.status.is_none()
    }

    pub(crate) fn method(&self) -> Option<&Method> {
        self.operation().map(Operation::method)
    }
}
