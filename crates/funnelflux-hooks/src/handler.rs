//! Code of the user, run so that none of its panics gets out: in a call, while it is polled, or when it is dropped.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Why a handler has no result. What its error or its panic says may quote the body, so it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Error,
    Panic,
}

/// Calls a handler and waits for it.
pub(crate) async fn run<F, T, E>(handler: impl FnOnce() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, E>>,
{
    let result = Contained::new(async { handler().await.map_err(drop) }).await;
    result.ok_or(Failure::Panic)?.map_err(|()| Failure::Error)
}

/// Runs a function; `None` if it panics.
pub(crate) fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(discard).ok()
}

/// Drops a value whose drop may panic. What such a panic carries may do so again, so it is leaked.
fn discard<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        std::mem::forget(panic);
    }
}

/// A future that is `None` if it panics, and that can be dropped at any time.
pub(crate) struct Contained<F>(Option<Pin<Box<F>>>);

impl<F> Contained<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(Some(Box::pin(future)))
    }
}

impl<F: Future> Future for Contained<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.0 else { return Poll::Ready(None) };
        match contained(|| future.as_mut().poll(context)) {
            Some(polled) => polled.map(Some),
            None => Poll::Ready(None),
        }
    }
}

impl<F> Drop for Contained<F> {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}
