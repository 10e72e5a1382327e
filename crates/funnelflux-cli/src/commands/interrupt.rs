//! Ctrl-C or SIGTERM while something is written: no write is begun any more, none is cut off.

use std::future::{Future, pending};
use std::pin::pin;

use funnelflux::Error;
use futures_util::future::{Either, select};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;

const SAID: &str = "stopping: what is under way comes to its end; Ctrl-C again ends it at once";

/// Completes at Ctrl-C. Another Ctrl-C after that ends the program at once.
pub(super) async fn interrupted(progress: Progress, terminal: Terminal) {
    let mut signals = Signals::listen();
    signals.next().await;
    progress.aside(|| terminal.note(SAID));
    tokio::spawn(async move {
        signals.next().await;
        // What was under way may have taken effect.
        std::process::exit(Failure::FATE_UNKNOWN.into());
    });
}

/// The same for work that goes step by step.
pub(super) struct Interrupt {
    times: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Interrupt {
    /// Listens from now on. Another Ctrl-C ends the program at once.
    pub(super) fn listen(progress: &Progress, terminal: Terminal) -> Self {
        Self::start(progress, terminal, true)
    }

    /// Listens from now on. Another Ctrl-C ends what is under [`guard`](Self::guard), so that what
    /// was done before it can still be told.
    pub(super) fn guarding(progress: &Progress, terminal: Terminal) -> Self {
        Self::start(progress, terminal, false)
    }

    fn start(progress: &Progress, terminal: Terminal, ends: bool) -> Self {
        let mut signals = Signals::listen();
        let (tell, times) = watch::channel(0);
        let progress = progress.clone();
        let listener = tokio::spawn(async move {
            loop {
                signals.next().await;
                let before = *tell.borrow();
                if before == 0 {
                    progress.aside(|| terminal.note(SAID));
                } else if ends {
                    // What was under way may have taken effect.
                    std::process::exit(Failure::FATE_UNKNOWN.into());
                }
                tell.send_modify(|times| *times += 1);
            }
        });
        Self { times, listener }
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn came(&self) -> bool {
        *self.times.borrow() > 0
    }

    /// Completes when Ctrl-C was pressed.
    pub(super) async fn comes(&self) {
        self.pressed(1).await;
    }

    /// Waits for the answer of a write, through the first Ctrl-C. The second ends the wait, and
    /// leaves it unknown what became of the write.
    pub(super) async fn guard<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match select(pin!(call), pin!(self.pressed(2))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                Err(Error::no_answer("ended before the answer came: its fate is unknown")
                    .into_ambiguous())
            }
        }
    }

    async fn pressed(&self, wanted: usize) {
        if self.times.clone().wait_for(|times| *times >= wanted).await.is_err() {
            pending::<()>().await;
        }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// What asks a program to stop. Nobody can interrupt what cannot be told so.
struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    /// Of `kill`, service managers and containers.
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) {
        async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
            let came = match signal {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if came.is_none() {
                pending::<()>().await;
            }
        }
        select(pin!(one(&mut self.interrupt)), pin!(one(&mut self.terminate))).await;
    }
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}
