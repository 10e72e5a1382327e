//! 12 · Content coding: asks for gzip, and undoes it.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};

use super::classify::codings;
use super::step::{After, Around, Exchange, Finish, StepLayer};
use crate::body::Body;
use crate::error::{BoxError, Error};

/// Asks for compressed answers, and decompresses them.
pub(crate) type DecompressLayer = StepLayer<Gzip>;

#[derive(Debug)]
pub(crate) struct Gzip;

impl DecompressLayer {
    pub(crate) fn new() -> Self {
        Self::of(Gzip)
    }
}

impl<S: Exchange> Around<S> for Gzip {
    type Future = After<S::Future, Undo>;

    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let gzip = HeaderValue::from_static("gzip");
        request.headers_mut().entry(ACCEPT_ENCODING).or_insert(gzip);
        After { then: Undo, inner: inner.call(request) }
    }
}

pub(crate) struct Undo;

impl Finish for Undo {
    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let response = result?;
        let codings = codings(response.headers());
        if codings.is_empty()
            || !codings.iter().all(|coding| matches!(&**coding, "gzip" | "x-gzip"))
        {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
        let body = codings.iter().fold(body, |body, _| Body::wrap(Gunzip { body, decoder: None }));
        Ok(Response::from_parts(parts, body))
    }
}

/// A body of one or several gzip members on its way out.
struct Gunzip {
    body: Body,
    /// `None` before the first byte: a body without content has no gzip header either.
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
}

impl HttpBody for Gunzip {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(cx)).transpose()?;
            let is_end = frame.is_none();
            let chunk = match frame.map(Frame::into_data) {
                Some(Ok(chunk)) => chunk,
                Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
                None => Bytes::new(),
            };
            if !is_end && !chunk.is_empty() {
                let decoder = self.decoder.get_or_insert_with(|| MultiGzDecoder::new(Vec::new()));
                decoder.write_all(&chunk).and_then(|()| decoder.flush())?;
            }
            let mut decoded = Vec::new();
            if let Some(decoder) = &mut self.decoder {
                if is_end {
                    decoder.try_finish()?;
                }
                decoded = std::mem::take(decoder.get_mut());
            }
            if is_end {
                self.decoder = None;
            }
            if !decoded.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(decoded.into()))));
            }
            if is_end {
                return Poll::Ready(None);
            }
        }
    }
}
