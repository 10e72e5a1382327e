//! Ctrl-C, SIGTERM or SIGHUP during writes: no further write is started, and none is cut off.

use std::future::{Future, pending};
use std::pin::pin;

use funnelflux::Error;
use futures_util::future::{Either, select, select_all};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::progress::Progress;

const NOTE: &str = "stopping after the requests in flight; press Ctrl-C again to stop at once";

/// Completes at Ctrl-C. Another Ctrl-C after that ends the program at once.
pub(super) async fn interrupted(progress: Progress) {
    let interrupt = Interrupt::listen(&progress);
    interrupt.pressed(1).await;
    tokio::spawn(async move {
        interrupt.pressed(2).await;
        // A request in flight may take effect.
        std::process::exit(Failure::AMBIGUOUS.into());
    });
}

/// Finishes a write through Ctrl-C; the second one makes it ambiguous.
pub(super) async fn finish<T>(
    write: impl Future<Output = Result<T, Error>>,
    progress: &Progress,
) -> Result<T, Error> {
    let result = Interrupt::listen(progress).guard(Box::pin(write)).await;
    progress.finish();
    result
}

pub(super) struct Interrupt {
    times: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Interrupt {
    pub(super) fn listen(progress: &Progress) -> Self {
        let mut signals = Signals::listen();
        let (tell, times) = watch::channel(0);
        let progress = progress.clone();
        let listener = tokio::spawn(async move {
            loop {
                signals.next().await;
                if *tell.borrow() == 0 {
                    progress.note(NOTE);
                }
                tell.send_modify(|times| *times += 1);
            }
        });
        Self { times, listener }
    }

    pub(super) fn came(&self) -> bool {
        *self.times.borrow() > 0
    }

    /// Waits for the answer of a write. The second Ctrl-C ends the wait and makes the write ambiguous.
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

    pub(super) async fn pressed(&self, wanted: usize) {
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

/// The signals that ask the program to stop: Ctrl-C, and on Unix SIGTERM and SIGHUP.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    async fn next(&mut self) {
        let signals = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        let came = if signals.len() == 0 { None } else { select_all(signals).await.0 };
        if came.is_none() {
            pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}
