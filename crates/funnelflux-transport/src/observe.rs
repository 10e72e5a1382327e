//! Events for metrics and progress displays.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::call::Call;
use crate::error::Error;

/// Something that happened to a call. New kinds may be added, and new particulars to each: match with `..`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The call entered the stack.
    #[non_exhaustive]
    Started {},
    /// The attempt waited this long for the limiter.
    #[non_exhaustive]
    Throttled {
        /// The time it waited.
        waited: Duration,
    },
    /// An attempt is over.
    #[non_exhaustive]
    AttemptFinished {
        /// The answer's status, or the error.
        outcome: Result<StatusCode, &'a Error>,
        /// The time that the attempt took.
        elapsed: Duration,
    },
    /// Another attempt will follow.
    #[non_exhaustive]
    RetryScheduled {
        /// The failure of the attempt before.
        error: &'a Error,
        /// The wait before it.
        delay: Duration,
    },
    /// The limiter changed its speed, because the server asked to slow down or stopped asking.
    #[non_exhaustive]
    RateChanged {
        /// Requests a second from now on.
        per_second: f64,
    },
    /// The call is over.
    #[non_exhaustive]
    Finished {
        /// The answer's status, or the error.
        outcome: Result<StatusCode, &'a Error>,
        /// The time that the call took, waits included.
        elapsed: Duration,
    },
    /// The call was dropped before its end: its caller gave up. Each call that started ends with either
    /// this or [`Finished`](Self::Finished).
    #[non_exhaustive]
    Dropped {
        /// The request was sent, or may have been, and no answer settles its outcome. Look before you
        /// send a write again.
        maybe_sent: bool,
        /// The time since the start of the call.
        elapsed: Duration,
    },
}

/// Watches calls. Must be quick and must not block: it runs on the call's own task, and its panic ends the
/// call. A closure is an observer, too:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use funnelflux_transport::{Call, Client, Event};
///
/// static RETRIES: AtomicU64 = AtomicU64::new(0);
/// let client = Client::builder().observer(|_: &Call, event: &Event<'_>| {
///     RETRIES.fetch_add(matches!(event, Event::RetryScheduled { .. }).into(), Relaxed);
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an observer of calls",
    note = "an observer is a closure `|call: &Call, event: &Event<'_>| …` that is `Send + Sync + 'static`, a \
            type that implements `Observer`, or an `Arc` of one"
)]
pub trait Observer: Send + Sync + 'static {
    /// Called for each event, in order, for each call.
    fn on_event(&self, call: &Call, event: &Event<'_>);
}

impl<F: Fn(&Call, &Event<'_>) + Send + Sync + 'static> Observer for F {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        self(call, event);
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        (**self).on_event(call, event);
    }
}

#[derive(Clone, Default)]
pub(crate) struct Observers(pub(crate) Arc<[Arc<dyn Observer>]>);

funnelflux_contract::formats! {
    Debug for Observers, |it, f| write!(f, "Observers({})", it.0.len())
}
