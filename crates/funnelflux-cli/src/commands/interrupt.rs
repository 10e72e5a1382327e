//! Ctrl-C, SIGTERM or SIGHUP during writes: no further write is started, and none is cut off.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::{LazyLock, Once, OnceLock};
use std::task::Poll;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::{Client, Timer as _, TokioTimer};
use futures_util::future::{Either, select};
#[cfg(unix)]
use tokio::signal::unix::Signal;
#[cfg(windows)]
use tokio::signal::windows::CtrlC as Signal;
use tokio::sync::watch;

use crate::progress::Progress;

const NOTE: &str = "stopping after the requests in flight; press Ctrl-C again to stop at once";

/// Finishes a write through Ctrl-C; the second one makes it ambiguous.
pub(super) async fn finish<T>(
    write: impl Future<Output = Result<T, Error>>,
    progress: &Progress,
) -> Result<T, Error> {
    let result = Interrupt::listen(progress).guard(Box::pin(write)).await;
    progress.finish();
    result
}

/// The longest that the end of the program waits for a refresh of the token.
const PATIENCE: Duration = Duration::from_secs(20);
/// The client whose refresh must not be cut off.
static CLIENT: OnceLock<Client> = OnceLock::new();
/// The longest that the note on the first signal may take.
const NOTING: Duration = Duration::from_millis(300);
static GUARD: Once = Once::new();
static HEARD: LazyLock<watch::Sender<Heard>> = LazyLock::new(watch::Sender::default);

/// The signals that were heard. The guard alone listens to them.
#[derive(Default)]
struct Heard {
    /// The progress of the command that ends by itself at a signal, if one runs.
    command: Option<Progress>,
    times: usize,
    /// The guard ends the program, with the exit code of the signal.
    ends: bool,
}

pub(crate) fn keep_the_grant_of(client: &Client) {
    let _ = CLIENT.set(client.clone());
}

/// Waits for a refresh that is under way: the new tokens would be lost, and the old ones may be used up.
async fn settle() {
    if let Some(client) = CLIENT.get() {
        select(pin!(client.settled()), pin!(TokioTimer.sleep(PATIENCE))).await;
    }
}

/// The end of a command: waits for a refresh, and leaves the exit code to the guard if it heard a signal.
pub(crate) async fn end() {
    settle().await;
    if HEARD.borrow().ends {
        pending::<()>().await;
    }
}

/// From the first refresh on a signal ends the program after the refresh, unless a command ends by itself.
/// A thread of its own also sees signals while a question is asked.
pub(crate) fn guard() {
    GUARD.call_once(|| {
        let (listens, is_listening) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let mut signals = Signals::listen();
                let _ = listens.send(());
                loop {
                    let number = signals.next().await;
                    let mut first = None;
                    HEARD.send_modify(|heard| {
                        first = heard.command.clone().filter(|_| heard.times == 0);
                        heard.times += usize::from(heard.command.is_some());
                        heard.ends |= heard.command.is_none();
                    });
                    if let Some(progress) = first {
                        // An output that stands still must not keep the next signal from being heard.
                        let (noted, is_noted) = std::sync::mpsc::channel();
                        std::thread::spawn(move || {
                            progress.note(NOTE);
                            let _ = noted.send(());
                        });
                        let _ = is_noted.recv_timeout(NOTING);
                    }
                    if HEARD.borrow().ends {
                        settle().await;
                        // As shells number a death by a signal.
                        std::process::exit(128 + number);
                    }
                }
            });
        });
        // A thread that cannot listen hangs up.
        let _ = is_listening.recv();
    });
}

/// A command that ends by itself at a signal.
pub(super) struct Interrupt(());

impl Interrupt {
    pub(super) fn listen(progress: &Progress) -> Self {
        // From here on no signal ends the program by itself, also when this command listens no more.
        guard();
        let command = Some(progress.clone());
        HEARD.send_modify(|heard| (heard.command, heard.times) = (command, 0));
        Self(())
    }

    pub(super) fn came(&self) -> bool {
        Self::is_heard()
    }

    /// The same of the command that listens.
    pub(super) fn is_heard() -> bool {
        HEARD.borrow().times > 0
    }

    /// Waits for the answer of a write. The second Ctrl-C ends the wait and makes the write ambiguous.
    pub(super) async fn guard<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match select(pin!(call), pin!(self.pressed(2))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                let why = "stopped before the answer came: the outcome is unknown";
                Err(Error::no_answer(why).into_ambiguous())
            }
        }
    }

    pub(super) fn pressed(&self, wanted: usize) -> impl Future<Output = ()> + use<> {
        let mut heard = HEARD.subscribe();
        async move { drop(heard.wait_for(|heard| heard.times >= wanted).await) }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        // The second Ctrl-C has ended the command, whose exit code says what is unknown.
        HEARD.send_modify(|heard| heard.command = heard.command.take().filter(|_| heard.times > 1));
    }
}

/// The signals that ask the program to stop: Ctrl-C, and on Unix SIGTERM and SIGHUP.
struct Signals(Vec<(i32, Signal)>);

impl Signals {
    #[cfg(unix)]
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let heard = |kind: SignalKind| Some((kind.as_raw_value(), signal(kind).ok()?));
        Self(kinds.into_iter().filter_map(heard).collect())
    }

    #[cfg(windows)]
    fn listen() -> Self {
        Self(tokio::signal::windows::ctrl_c().into_iter().map(|signal| (2, signal)).collect())
    }

    async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            let mut signals = self.0.iter_mut();
            let came = signals.find_map(|(number, signal)| {
                signal.poll_recv(cx).is_ready().then_some(Poll::Ready(*number))
            });
            came.unwrap_or(Poll::Pending)
        })
        .await
    }
}
