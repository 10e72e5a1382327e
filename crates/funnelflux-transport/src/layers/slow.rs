//! A future with a fast path that is not boxed, and a slow one that is.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

use crate::body::Body;
use crate::error::Error;
use crate::stack::SeamFuture;

pin_project! {
    /// The future of a step that can wait before it calls the next one. Waiting is rare, so it is
    /// boxed: it would be 300 bytes that every call carries.
    #[project = Projection]
    #[doc(hidden)]
    pub enum FastOrSlow<F> {
        Fast { #[pin] future: F },
        Slow { future: SeamFuture },
    }
}

impl<F> FastOrSlow<F> {
    pub(crate) fn slow(
        future: impl Future<Output = Result<Response<Body>, Error>> + Send + 'static,
    ) -> Self {
        Self::Slow { future: Box::pin(future) }
    }

    pub(crate) fn refused(error: Error) -> Self {
        Self::slow(std::future::ready(Err(error)))
    }
}

impl<F> Future for FastOrSlow<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projection::Fast { future } => future.poll(cx),
            Projection::Slow { future } => future.as_mut().poll(cx),
        }
    }
}
