//! The border to the user's code: its back-pressure becomes a wait inside the call.
//!
//! The layers between one border and the next are always ready. A service of the user's that is not would
//! be waited for outside of every time limit, and the permit or place in a queue that it hands out when it
//! is ready would stay in the copy that was polled until that copy is called.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use futures_util::future::Either;
use http::{Request, Response};
use tower_service::Service;

use super::step::{Exchange, FastOrSlow, refused, slow};
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::in_flight::Held;

#[derive(Clone, Debug)]
pub(crate) struct Boundary<S>(pub(crate) S);

impl<S: Exchange<Future: Send> + Clone + Send + 'static> Service<Request<Body>> for Boundary<S> {
    type Response = Response<Body>;
    type Error = Error;
    type Future = FastOrSlow<S::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.0.poll_ready(&mut Context::from_waker(Waker::noop())) {
            // The ordinary case: no clone, no box.
            Poll::Ready(Ok(())) => Either::Left(self.0.call(request)),
            Poll::Ready(Err(error)) => refused(error.before_sending()),
            Poll::Pending => {
                // The copy that has a place in the queue is the one to wait for.
                let spare = self.0.clone();
                let mut service = std::mem::replace(&mut self.0, spare);
                let held = Call::of(&request).cloned().map(Held::new);
                slow(async move {
                    let ready = poll_fn(|cx| service.poll_ready(cx)).await;
                    drop(held);
                    ready.map_err(Error::before_sending)?;
                    service.call(request).await
                })
            }
        }
    }
}
