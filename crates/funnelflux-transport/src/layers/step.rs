//! The shape of the built-in steps: settings that clones share, around the next step.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::Either;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;
use tracing::span::Entered;

use crate::body::Body;
use crate::error::Error;
use crate::stack::SeamFuture;

pub trait Exchange: Service<Request<Body>, Response = Response<Body>, Error = Error> {}

impl<S> Exchange for S where S: Service<Request<Body>, Response = Response<Body>, Error = Error> {}

pub trait Answer: Future<Output = Result<Response<Body>, Error>> {}

impl<F> Answer for F where F: Future<Output = Result<Response<Body>, Error>> {}

pub trait Around<S> {
    type Future: Answer;

    fn call(self: &Arc<Self>, inner: &mut S, request: Request<Body>) -> Self::Future;
}

/// A built-in layer. Clones share its settings.
#[derive(Debug)]
#[must_use]
pub struct StepLayer<T>(Arc<T>);

impl<T> StepLayer<T> {
    pub(crate) fn of(settings: T) -> Self {
        Self(Arc::new(settings))
    }
}

impl<T> Clone for StepLayer<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S, T> Layer<S> for StepLayer<T> {
    type Service = Step<S, T>;

    fn layer(&self, inner: S) -> Step<S, T> {
        Step { inner, settings: self.0.clone() }
    }
}

#[derive(Debug)]
pub struct Step<S, T> {
    inner: S,
    settings: Arc<T>,
}

impl<S: Clone, T> Clone for Step<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), settings: self.settings.clone() }
    }
}

impl<S: Exchange, T: Around<S>> Service<Request<Body>> for Step<S, T> {
    type Response = Response<Body>;
    type Error = Error;
    type Future = T::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    // Else each layer of the stack copies the request once more: 240 bytes.
    #[inline(always)]
    fn call(&mut self, request: Request<Body>) -> T::Future {
        self.settings.call(&mut self.inner, request)
    }
}

/// What a step does with the result of the next one.
pub trait Finish {
    fn enter(&self) -> Option<Entered<'_>> {
        None
    }

    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error>;
}

pin_project! {
    pub struct After<F, T> {
        // Dropped before the next step's future: what that one holds back was not sent.
        pub(crate) then: T,
        #[pin]
        pub(crate) inner: F,
    }
}

impl<F: Answer, T: Finish> Future for After<F, T> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let entered = this.then.enter();
        let result = ready!(this.inner.poll(cx));
        drop(entered);
        Poll::Ready(this.then.finish(result))
    }
}

/// The future of a step that can wait before it calls the next one: on the left the next one's own, on the
/// right a boxed one. Waiting is rare, and unboxed it would be 300 bytes that every call carries.
pub(crate) type FastOrSlow<F> = Either<F, SeamFuture>;

pub(crate) fn slow<F>(future: impl Answer + Send + 'static) -> FastOrSlow<F> {
    Either::Right(Box::pin(future))
}

pub(crate) fn refused<F>(error: Error) -> FastOrSlow<F> {
    slow(std::future::ready(Err(error)))
}
