//! Where the user's code begins: its errors become ours, and its back-pressure a wait inside the
//! call.
//!
//! The layers between one boundary and the next are ready at any time, so a service of the user's
//! that wants to be waited for is the only thing that could hold `poll_ready` up. There its wait
//! would be outside of every time limit, and what it hands out when it is ready (a permit, a place
//! in a queue) would sit in whichever copy was polled, for as long as nobody calls that copy.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use http::Request;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::body::Body;
use crate::call::{Call, Wire};
use crate::error::{BoxError, Error};

/// A service of the user's. It is always ready: what is inside is waited for in the future of the
/// call.
#[derive(Clone, Debug)]
pub(crate) struct Boundary<S> {
    inner: S,
}

impl<S> Boundary<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request<Body>> for Boundary<S>
where
    S: Service<Request<Body>, Error: Into<BoxError>> + Clone,
{
    type Response = S::Response;
    type Error = Error;
    type Future = BoundaryFuture<S>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let state = match self.inner.poll_ready(&mut Context::from_waker(Waker::noop())) {
            // The ordinary case: no clone, no box.
            Poll::Ready(Ok(())) => State::Sent { future: self.inner.call(request) },
            Poll::Ready(Err(error)) => {
                // It never got the request.
                if let Some(call) = Call::of(&request) {
                    call.set_wire(Wire::Off);
                }
                State::Refused { error: Some(ours(error)) }
            }
            Poll::Pending => {
                // The copy that stands in the queue is the one to wait for.
                let spare = self.inner.clone();
                let service = std::mem::replace(&mut self.inner, spare);
                let call = Call::of(&request).cloned();
                let wire = call.as_ref().map_or(Wire::Unknown, Call::wire);
                if let Some(call) = &call {
                    call.set_wire(Wire::Off);
                }
                State::Waiting { next: Some(Box::new(Next { service, request, call, wire })) }
            }
        };
        BoundaryFuture { state }
    }
}

fn ours(error: impl Into<BoxError>) -> Error {
    Error::from_boxed(error.into())
}

struct Next<S> {
    service: S,
    request: Request<Body>,
    call: Option<Call>,
    /// What was known of the request before the wait.
    wire: Wire,
}

pin_project! {
    /// The future of [`Boundary`].
    pub(crate) struct BoundaryFuture<S: Service<Request<Body>>> {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    // The waiting state is boxed: it is rare, and 300 bytes that every call would carry.
    #[project = StateProjection]
    enum State<S, F> {
        Waiting { next: Option<Box<Next<S>>> },
        Sent { #[pin] future: F },
        Refused { error: Option<Error> },
    }
}

impl<S> Future for BoundaryFuture<S>
where
    S: Service<Request<Body>, Error: Into<BoxError>>,
{
    type Output = Result<S::Response, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Waiting { next } => {
                    let Some(waiting) = next.as_mut() else { return Poll::Pending };
                    ready!(waiting.service.poll_ready(cx)).map_err(ours)?;
                    let Some(mut next) = next.take().map(|next| *next) else {
                        return Poll::Pending;
                    };
                    if let Some(call) = &next.call {
                        call.set_wire(next.wire);
                    }
                    let future = next.service.call(next.request);
                    this.state.set(State::Sent { future });
                }
                StateProjection::Sent { future } => return future.poll(cx).map_err(ours),
                StateProjection::Refused { error } => {
                    return match error.take() {
                        Some(error) => Poll::Ready(Err(error)),
                        None => Poll::Pending,
                    };
                }
            }
        }
    }
}
