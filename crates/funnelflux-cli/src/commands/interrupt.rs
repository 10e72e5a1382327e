//! Ctrl-C or SIGTERM during writes: no further write is started, and none is cut off.

use std::future::{Future, pending};
use std::pin::pin;

use funnelflux::Error;
use futures_util::future::{Either, select};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;

const NOTE: &str = "stopping after the requests in flight; press Ctrl-C again to stop at once";

/// Completes at Ctrl-C. Another Ctrl-C after that ends the program at once.
pub(super) async fn interrupted(progress: Progress, terminal: Terminal) {
    let interrupt = Interrupt::listen(&progress, terminal);
    interrupt.comes().await;
    // Keeps listening for the second Ctrl-C.
    tokio::spawn(async move { interrupt.pressed(usize::MAX).await });
}

/// Finishes a write through Ctrl-C. The second Ctrl-C ends the program at once.
pub(super) async fn finish<T>(
    write: impl Future<Output = T>,
    progress: &Progress,
    terminal: Terminal,
) -> T {
    let _listener = Interrupt::listen(progress, terminal);
    let result = write.await;
    progress.finish();
    result
}

/// Counts Ctrl-C during work that goes step by step.
pub(super) struct Interrupt {
    times: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Interrupt {
    /// Listens until dropped. The second Ctrl-C ends the program at once.
    pub(super) fn listen(progress: &Progress, terminal: Terminal) -> Self {
        Self::start(progress, terminal, true)
    }

    /// Listens until dropped. The second Ctrl-C ends the call under [`guard`](Self::guard), so that
    /// the outcome of earlier calls can still be printed.
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
                    progress.aside(|| terminal.note(NOTE));
                } else if ends {
                    // A request in flight may take effect.
                    std::process::exit(Failure::AMBIGUOUS.into());
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

    /// Completes at the first Ctrl-C.
    pub(super) async fn comes(&self) {
        self.pressed(1).await;
    }

    /// Waits for the answer of a write, through the first Ctrl-C. The second ends the wait and makes
    /// the write ambiguous.
    pub(super) async fn guard<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match select(pin!(call), pin!(self.pressed(2))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                Err(Error::no_answer("stopped before the answer came: the outcome is unknown")
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

/// The signals that ask the program to stop, as far as they can be listened to.
struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    /// SIGTERM, from `kill`, service managers and containers.
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
