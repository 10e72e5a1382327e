//! The limits of the API: a pool of report queries, and a ceiling on the rate of requests.

use std::sync::Arc;

use funnelflux_transport::Lock;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::options::{PoolLimits, RetryAfter};
use crate::wire::{Refusal, Result};

/// The use of the pool of report queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PoolUse {
    /// Queries that run now.
    pub running: usize,
    /// Queries that wait for their turn now.
    pub waiting: usize,
    /// The most queries that ever ran at once.
    pub most_running: usize,
    /// The most queries that ever waited at once.
    pub most_waiting: usize,
    /// Queries that were answered 429 because the queue was full.
    pub refused: u64,
}

pub(crate) struct Pool {
    limits: PoolLimits,
    running: Arc<Semaphore>,
    waiting: Semaphore,
    usage: Lock<PoolUse>,
}

/// A running query. It belongs to the query and not to its client: a client that hangs up does not stop
/// the query.
pub(crate) type Turn = OwnedSemaphorePermit;

impl Pool {
    pub(crate) fn new(limits: PoolLimits) -> Self {
        let concurrent = limits.concurrent.min(Semaphore::MAX_PERMITS);
        let queue = limits.queue.min(Semaphore::MAX_PERMITS);
        Self {
            limits: PoolLimits { concurrent, queue },
            running: Arc::new(Semaphore::new(concurrent)),
            waiting: Semaphore::new(queue),
            usage: Lock::default(),
        }
    }

    /// Waits for a turn, which ends when it is dropped.
    pub(crate) async fn enter(&self) -> Result<Turn> {
        let turn = match Arc::clone(&self.running).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => {
                let Ok(_place) = self.waiting.try_acquire() else {
                    self.usage.lock().refused += 1;
                    return Err(self.full());
                };
                self.usage();
                Arc::clone(&self.running).acquire_owned().await.map_err(|_| self.full())?
            }
        };
        self.usage();
        Ok(turn)
    }

    /// Reads how many queries run and wait, and keeps the most of each.
    pub(crate) fn usage(&self) -> PoolUse {
        let mut usage = self.usage.lock();
        usage.running = self.limits.concurrent - self.running.available_permits();
        usage.waiting = self.limits.queue - self.waiting.available_permits();
        usage.most_running = usage.most_running.max(usage.running);
        usage.most_waiting = usage.most_waiting.max(usage.waiting);
        *usage
    }

    fn full(&self) -> Refusal {
        Refusal::too_many_requests(format!(
            "too many report queries: all run and {} wait already; try again later",
            self.limits.queue
        ))
    }
}

pub(crate) struct Ceiling {
    per_second: u32,
    retry_after: RetryAfter,
    /// The second, and the requests seen in it.
    seen: Lock<(i64, u32)>,
}

impl Ceiling {
    pub(crate) fn new(per_second: u32, retry_after: RetryAfter) -> Self {
        Self { per_second, retry_after, seen: Lock::new((0, 0)) }
    }

    pub(crate) fn check(&self, clock: &Clock) -> Result<()> {
        let now = clock.unix_millis() / 1000;
        let mut seen = self.seen.lock();
        if seen.0 != now {
            *seen = (now, 0);
        }
        if seen.1 >= self.per_second {
            let most = self.per_second;
            let why = format!("more than {most} requests in one second; back off before retrying");
            let refusal = Refusal::too_many_requests(why);
            return Err(refusal.with_retry_after(self.retry_after, clock));
        }
        seen.1 += 1;
        Ok(())
    }
}
