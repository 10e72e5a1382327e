//! The wrapper of a transport that records its exchanges.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::ACCEPT_ENCODING;
use http::response::Parts;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tower_service::Service;

use super::compare::path_and_query;
use super::recording::{Content, Exchange, Failure, RecordedRequest, RecordedResponse, Recording};
use super::scrub::Scrub;
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, Outcome};
use crate::lock::Lock;
use crate::secrets::Secrets;
use crate::stack::{IntoSeam, SeamFuture, SeamService};

/// A transport that records the exchanges of another one. Every exchange is scrubbed before it is kept, so
/// the recording holds no secret, not even in memory. Requests are sent without `Accept-Encoding`, so that
/// answers can be read.
#[derive(Clone, Debug)]
pub struct Recorder {
    inner: SeamService,
    tape: RecorderHandle,
}

/// The access to a recorder's recording. Clones share it.
#[derive(Clone)]
pub struct RecorderHandle(Arc<Lock<Tape>>);

struct Tape {
    recording: Recording,
    scrub: Scrub,
    secrets: Secrets,
}

const SHIFTED: &str = "; all times are shifted by the same number of days";

impl Recorder {
    /// Records the exchanges of `inner`, which is anything that `ClientBuilder::transport` takes.
    /// `provenance` names their origin; a note about shifted times is added to it.
    pub fn new<B>(
        inner: impl IntoSeam<B>,
        provenance: impl Into<String>,
        scrub: Scrub,
    ) -> (Self, RecorderHandle) {
        let note = if scrub.shifts_times() { SHIFTED } else { "" };
        let (recording, secrets) = (Recording::new(provenance.into() + note), Secrets::default());
        let tape = Tape { recording, scrub, secrets };
        let handle = RecorderHandle(Arc::new(Lock::new(tape)));
        (Self { inner: inner.into_seam(), tape: handle.clone() }, handle)
    }
}

impl Tape {
    fn shown(&self, text: &str) -> String {
        self.secrets.redact(text).into_owned()
    }

    fn content(&self, body: &[u8]) -> Content {
        let scrubbed = self.scrub.body(body);
        Content::of(self.shown(&String::from_utf8_lossy(&scrubbed)).as_bytes())
    }
}

impl RecorderHandle {
    /// The exchanges so far.
    pub fn recording(&self) -> Recording {
        self.0.lock().recording.clone()
    }

    fn begin(&self, request: &Request<Body>) -> Result<Exchange, Error> {
        let Some(body) = request.body().as_bytes() else {
            return Err(Error::invalid_request("streamed request bodies cannot be recorded"));
        };
        let operation = Call::of(request).map(Call::operation);
        // The path of a raw call is its caller's and may hold values.
        let template = operation.filter(|operation| operation.id() != "raw").map(|it| it.path());
        let path = path_and_query(request.uri());
        let mut tape = self.0.lock();
        if let Some(call) = Call::of(request) {
            tape.secrets = call.secrets().clone();
        }
        let request = RecordedRequest {
            method: request.method().to_string(),
            path: tape.shown(&tape.scrub.path(path, template.unwrap_or_default())),
            content: tape.content(body),
        };
        let operation = operation.map(|operation| operation.id().to_owned());
        Ok(Exchange { operation, request, response: None, failure: None })
    }

    fn end(&self, mut exchange: Exchange, result: &Result<(Parts, Bytes), Error>) {
        let mut tape = self.0.lock();
        match result {
            Ok((parts, body)) => {
                let headers = tape.scrub.headers(&parts.headers).into_iter();
                exchange.response = Some(RecordedResponse {
                    status: parts.status.as_u16(),
                    headers: headers.map(|(name, value)| (name, tape.shown(&value))).collect(),
                    content: tape.content(body),
                });
            }
            // A layer around the transport that turns the request away has not sent it, either.
            Err(error) => {
                let was_sent = !matches!(error.attempt_outcome(), Outcome::NotDone { .. });
                exchange.failure =
                    Some(if was_sent { Failure::NoAnswer } else { Failure::NotSent });
            }
        }
        tape.recording.exchanges.push(exchange);
    }
}

impl Service<Request<Body>> for Recorder {
    type Response = Response<Body>;
    type Error = Error;
    type Future = SeamFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // Decompression happens outside of the transport, so a compressed answer could not be read here.
        request.headers_mut().remove(ACCEPT_ENCODING);
        let exchange = match self.tape.begin(&request) {
            Ok(exchange) => exchange,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        let tape = self.tape.clone();
        let answer = self.inner.call(request);
        Box::pin(async move {
            let result = async {
                let (parts, body) = answer.await?.into_parts();
                let broken = |cause| Error::no_answer("the answer broke off").with_source(cause);
                Ok((parts, body.collect().await.map_err(broken)?.to_bytes()))
            };
            let result = result.await;
            tape.end(exchange, &result);
            result.map(|(parts, bytes)| Response::from_parts(parts, Body::from(bytes)))
        })
    }
}

funnelflux_contract::formats! {
    Debug for RecorderHandle, |it, f|
        write!(f, "RecorderHandle({} exchanges)", it.0.lock().recording.exchanges.len())
}
