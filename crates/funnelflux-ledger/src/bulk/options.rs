//! The options of a bulk call.

use std::pin::Pin;
use std::time::Duration;

use funnelflux_transport::Error;

/// The number of requests under way at once. The client's rate limit bounds the speed; this bounds
/// memory, and the number of open writes when the program is stopped.
const CONCURRENCY: usize = 8;
/// The time for which a throttled account is waited for. Limits by the minute pass in it; one by the
/// hour does not, and whether to wait for that is the caller's decision.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// The options of a bulk call.
#[must_use = "it has an effect only where it is passed"]
pub struct BulkOptions {
    pub(super) concurrency: usize,
    pub(crate) patience: Option<Duration>,
    pub(super) progress: Option<Progress>,
    pub(super) stop: Option<Stop>,
    pub(super) cancel: Option<Cancel>,
}

type Progress = Box<dyn FnMut(BulkProgress) + Send>;
type Stop = Box<dyn Fn(&Error) -> bool + Send>;
type Cancel = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The progress of a bulk call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Objects done, with success or without.
    pub done: usize,
    /// Of these, how many failed.
    pub failed: usize,
    /// All objects.
    pub total: usize,
    /// The index of the object that was just done.
    pub at: usize,
    /// Whether that object succeeded.
    pub went_well: bool,
}

impl BulkOptions {
    /// Creates the default options: eight requests at once, five minutes of patience, all objects.
    pub fn new() -> Self {
        Self {
            concurrency: CONCURRENCY,
            patience: Some(PATIENCE),
            progress: None,
            stop: None,
            cancel: None,
        }
    }

    funnelflux_contract::setters! {
        /// Sets the number of requests that may be under way at once.
        fn with_concurrency(requests: usize) => concurrency = requests.max(1);
        /// Sets how long a throttled account (429) is waited for, counted from the last request that
        /// passed; see [`with_patience`](funnelflux_transport::CallOptions::with_patience). Work given
        /// to [`run`](Self::run) sets it for its own calls.
        fn with_patience(patience: impl Into<Option<Duration>>) => patience = patience.into();
        /// Calls `tell` after each object.
        fn on_progress(tell: impl FnMut(BulkProgress) + Send + 'static)
            => progress = Some(Box::new(tell));
        /// Stops at a failure for which `stops` returns true, such as a rejected token, which the other
        /// objects would share, or an ambiguous write: no new object is started, and requests under way
        /// are finished. [`BulkReport::not_tried`](crate::BulkReport::not_tried) names the rest.
        fn stop_when(stops: impl Fn(&Error) -> bool + Send + 'static)
            => stop = Some(Box::new(stops));
        /// Stops when `cancel` completes, as [`stop_when`](Self::stop_when) does, with a result for
        /// each object. (Dropping the bulk call ends it at once, without a report.)
        fn cancel_when(cancel: impl Future<Output = ()> + Send + 'static)
            => cancel = Some(Box::pin(cancel));
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}

funnelflux_contract::shows! {
    BulkOptions, |it| concurrency: it.concurrency, stops: it.stop.is_some()
}
