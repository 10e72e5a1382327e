//! How long an upload waits for a busy server: thousands of lines should survive a minute of 429.

use std::pin::pin;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::{Timer as _, TokioTimer};
use futures_util::future::{Either, select};

use crate::commands::interrupt::Interrupt;
use crate::progress::Progress;

/// The first wait if the server does not say how long; it doubles each time.
const FIRST: Duration = Duration::from_secs(10);

/// Makes the call, and repeats it while the server answers 429, until `patience` ends or Ctrl-C.
pub(super) async fn call<T>(
    interrupt: &Interrupt,
    progress: &Progress,
    patience: Duration,
    make: impl AsyncFn() -> Result<T, Error>,
) -> Result<T, Error> {
    let (mut round, mut left) = (0, patience);
    loop {
        let result = interrupt.guard(Box::pin(make())).await;
        let Some(wait) = result.as_ref().err().and_then(|error| wait(error, round, left)) else {
            return result;
        };
        progress.note(&format!("the server is busy (429); next try in {} s", wait.as_secs()));
        let sleep = pin!(TokioTimer.sleep(wait));
        if let Either::Right(_) = select(sleep, pin!(interrupt.pressed(1))).await {
            return result;
        }
        (round, left) = (round + 1, left.saturating_sub(wait));
    }
}

/// How long to wait before the call is repeated, if so much time is left; `None` if it must not be.
fn wait(error: &Error, round: u32, left: Duration) -> Option<Duration> {
    // An earlier attempt may have arrived, whatever this 429 says.
    if !error.is_rate_limited() || error.is_ambiguous() || left.is_zero() {
        return None;
    }
    let own = FIRST.saturating_mul(2_u32.saturating_pow(round)).min(left);
    Some(error.retry_after().unwrap_or(own).max(Duration::from_secs(1)))
        .filter(|wait| *wait <= left)
}

#[cfg(test)]
mod tests {
    use funnelflux::FunnelFlux;
    use funnelflux::emulator::{Emulator, Fault, RetryAfter};
    use funnelflux::transport::RetryPolicy;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(300);

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
        assert_eq!(wait(&asked, 0, PATIENCE), Some(Duration::from_secs(7)));
        assert_eq!(wait(&asked, 9, Duration::from_secs(6)), None);
        let silent = failed(Fault::rate_limited(RetryAfter::Absent)).await;
        let (mut left, mut waits) = (PATIENCE, Vec::new());
        while let Some(next) = wait(&silent, u32::try_from(waits.len()).unwrap(), left) {
            left -= next;
            waits.push(next.as_secs());
        }
        assert_eq!(waits, [10, 20, 40, 80, 150], "five minutes in all");
        assert_eq!(wait(&silent, u32::MAX, Duration::MAX), Some(FIRST * u32::MAX));
        let too_long = failed(Fault::rate_limited(RetryAfter::Seconds(3600))).await;
        assert_eq!(wait(&too_long, 0, PATIENCE), None);
    }

    #[test]
    fn no_other_failure_is_waited_for() {
        assert_eq!(wait(&Error::no_answer("cut off"), 0, PATIENCE), None);
        assert_eq!(wait(&Error::no_answer("cut off").into_ambiguous(), 0, PATIENCE), None);
    }
}
