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

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let gzip = HeaderValue::from_static("gzip");
        request.headers_mut().entry(ACCEPT_ENCODING).or_insert(gzip);
        After { then: Undo, inner: inner.call(request) }
    }
}

/// An answer with more codings than this is not decoded: each is a body around a body.
const MOST_CODINGS: usize = 4;
/// The bytes that are decoded at a time. One byte can become a thousand, so this bounds a frame to 8 MB.
const SLICE: usize = 8 * 1024;

pub(crate) struct Undo;

impl Finish for Undo {
    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let response = result?;
        let codings = codings(response.headers());
        let is_gzip = codings.iter().all(|coding| matches!(&**coding, "gzip" | "x-gzip"));
        if !is_gzip || !(1..=MOST_CODINGS).contains(&codings.len()) {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
        let gunzip = |body| Gunzip { body, coded: Bytes::new(), is_at_end: false, decoder: None };
        let body = codings.iter().fold(body, |body, _| Body::wrap(gunzip(body)));
        Ok(Response::from_parts(parts, body))
    }
}

struct Gunzip {
    body: Body,
    coded: Bytes,
    is_at_end: bool,
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
        let this = &mut *self;
        while !this.is_at_end {
            if this.coded.is_empty() {
                let frame = ready!(Pin::new(&mut this.body).poll_frame(cx)).transpose()?;
                match frame.map(Frame::into_data) {
                    Some(Ok(chunk)) => this.coded = chunk,
                    Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
                    None => this.is_at_end = true,
                }
            }
            let slice = this.coded.split_to(this.coded.len().min(SLICE));
            if !slice.is_empty() {
                let decoder = this.decoder.get_or_insert_with(|| MultiGzDecoder::new(Vec::new()));
                decoder.write_all(&slice).and_then(|()| decoder.flush())?;
            }
            let Some(decoder) = &mut this.decoder else { continue };
            if this.is_at_end {
                decoder.try_finish()?;
            }
            let decoded = std::mem::take(decoder.get_mut());
            if !decoded.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(decoded.into()))));
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_util::FutureExt as _;
    use http_body_util::BodyExt as _;

    use super::*;

    #[test]
    fn a_small_answer_that_becomes_a_huge_one_is_decoded_in_small_pieces() {
        let size = 64 * 1024 * 1024;
        let gzip = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let once = gzip(&vec![0; size]);
        let twice = gzip(&once);
        assert!(twice.len() < 1024, "{}", twice.len());
        for (coded, codings) in [(once, 1), (twice, 2)] {
            let answer = Response::builder().header(CONTENT_ENCODING, "gzip,".repeat(codings));
            let mut answer = Undo.finish(Ok(answer.body(Body::from(coded)).unwrap())).unwrap();
            let mut came = 0;
            while let Some(frame) = answer.body_mut().frame().now_or_never().unwrap() {
                let piece = frame.unwrap().into_data().unwrap();
                assert!(piece.len() <= SLICE * 1032, "{} bytes at once", piece.len());
                came += piece.len();
            }
            assert_eq!(came, size);
        }
    }
}
