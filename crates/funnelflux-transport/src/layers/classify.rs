//! 8 · Classification: reads the answer whole, and turns error answers into errors.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_ENCODING;
use http::response::Parts;
use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use pin_project_lite::pin_project;

use super::step::{Answer, Around, Exchange, StepLayer};
use crate::body::Body;
use crate::call::Call;
use crate::error::{AnswerFacts, BoxError, ERROR_ANSWER, Error, ErrorKind, shorten};
use crate::redact;
use crate::timer::Timer;
use crate::token::AccessToken;

/// How much of an error answer is read: enough for any message. Reading it saves the connection (21
/// retries cost 21 connections without, one with).
pub(crate) const EXCERPT: usize = 64 * 1024;
/// The largest answer read into memory, unless the call sets it. The largest report measured has 82 MB.
const MAX_RESPONSE: usize = 512 * 1024 * 1024;
/// The same for the answer to a write, which says little.
const MAX_OF_WRITE: usize = 16 * 1024 * 1024;
const SHOWN_OF_CODINGS: usize = 100;

/// The auth layer puts it on an answer that turned the token down, the retry layer on the repeated request.
#[derive(Clone, Debug)]
pub(crate) struct TokenRejected(pub(crate) AccessToken);

/// Reads answers within the attempt, so that a body cut short is retried like any lost answer, and turns
/// every status but 2xx into an [`Error`].
pub type ClassifyLayer = StepLayer<Reader>;

#[derive(Debug)]
pub struct Reader {
    timer: Arc<dyn Timer>,
}

impl ClassifyLayer {
    /// Counts a `Retry-After` date from the wall clock of `timer`.
    pub fn new(timer: Arc<dyn Timer>) -> Self {
        Self::of(Reader { timer })
    }
}

impl<S: Exchange> Around<S> for Reader {
    type Future = ClassifyFuture<S::Future>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let started = self.timer.now();
        let state = State::Head { inner: inner.call(request) };
        ClassifyFuture { state, call, started, shared: self.clone() }
    }
}

pin_project! {
    /// The future of a [`ClassifyLayer`]'s service.
    pub struct ClassifyFuture<F> {
        #[pin]
        state: State<F>,
        call: Call,
        started: Instant,
        shared: Arc<Reader>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Head { #[pin] inner: F },
        Reading { read: Reading },
    }
}

impl<F: Answer> Future for ClassifyFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Head { inner } => {
                    let response =
                        ready!(inner.poll(cx)).map_err(|error| error.knowing(this.call))?;
                    let success = response.status().is_success();
                    if success && this.call.options().streaming {
                        return Poll::Ready(Ok(response));
                    }
                    let is_read = this.call.idempotency().is_safe();
                    let most = if is_read { MAX_RESPONSE } else { MAX_OF_WRITE };
                    let limit = match success {
                        true => this.call.options().max_response_bytes.unwrap_or(most),
                        false => EXCERPT,
                    };
                    let read = Reading::new(response, limit);
                    this.state.set(State::Reading { read });
                }
                StateProjection::Reading { read } => {
                    let end = ready!(read.poll(cx));
                    let (parts, ()) = std::mem::take(&mut read.head).into_parts();
                    let bytes = read.content();
                    let (shared, call) = (&this.shared, &this.call);
                    return Poll::Ready(shared.conclude(parts, bytes, end, call, *this.started));
                }
            }
        }
    }
}

enum End {
    Whole,
    OverLimit,
    Broken(BoxError),
}

/// A body on its way into memory. A single chunk is kept; only several are copied.
struct Reading {
    head: Response<()>,
    body: Body,
    first: Bytes,
    rest: BytesMut,
    limit: usize,
}

impl Reading {
    fn new(response: Response<Body>, limit: usize) -> Self {
        let (parts, body) = response.into_parts();
        let head = Response::from_parts(parts, ());
        Self { head, body, first: Bytes::new(), rest: BytesMut::new(), limit }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        loop {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(End::Whole),
                Some(Err(error)) => return Poll::Ready(End::Broken(error)),
                Some(Ok(frame)) => frame,
            };
            let Ok(chunk) = frame.into_data() else { continue };
            let have = self.first.len() + self.rest.len();
            if have + chunk.len() > self.limit {
                self.push(chunk.slice(..self.limit.saturating_sub(have).min(chunk.len())));
                return Poll::Ready(End::OverLimit);
            }
            self.push(chunk);
        }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = chunk;
            return;
        }
        if self.rest.is_empty() {
            // The announced size, believed up to 64 MB, saves regrowing.
            let announced = usize::try_from(self.body.size_hint().lower()).unwrap_or(0);
            let want = self.first.len() + chunk.len() + announced.min(64 * 1024 * 1024);
            self.rest.reserve(want.min(self.limit));
            self.rest.extend_from_slice(&self.first);
            self.first = Bytes::new();
        }
        self.rest.extend_from_slice(&chunk);
    }

    fn content(&mut self) -> Bytes {
        let first = std::mem::take(&mut self.first);
        if self.rest.is_empty() { first } else { std::mem::take(&mut self.rest).freeze() }
    }
}

/// The codings of an answer that were not undone yet, in small letters.
pub(super) fn codings(headers: &HeaderMap) -> Vec<String> {
    if !headers.contains_key(CONTENT_ENCODING) {
        return Vec::new();
    }
    let values = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let names =
        values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name != "identity").collect()
}

impl Reader {
    fn conclude(
        &self,
        mut parts: Parts,
        bytes: Bytes,
        end: End,
        call: &Call,
        started: Instant,
    ) -> Result<Response<Body>, Error> {
        let status = parts.status;
        // A byte order mark is no part of a text.
        let bytes = if bytes.starts_with(b"\xef\xbb\xbf") { bytes.slice(3..) } else { bytes };
        let is_read = matches!(end, End::Whole) && codings(&parts.headers).is_empty();
        if status.is_success() && is_read {
            return Ok(Response::from_parts(parts, Body::from(bytes)));
        }
        call.secrets().redact_headers(&mut parts.headers);
        let mut error = match end {
            End::OverLimit if status.is_success() => Error::unexpected_answer(format!(
                "the answer is larger than the {} bytes that this call reads",
                bytes.len()
            )),
            End::Broken(cause) if status.is_success() => {
                Error::no_answer(format!("the answer broke off after {} bytes", bytes.len()))
                    .with_source(cause)
            }
            _ if status.is_success() => Error::unexpected_answer(format!(
                "the answer is coded as {:?}, which this client did not ask for and cannot read",
                shorten(&redact::text(&codings(&parts.headers).join(", ")), SHOWN_OF_CODINGS)
            )),
            // An error answer stays what its status says, also if its page was cut or is huge.
            _ => Error::of_kind(ErrorKind::Status, ERROR_ANSWER),
        };
        let mut answer = AnswerFacts::new(status, parts.headers, &bytes);
        answer.rejected_token = parts.extensions.remove::<TokenRejected>().map(|it| it.0);
        answer.took = Some(self.timer.now().saturating_duration_since(started));
        // The outcome of a write whose answer cannot be read is unknown.
        error.0.ambiguous = error.is_decode() && !call.idempotency().is_safe();
        Err(error.of_answer(answer, self.timer.wall()).knowing(call))
    }
}
