//! A future with a fast path that is not boxed, and a slow one that is.

use std::future::{Future, ready};

use futures_util::future::Either;
use http::Response;

use crate::body::Body;
use crate::error::Error;
use crate::stack::SeamFuture;

/// The future of a step that can wait before it calls the next one: on the left the next one's own,
/// on the right a boxed one. Waiting is rare, and unboxed it would be 300 bytes that every call carries.
pub(crate) type FastOrSlow<F> = Either<F, SeamFuture>;

pub(crate) fn slow<F>(
    future: impl Future<Output = Result<Response<Body>, Error>> + Send + 'static,
) -> FastOrSlow<F> {
    Either::Right(Box::pin(future))
}

pub(crate) fn refused<F>(error: Error) -> FastOrSlow<F> {
    slow(ready(Err(error)))
}
