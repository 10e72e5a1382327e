//! An answer with its status, headers and times.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::{AnswerFacts, Error, Outcome};
use crate::operation::Operation;
use crate::redact;
use crate::timer::Timer;
use crate::verdict::not_utf8;

/// A value that the server answered with. It derefs to the value, and keeps the facts of the answer.
pub struct Response<T> {
    value: T,
    meta: Box<Meta>,
}

#[derive(Clone)]
pub(crate) struct Meta {
    pub(crate) call: Call,
    status: StatusCode,
    headers: HeaderMap,
    /// The headers without secrets, made when they are first read: the search costs as much as all layers.
    clean: OnceLock<HeaderMap>,
    timer: Arc<dyn Timer>,
}

impl Meta {
    pub(crate) fn new(call: Call, parts: Parts, timer: Arc<dyn Timer>) -> Self {
        let clean = OnceLock::new();
        Self { call, status: parts.status, headers: parts.headers, clean, timer }
    }

    fn headers(&self) -> &HeaderMap {
        self.clean.get_or_init(|| {
            let mut headers = self.headers.clone();
            self.call.secrets().redact_headers(&mut headers);
            headers
        })
    }
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, meta: Meta) -> Self {
        Self { value, meta: Box::new(meta) }
    }

    /// Takes the value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// The answer's headers.
    pub fn headers(&self) -> &HeaderMap {
        self.meta.headers()
    }

    /// The server's id of the request, where it gave one.
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers())
    }

    /// The number of times that the request was sent.
    pub fn attempts(&self) -> u32 {
        self.meta.call.0.flights.sent()
    }

    /// The time that the whole call took, waits included.
    pub fn elapsed(&self) -> Duration {
        // A stack of the user's own may lack the layer that measures.
        self.meta.call.0.elapsed.get().copied().unwrap_or_default()
    }

    /// The seconds that the server's clock is ahead of this machine's, by the answer's `Date`.
    pub fn clock_skew(&self) -> Option<i64> {
        let date = self.meta.headers.get(http::header::DATE)?.to_str().ok()?;
        let server = httpdate::parse_http_date(date).ok()?;
        let here = self.meta.timer.wall();
        let seconds = |later: SystemTime, earlier| {
            i64::try_from(later.duration_since(earlier).ok()?.as_secs()).ok()
        };
        seconds(server, here).or_else(|| seconds(here, server).map(|behind| -behind))
    }

    /// The operation that was called.
    pub fn operation(&self) -> &Operation {
        self.meta.call.operation()
    }

    /// Replaces the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: f(self.value), meta: self.meta }
    }

    /// Replaces the value, or gives the error of `f` with this answer's particulars.
    pub fn try_map<U>(self, f: impl FnOnce(T) -> Result<U, Error>) -> Result<Response<U>, Error> {
        match f(self.value) {
            Ok(value) => Ok(Response { value, meta: self.meta }),
            Err(error) => Err(about(error, &self.meta, &Bytes::new())),
        }
    }
}

impl Response<Bytes> {
    /// Reads the body as JSON; else the error says [`Error::is_decode`] and names the path in the JSON,
    /// for which the body is read once more.
    pub fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.read(|body| decode(body))
    }

    /// Reads the body, or gives the error of `read` with this answer's particulars.
    pub fn read<T>(
        self,
        read: impl FnOnce(&Bytes) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        match read(&self.value) {
            Ok(value) => Ok(Response { value, meta: self.meta }),
            Err(error) => Err(self.error(error)),
        }
    }

    pub(crate) fn is_to_a_read(&self) -> bool {
        self.meta.call.idempotency().is_safe()
    }

    /// Attaches this answer's status, headers, excerpt and attempts to `error`.
    pub fn error(&self, error: Error) -> Error {
        about(error, &self.meta, &self.value)
    }

    /// The same; if the call writes, its outcome is unknown.
    pub(crate) fn error_of_write(&self, error: Error) -> Error {
        let error = self.error(error);
        if self.is_to_a_read() { error } else { error.into_ambiguous() }
    }
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| Error::unexpected_answer(not_utf8(bytes)).with_source(e))?;
    serde_json::from_str(text).map_err(|error| located::<T>(text, error))
}

/// Parses once more, slowly, to find the place of the error.
fn located<T: DeserializeOwned>(text: &str, first: serde_json::Error) -> Error {
    if text.trim().is_empty() {
        return Error::unexpected_answer("the answer is empty where JSON was expected");
    }
    if first.is_syntax() || first.is_eof() {
        let what = if crate::error::looks_like_html(text.as_bytes()) { "HTML" } else { "not JSON" };
        return Error::unexpected_answer(format!("the answer is {what}")).with_source(first);
    }
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let wrapped = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let _ = T::deserialize(wrapped);
    let path = track.path().to_string();
    let at = if path == "." { "the top level".into() } else { redact::text(&path) };
    let message = format!("the answer has an unexpected shape at {at}");
    Error::unexpected_answer(message).with_source(first)
}

fn about(error: Error, meta: &Meta, body: &Bytes) -> Error {
    // A refusal may be the answer to a repeat, while an earlier attempt took effect. What a write did
    // is unknown if its answer has another shape: it may come from something else than the API.
    let said_no = error.attempt_outcome() == Outcome::Refused;
    let unread = error.is_decode() && !meta.call.idempotency().is_safe();
    let ambiguous = error.is_ambiguous() || unread || (said_no && meta.call.is_ambiguous());
    let mut error = error
        .with_answer(AnswerFacts::new(meta.status, meta.headers().clone(), body))
        .completed(&meta.call, meta.timer.wall());
    error.0.ambiguous = ambiguous;
    error
}

/// The names that servers and their proxies use; the first one present counts.
const REQUEST_ID_HEADERS: &[&str] =
    &["x-request-id", "request-id", "x-amzn-requestid", "x-correlation-id", "cf-ray"];

pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

impl<T> std::ops::Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: IntoIterator> IntoIterator for Response<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.value).into_iter()
    }
}

funnelflux_contract::shows! {
    /// Never the value: it may hold tokens or visitors' data.
    Response<T>, |it|
        operation: it.operation().id(), status: it.meta.status, attempts: it.attempts(),
        elapsed: it.elapsed()
}
