//! The spinner, and how far a long work is.

use std::time::{Duration, Instant};

use funnelflux::transport::{Call, Event, Observer, Timer as _, TokioTimer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::commands::interrupt;
use crate::output::{Terminal, counted, visible_line};

/// A work of fewer requests is over soon.
const LONG: usize = 10;

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
            return Self::hidden(terminal);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.set_prefix(visible_line(what));
        bar.enable_steady_tick(TICK);
        Self { bar, terminal, shows_calls: false }
    }

    /// Without a spinner.
    pub(crate) fn hidden(terminal: Terminal) -> Self {
        Self { bar: ProgressBar::hidden(), terminal, shows_calls: false }
    }

    pub(crate) fn tell(&self, message: impl Into<String>) {
        self.bar.set_message(visible_line(&message.into()));
    }

    /// Begins to tell how far so many of something are, which take so many requests.
    pub(crate) fn meter(&self, total: usize, noun: &str, requests: usize) -> Meter {
        let (progress, noun, start) = (self.clone(), noun.to_owned(), TokioTimer.now());
        Meter { progress, total, noun, is_long: requests >= LONG, start, told: 0 }
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

/// How far a long work is: on a terminal always, with its rate and the time that is left, else a line for each tenth.
#[derive(Debug)]
pub(crate) struct Meter {
    progress: Progress,
    total: usize,
    noun: String,
    is_long: bool,
    start: Instant,
    /// The tenths that were told.
    told: usize,
}

impl Meter {
    pub(crate) fn at(&mut self, done: usize) {
        let seconds = TokioTimer.now().saturating_duration_since(self.start).as_secs_f64();
        let shown = told(done, self.total, &self.noun, seconds);
        if self.progress.terminal.shows_progress() {
            return self.progress.tell(shown);
        }
        let tenths = (10 * done).checked_div(self.total).unwrap_or_default();
        if self.is_long && tenths > self.told && done < self.total {
            self.told = tenths;
            self.progress.note(&shown);
        }
    }
}

/// `500 of 2000 lines (25 %), 12.5 a second, 2 min left`.
#[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
fn told(done: usize, total: usize, noun: &str, seconds: f64) -> String {
    let share = (100 * done).checked_div(total).unwrap_or_default();
    let mut told = format!("{done} of {} ({share} %)", counted(total, noun));
    let rate = done as f64 / seconds;
    if done > 0 && rate.is_finite() {
        let left = (total - done) as f64 / rate;
        let left = match left {
            ..60.0 => format!("{left:.0} s"),
            ..5400.0 => format!("{:.0} min", left / 60.0),
            _ => format!("{:.1} h", left / 3600.0),
        };
        told += &format!(", {rate:.1} a second, {left} left");
    }
    told
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_and_an_estimate_are_told_once_something_is_done() {
        for (done, total, seconds, expected) in [
            (0, 2000, 0.0, "0 of 2000 lines (0 %)"),
            (0, 2000, 3.0, "0 of 2000 lines (0 %)"),
            (500, 2000, 0.0, "500 of 2000 lines (25 %)"),
            (500, 2000, 40.0, "500 of 2000 lines (25 %), 12.5 a second, 2 min left"),
            (1999, 2000, 100.0, "1999 of 2000 lines (99 %), 20.0 a second, 0 s left"),
            (1, 100_000, 1.0, "1 of 100000 lines (0 %), 1.0 a second, 27.8 h left"),
            (1, 1, 1.0, "1 of 1 line (100 %), 1.0 a second, 0 s left"),
        ] {
            assert_eq!(told(done, total, "line", seconds), expected);
        }
    }
}
