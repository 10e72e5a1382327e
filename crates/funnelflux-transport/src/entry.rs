//! Where a call enters the stack: one box, and no clone of the layers in the ordinary case.
//!
//! A service is called by `&mut`, so many callers at once would each clone the whole stack: a
//! dozen reference counts up and down, and a box, some 0.3 µs a call. Here one copy serves whoever
//! finds it free, for as long as `call` itself runs (microseconds, nothing in it waits); only who
//! does not clones.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use http::Request;
use tower::ServiceExt as _;

use crate::body::Body;
use crate::stack::{Seam, SeamFuture};

pub(crate) trait Entry: Send + Sync {
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

impl<S: Seam> Entry for Stack<S> {
    fn send(&self, request: Request<Body>) -> SeamFuture {
        if let Ok(mut service) = self.shared.try_lock() {
            match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(())) => return Box::pin(service.call(request)),
                Poll::Ready(Err(error)) => return Box::pin(std::future::ready(Err(error))),
                // No layer of ours waits here, and no seam does. If one did, the copy that was
                // asked would have to be the one that is waited for.
                Poll::Pending => {
                    let asked = std::mem::replace(&mut *service, self.pristine.clone());
                    return Box::pin(asked.oneshot(request));
                }
            }
        }
        Box::pin(self.pristine.clone().oneshot(request))
    }
}
