//! 12 · Content encoding: asks for gzip, and undoes it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_http::decompression::{Decompression, ResponseFuture};
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::error::Error;

/// tower-http's decompression with the seam's body type.
#[derive(Clone, Debug)]
pub(crate) struct Decompress<S>(Decompression<S>);

/// Asks for compressed answers, and decompresses them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecompressLayer;

impl<S> Layer<S> for DecompressLayer {
    type Service = Decompress<S>;

    fn layer(&self, inner: S) -> Decompress<S> {
        Decompress(Decompression::new(inner))
    }
}

impl<S> Service<Request<Body>> for Decompress<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = DecompressFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        DecompressFuture { inner: self.0.call(request) }
    }
}

pin_project! {
    pub(crate) struct DecompressFuture<F> {
        #[pin]
        inner: ResponseFuture<F>,
    }
}

impl<F> Future for DecompressFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = Result<Response<Body>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.project().inner.poll(cx))?;
        Poll::Ready(Ok(response.map(Body::wrap)))
    }
}
