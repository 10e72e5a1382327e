//! The questions a caller can ask an error.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use super::{Error, ErrorKind, Outcome};
use crate::call::Call;
use crate::operation::Operation;
use crate::verdict;

static NO_HEADERS: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

impl Error {
    /// The request was refused before it was sent: bad input.
    /// What to check: the message names the field, its value and what would be right.
    pub fn is_invalid_request(&self) -> bool {
        self.0.kind == ErrorKind::InvalidRequest
    }

    /// There is no usable token, or the server does not accept the one sent (401, 403).
    /// What to check: with status 403 the account's rights; otherwise authorise again.
    pub fn is_auth(&self) -> bool {
        self.needs_authorisation() || self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// The user must authorise again: no retry and no refresh can help.
    pub fn needs_authorisation(&self) -> bool {
        (self.0.kind == ErrorKind::Unauthorised && !self.0.same_token)
            || self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// The server asked to slow down (429), and kept asking until attempts or time ran out. What to check: other
    /// programs on the account; a lower [`RateLimit`](crate::RateLimit); [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::HeldBack || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Time ran out: an attempt's, or the whole call's.
    /// What to check: the network; a longer timeout; for reports a smaller window.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout || self.status() == Some(StatusCode::GATEWAY_TIMEOUT)
    }

    /// The time of the whole call ran out, retries and waits included, rather than that of one
    /// attempt. A longer [`timeout`](crate::ClientBuilder::timeout) may help.
    pub fn is_out_of_time(&self) -> bool {
        self.0.call_is_over
    }

    /// The request never left: DNS, connect, TLS.
    /// What to check: the base URL, the network, proxies, certificates.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::NotSent
    }

    /// The request was sent, or may have been, and no whole answer came: the answer was lost or cut, or
    /// time ran out while it was awaited. A write is [ambiguous](Self::is_ambiguous) then.
    /// What to check: the network, proxies on the way; for a timeout the time limits.
    pub fn is_no_answer(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NoAnswer | ErrorKind::Timeout) && !self.0.before_sending
    }

    /// **The outcome of a write is unknown**: it was sent, or may have been, and no answer settles
    /// whether it took effect. Never send it again blindly. Reads are never ambiguous.
    /// What to check: read the state back (a report, the asset by its id).
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// The same call may well succeed later: the connection failed, the answer was lost, the server was
    /// busy or broken. Ask first whether a write is [ambiguous](Self::is_ambiguous): it can be both.
    pub fn is_transient(&self) -> bool {
        match self.attempt_outcome() {
            Outcome::NotDone { transient } => transient,
            // The error of a foreign transport does not name its cause.
            Outcome::Unknown => self.0.kind != ErrorKind::Foreign && !self.0.last,
            Outcome::Refused | Outcome::Done => false,
        }
    }

    /// An answer came and could not be read: not JSON, or not of the expected shape.
    /// What to check: the JSON path in the message, and the [excerpt](Self::body_excerpt).
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// The server understood and said no, inside a normal answer (`success: false`).
    pub fn is_refused(&self) -> bool {
        self.0.kind == ErrorKind::Refused
    }

    /// The thing asked for does not exist (404): a wrong id, or a path that is a wrong guess.
    /// What to check: the id; the operation's path grade, and its alternatives.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound || self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// The server failed (5xx).
    pub fn is_server(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// Something on this side failed: a file, a lock, a custom layer.
    pub fn is_local(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Local | ErrorKind::Foreign)
    }

    /// The request was turned away on this side, before the transport got it: by a layer (a filter, a
    /// circuit breaker, load shedding), by a service that failed to get ready, or by the token
    /// provider. It is [local](Self::is_local) and never repeated.
    pub fn is_rejected(&self) -> bool {
        self.0.kind == ErrorKind::Foreign && self.0.before_sending && !self.0.ambiguous
    }

    pub(super) fn call(&self) -> Option<&Call> {
        self.0.call.as_ref().map(|(call, _)| call)
    }

    /// The operation that was called.
    pub fn operation(&self) -> Option<&Operation> {
        self.call().map(Call::operation)
    }

    /// The HTTP status, if the head of an answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The answer's headers, if one came.
    pub fn headers(&self) -> &HeaderMap {
        self.0.answer.as_ref().map_or(&NO_HEADERS, |answer| &answer.headers)
    }

    /// The server's id of the request, for the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        crate::response::request_id(self.headers())
    }

    /// The number of attempts that reached the transport: 0 if the request never left this program.
    pub fn attempts(&self) -> u32 {
        self.call().map_or(0, |call| call.0.flights.sent())
    }

    /// The time that the whole call took.
    pub fn elapsed(&self) -> Option<Duration> {
        self.call()?.0.elapsed.get().copied()
    }

    /// The time from sending the last attempt to its answer, if one came.
    #[doc(hidden)]
    pub fn attempt_time(&self) -> Option<Duration> {
        self.0.answer.as_ref()?.took
    }

    /// The time at which the call failed.
    pub fn at(&self) -> Option<SystemTime> {
        self.0.call.as_ref().map(|(_, at)| *at)
    }

    /// The wait that the server asked for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The server's own code for a refusal, such as `DOMAIN_EXISTS`.
    pub fn refusal_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the user should do next, where one thing is right.
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// The beginning of the answer, unchanged, at most 64 kB. It can hold visitors' data: show it
    /// to the account's owner, do not log it.
    pub fn body_excerpt(&self) -> &[u8] {
        self.0.answer.as_ref().map_or(&[], |answer| &answer.body)
    }

    /// The server's message in its error answer, if that has a known shape (`error_description`,
    /// `error.message`, `message`, `error`).
    pub fn server_message(&self) -> Option<String> {
        Some(self.without_secrets(&verdict::server_message(self.body_excerpt())?))
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        if self.is_rejected() { ErrorKind::Rejected } else { self.0.kind }
    }

    /// The stable word of the kind for logs and metrics (`error.type`), such as `no_answer`; a crate above
    /// the transport can have a word of its own for what it recognised.
    pub fn label(&self) -> &'static str {
        self.0.label.unwrap_or_else(|| self.kind().as_str())
    }

    /// The cause, where there is one. [`Display`](std::fmt::Display) tells it and its own causes, so
    /// [`source`](std::error::Error::source) does not give it: a report that follows the sources would tell
    /// it twice. To look for a type, begin here. Where the text of a cause has a secret or an address in
    /// it, a text without them takes the place of the cause.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|cause| cause as _)
    }
}
