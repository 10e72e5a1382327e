//! The spinner.

use std::time::Duration;

use funnelflux::transport::{Call, Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Terminal;

/// The time between two frames.
const TICK: Duration = Duration::from_millis(100);

/// A spinner on stderr; hidden if stderr is not a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Starts the spinner.
    pub(crate) fn start(terminal: Terminal, what: impl Into<String>) -> Self {
        if !terminal.shows_progress() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.set_prefix(what.into());
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Shows how far the work is.
    pub(crate) fn tell(&self, message: impl Into<String>) {
        self.0.set_message(message.into());
    }

    /// Hides the spinner while something is printed.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    /// Stops the spinner and clears its line.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }

    /// An observer that shows retries in the spinner and logs every attempt.
    pub(crate) fn observer(&self) -> Attempts {
        Attempts(self.clone())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // Clones share one spinner, which a failure may stop early.
        self.finish();
    }
}

/// Logs the attempts of calls.
#[derive(Debug)]
pub(crate) struct Attempts(Progress);

impl Observer for Attempts {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        let (operation, attempt) = (call.operation(), call.attempt());
        let (method, id) = (operation.method(), operation.id());
        match event {
            Event::AttemptFinished { outcome: Ok(status), elapsed, .. } => {
                let ms = elapsed.as_millis();
                tracing::info!(target: "ffx", "{method} {id}, attempt {attempt}: {status} in {ms} ms");
            }
            Event::AttemptFinished { outcome: Err(error), elapsed, .. } => {
                let ms = elapsed.as_millis();
                tracing::info!(target: "ffx", "{method} {id}, attempt {attempt}: {error} ({ms} ms)");
            }
            Event::RetryScheduled { delay, .. } => {
                let seconds = delay.as_secs_f64();
                tracing::info!(target: "ffx", "{method} {id}: next attempt in {seconds:.1} s");
                self.0.tell(format!("(attempt {} in {seconds:.1} s)", attempt + 1));
            }
            Event::Throttled { waited, .. } if *waited > TICK => {
                let ms = waited.as_millis();
                tracing::info!(target: "ffx", "{method} {id}: delayed {ms} ms by the rate limit");
            }
            Event::RateChanged { per_second, .. } => {
                tracing::info!(target: "ffx", "the rate limit is now {per_second:.2} requests per second");
            }
            _ => {}
        }
    }
}
