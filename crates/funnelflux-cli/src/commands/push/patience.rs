//! How long an upload waits for a busy server: longer than a single call, because an upload of
//! thousands of lines should survive a minute of 429.

use std::pin::pin;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::{Timer as _, TokioTimer};
use futures_util::future::{Either, select};

use crate::commands::interrupt::Interrupt;
use crate::progress::Progress;

/// How often a request is tried again; with the waits below, for about five minutes.
const ROUNDS: u32 = 5;
/// The first wait if the server does not say how long; it doubles each time.
const FIRST: Duration = Duration::from_secs(10);
/// The longest wait; if the server asks for more, the upload stops.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Makes the call, and repeats it while the server answers 429, until Ctrl-C.
pub(super) async fn call<T>(
    interrupt: &Interrupt,
    progress: &Progress,
    make: impl AsyncFn() -> Result<T, Error>,
) -> Result<T, Error> {
    let mut round = 0;
    loop {
        let result = interrupt.guard(Box::pin(make())).await;
        let Some(wait) = result.as_ref().err().and_then(|error| wait(error, round)) else {
            return result;
        };
        let note = format!("the server is busy (429); next try in {} s", wait.as_secs());
        progress.note(&note);
        let sleep = pin!(TokioTimer.sleep(wait));
        if let Either::Right(_) = select(sleep, pin!(interrupt.pressed(1))).await {
            return result;
        }
        round += 1;
    }
}

/// How long to wait before the call is repeated; `None` if it must not be.
fn wait(error: &Error, round: u32) -> Option<Duration> {
    // An earlier attempt may have arrived, whatever this 429 says.
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

    /// The error of a client without retries, from a server with this fault.
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
    async fn a_busy_server_is_waited_for_as_it_asks_or_longer_each_time_up_to_a_limit() {
        let asked = failed(Fault::rate_limited(RetryAfter::Seconds(7))).await;
        assert_eq!(wait(&asked, 0), Some(Duration::from_secs(7)));
        assert_eq!(wait(&asked, ROUNDS), None);
        let silent = failed(Fault::rate_limited(RetryAfter::Absent)).await;
        let waits: Vec<u64> =
            (0..ROUNDS).filter_map(|round| wait(&silent, round)).map(|w| w.as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160]);
        let too_long = failed(Fault::rate_limited(RetryAfter::Seconds(3600))).await;
        assert_eq!(wait(&too_long, 0), None);
    }

    #[test]
    fn no_other_failure_is_waited_for() {
        assert_eq!(wait(&Error::no_answer("cut off"), 0), None);
        assert_eq!(wait(&Error::no_answer("cut off").into_ambiguous(), 0), None);
    }
}
