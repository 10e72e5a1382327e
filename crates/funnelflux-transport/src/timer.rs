//! The injected clock and sleep: the only ones in this crate.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use crate::error::Error;

/// A sleep under way.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// The clock and the sleep of the stack. Tests bring their own, or pause tokio's for [`TokioTimer`].
pub trait Timer: fmt::Debug + Send + Sync + 'static {
    /// The monotonic clock.
    fn now(&self) -> Instant;
    /// The wall clock, for `Retry-After` dates and token expiry.
    fn wall(&self) -> SystemTime;
    /// A future that is ready after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;
    /// Says why a call cannot begin here, as where the runtime is another one. By default it can.
    ///
    /// # Errors
    /// When [`sleep`](Self::sleep) would panic.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
    /// A future that is ready at `instant`.
    fn sleep_until(&self, instant: Instant) -> Sleep {
        self.sleep(instant.saturating_duration_since(self.now()))
    }
}

/// Refuses to go on outside of a runtime of tokio, where its parts panic.
pub(crate) fn in_runtime() -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::local("this is no task of a tokio runtime").with_advice(
            "The default clock and the default transport need a tokio runtime with time and I/O. Within \
             another runtime give the builder a timer and a transport of its own.",
        )),
    }
}

/// Tokio's clock: the default. Needs no runtime until the first call.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock and sleeps")]
impl Timer for TokioTimer {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn check(&self) -> Result<(), Error> {
        in_runtime()
    }

    fn sleep_until(&self, instant: Instant) -> Sleep {
        // Reads no clock: 25 ns saved per call.
        Box::pin(tokio::time::sleep_until(instant.into()))
    }
}
