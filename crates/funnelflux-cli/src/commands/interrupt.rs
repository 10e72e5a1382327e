//! Ctrl-C while something is written: no write is begun any more, none is cut off.

use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;

/// Completes at Ctrl-C. Another Ctrl-C after that ends the program at once.
pub(super) async fn interrupted(progress: Progress, terminal: Terminal) {
    if tokio::signal::ctrl_c().await.is_err() {
        // Nobody can interrupt what cannot be told so.
        std::future::pending::<()>().await;
    }
    let said = "stopping: what is under way comes to its end; Ctrl-C again ends it at once";
    progress.aside(|| terminal.note(said));
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            // What was under way may have taken effect.
            std::process::exit(Failure::FATE_UNKNOWN.into());
        }
    });
}

/// The same for work that goes step by step.
pub(super) struct Interrupt(JoinHandle<()>);

impl Interrupt {
    /// Listens from the next wait on.
    pub(super) fn listen(progress: &Progress, terminal: Terminal) -> Self {
        Self(tokio::spawn(interrupted(progress.clone(), terminal)))
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn came(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.abort();
    }
}
