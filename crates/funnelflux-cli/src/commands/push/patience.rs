//! Waiting where the server asks for it, longer than a single call does: an upload of thousands of
//! lines is not given up because the account is busy for a minute.

use std::pin::pin;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::{Timer as _, TokioTimer};
use futures_util::future::{Either, select};

use crate::commands::interrupt::Interrupt;
use crate::output::Terminal;
use crate::progress::Progress;

/// With the waits below that is about five minutes for one request.
const ROUNDS: u32 = 5;
/// The first wait, where the server does not say how long; it doubles each time.
const FIRST: Duration = Duration::from_secs(10);
/// A server that asks for more is better asked another day.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Who waits, and how he is stopped.
pub(super) struct Patience<'a> {
    pub(super) interrupt: &'a Interrupt,
    pub(super) progress: &'a Progress,
    pub(super) terminal: Terminal,
}

impl Patience<'_> {
    /// Makes the call, and again as long as it is turned away with 429.
    pub(super) async fn call<T, F: Future<Output = Result<T, Error>>>(
        &self,
        make: impl Fn() -> F,
    ) -> Result<T, Error> {
        let mut round = 0;
        loop {
            let result = self.interrupt.guard(Box::pin(make())).await;
            let Some(wait) = result.as_ref().err().and_then(|error| wait(error, round)) else {
                return result;
            };
            let said = format!("the server is busy (429); going on in {} s", wait.as_secs());
            self.progress.aside(|| self.terminal.note(&said));
            let sleep = pin!(TokioTimer.sleep(wait));
            if let Either::Right(_) = select(sleep, pin!(self.interrupt.comes())).await {
                return result;
            }
            round += 1;
        }
    }
}

/// How long to wait before the call is made again, if it may be.
fn wait(error: &Error, round: u32) -> Option<Duration> {
    // Where a doubt is left, another 429 settles nothing.
    if !error.is_rate_limited() || error.is_ambiguous() || round >= ROUNDS {
        return None;
    }
    let wait = error.retry_after().unwrap_or(FIRST * 2_u32.pow(round));
    (wait <= LONGEST).then_some(wait)
}
