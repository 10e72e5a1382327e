//! The spinner.

use std::time::Duration;

use funnelflux::transport::{Call, Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::commands::interrupt;
use crate::output::{Terminal, visible_line};

const TICK: Duration = Duration::from_millis(100);

#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    terminal: Terminal,
    /// Whether each call is shown, where a command does not say how far it is.
    pub(crate) shows_calls: bool,
}

impl Progress {
    pub(crate) fn start(terminal: Terminal, what: &str) -> Self {
        if !terminal.shows_progress() {
            return Self { bar: ProgressBar::hidden(), terminal, shows_calls: false };
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.set_prefix(visible_line(what));
        bar.enable_steady_tick(TICK);
        Self { bar, terminal, shows_calls: false }
    }

    pub(crate) fn tell(&self, message: impl Into<String>) {
        self.bar.set_message(visible_line(&message.into()));
    }

    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub(crate) fn note(&self, text: &str) {
        self.aside(|| self.terminal.note(text));
    }

    pub(crate) fn warn(&self, text: &str) {
        self.aside(|| self.terminal.warn(text));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // Clones share one spinner, which a failure may stop early.
        self.finish();
    }
}

impl Observer for Progress {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        let (operation, attempt) = (call.operation(), call.attempt());
        let (method, id) = (operation.method(), operation.id());
        match event {
            Event::Started { .. } if id.starts_with("auth.") => interrupt::guard(),
            Event::Started { .. } if self.shows_calls => self.tell(id),
            Event::AttemptFinished { outcome, elapsed, .. } => {
                let ms = elapsed.as_millis();
                let said = outcome.as_ref().map_or_else(ToString::to_string, ToString::to_string);
                tracing::info!(target: "ffx", "{method} {id}, attempt {attempt}: {said} ({ms} ms)");
            }
            Event::RetryScheduled { delay, .. } => {
                let seconds = delay.as_secs_f64();
                tracing::info!(target: "ffx", "{method} {id}: next attempt in {seconds:.1} s");
                self.tell(format!("(attempt {} in {seconds:.1} s)", attempt + 1));
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
