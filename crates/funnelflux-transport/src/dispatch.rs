//! Where a call enters the stack: one box, and in the ordinary case no clone of the layers.
//!
//! A service is called by `&mut`, so each of many callers would clone the whole stack: a dozen
//! reference counts up and down, and a box, about 0.3 µs a call. Here the first caller takes the one
//! copy for as long as `call` itself runs (microseconds, nothing in it waits), and only a caller that
//! finds it taken clones.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use http::Request;
use tower::ServiceExt as _;

use crate::body::Body;
use crate::stack::{Seam, SeamFuture};

/// A stack of any type.
pub(crate) trait Dispatch: Send + Sync {
    fn send(&self, request: Request<Body>) -> SeamFuture;
}

pub(crate) struct Stack<S> {
    shared: Mutex<S>,
    pristine: S,
}

impl<S: Clone> Stack<S> {
    pub(crate) fn new(service: S) -> Self {
        Self { shared: Mutex::new(service.clone()), pristine: service }
    }
}

impl<S: Seam> Dispatch for Stack<S> {
    fn send(&self, request: Request<Body>) -> SeamFuture {
        // The layers and the seam are always ready: what waits, waits in the future.
        if let Ok(mut service) = self.shared.try_lock()
            && let Poll::Ready(Ok(())) = service.poll_ready(&mut Context::from_waker(Waker::noop()))
        {
            return Box::pin(service.call(request));
        }
        Box::pin(self.pristine.clone().oneshot(request))
    }
}
