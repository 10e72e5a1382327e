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

#[cfg(test)]
mod tests {
    use funnelflux::FunnelFlux;
    use funnelflux::emulator::{Emulator, Fault, RetryAfter};
    use funnelflux::transport::RetryPolicy;

    use super::*;

    /// What a client that does not repeat gets from a server with this fault.
    async fn failed(fault: Fault) -> Error {
        let emulator = Emulator::builder().visits_per_hour(1).start().await.unwrap();
        emulator.faults().push(fault);
        let client = FunnelFlux::builder()
            .base_url(emulator.base_url())
            .access_token(emulator.access_token())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        client.reporting().attributes().await.unwrap_err()
    }

    #[tokio::test]
    async fn a_busy_server_is_waited_for_as_it_says_or_longer_each_time_and_not_for_ever() {
        let told = failed(Fault::rate_limited(RetryAfter::Seconds(7))).await;
        assert_eq!(wait(&told, 0), Some(Duration::from_secs(7)));
        assert_eq!(wait(&told, ROUNDS), None);
        let untold = failed(Fault::rate_limited(RetryAfter::Absent)).await;
        let waits: Vec<u64> =
            (0..ROUNDS).filter_map(|round| wait(&untold, round)).map(|w| w.as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160]);
        let too_long = failed(Fault::rate_limited(RetryAfter::Seconds(3600))).await;
        assert_eq!(wait(&too_long, 0), None);
    }

    #[test]
    fn nothing_else_is_waited_for() {
        assert_eq!(wait(&Error::no_answer("cut off"), 0), None);
        assert_eq!(wait(&Error::no_answer("cut off").with_doubt(), 0), None);
    }
}
