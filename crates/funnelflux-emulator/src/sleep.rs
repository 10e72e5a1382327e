//! The timer of the emulator, which tests replace.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Waits for injected latency and the duration of a report query.
#[derive(Clone)]
pub(crate) struct Sleeper(Arc<dyn Fn(Duration) -> Wait + Send + Sync>);

impl Sleeper {
    /// Tokio's timer. On a runtime with paused time it costs no real time.
    #[allow(clippy::disallowed_methods, reason = "the one place where the emulator sleeps")]
    pub(crate) fn tokio() -> Self {
        Self::new(tokio::time::sleep)
    }

    pub(crate) fn new<F, Fut>(sleep: F) -> Self
    where
        F: Fn(Duration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move |duration| Box::pin(sleep(duration))))
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            (self.0)(duration).await;
        }
    }
}
