//! How a bulk call runs.

use std::fmt;
use std::pin::Pin;

use funnelflux_transport::Error;

/// Requests under way at once. The client's rate limit is the real brake; this bounds memory and
/// what is left undecided when the program is stopped.
const CONCURRENCY: usize = 8;

/// How a bulk call runs.
#[must_use]
pub struct BulkOptions {
    pub(super) concurrency: usize,
    pub(super) progress: Option<Progress>,
    pub(super) stop: Option<Stop>,
    pub(super) cancel: Option<Cancel>,
}

type Progress = Box<dyn FnMut(BulkProgress) + Send>;
type Stop = Box<dyn Fn(&Error) -> bool + Send>;
type Cancel = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How far a bulk call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Objects done, well or not.
    pub done: usize,
    /// Of these, how many failed.
    pub failed: usize,
    /// All objects.
    pub total: usize,
    /// The place, from 0, of the object that was just done: to write down what is done.
    pub at: usize,
    /// Whether that object went well.
    pub went_well: bool,
}

impl BulkOptions {
    /// Eight requests under way at once, no progress told, every object tried.
    pub fn new() -> Self {
        Self { concurrency: CONCURRENCY, progress: None, stop: None, cancel: None }
    }

    /// How many requests may be under way at once.
    pub fn with_concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Tells after each object.
    pub fn on_progress(mut self, tell: impl FnMut(BulkProgress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    /// After a failure of which `stops` is true nothing new is begun; what is under way comes to
    /// its end. [`BulkReport::not_tried`](crate::BulkReport::not_tried) names the rest. For
    /// failures that the other objects would share: a token that is dead, a write whose fate is
    /// unknown.
    ///
    /// ```
    /// use funnelflux_ledger::BulkOptions;
    ///
    /// let options = BulkOptions::new()
    ///     .stop_when(|error| error.needs_authorisation() || error.is_ambiguous());
    /// # let _ = options;
    /// ```
    pub fn stop_when(mut self, stops: impl Fn(&Error) -> bool + Send + 'static) -> Self {
        self.stop = Some(Box::new(stops));
        self
    }

    /// When `cancel` completes nothing new is begun; what is under way comes to its end, and the
    /// report tells of each object as ever. (Dropping the bulk call ends it at once, and leaves no
    /// report.)
    ///
    /// ```
    /// use funnelflux_ledger::BulkOptions;
    ///
    /// // With tokio: `async { drop(tokio::signal::ctrl_c().await) }`.
    /// let options = BulkOptions::new().cancel_when(std::future::pending());
    /// # let _ = options;
    /// ```
    pub fn cancel_when(mut self, cancel: impl Future<Output = ()> + Send + 'static) -> Self {
        self.cancel = Some(Box::pin(cancel));
        self
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BulkOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOptions")
            .field("concurrency", &self.concurrency)
            .field("stops", &self.stop.is_some())
            .finish_non_exhaustive()
    }
}
