//! The limits of the API: a pool of report queries, and a ceiling on the rate of requests.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::lock::Lock;
use crate::options::{PoolLimits, RetryAfter};
use crate::wire::refusal::Refusal;

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

/// The pool of report queries, with a maximum concurrency and a queue.
#[derive(Debug)]
pub(crate) struct Pool {
    permits: Arc<Semaphore>,
    queue: usize,
    usage: Usage,
}

#[derive(Debug, Clone, Default)]
struct Usage(Arc<Lock<PoolUse>>);

impl Usage {
    /// Runs `leave` on the counters when the guard is dropped.
    fn until_dropped(&self, leave: fn(&mut PoolUse)) -> Counted {
        Counted { usage: self.clone(), leave }
    }
}

/// A query that is counted as running or waiting.
#[derive(Debug)]
struct Counted {
    usage: Usage,
    leave: fn(&mut PoolUse),
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.leave)(&mut self.usage.0.lock());
    }
}

impl Pool {
    /// Makes a pool.
    pub(crate) fn new(PoolLimits { concurrent, queue }: PoolLimits) -> Self {
        let permits = Arc::new(Semaphore::new(concurrent.min(Semaphore::MAX_PERMITS)));
        Self { permits, queue, usage: Usage::default() }
    }

    /// Waits for a turn, which ends when it is dropped.
    pub(crate) async fn enter(&self) -> Result<Turn, Refusal> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = self.queue_up()?;
                Arc::clone(&self.permits).acquire_owned().await.map_err(|_| full(self.queue))?
            }
        };
        let mut usage = self.usage.0.lock();
        usage.running += 1;
        usage.most_running = usage.most_running.max(usage.running);
        drop(usage);
        let counted = self.usage.until_dropped(|usage| usage.running -= 1);
        Ok(Turn { _counted: counted, _permit: permit })
    }

    fn queue_up(&self) -> Result<Counted, Refusal> {
        let mut usage = self.usage.0.lock();
        if usage.waiting >= self.queue {
            usage.refused += 1;
            return Err(full(self.queue));
        }
        usage.waiting += 1;
        usage.most_waiting = usage.most_waiting.max(usage.waiting);
        Ok(self.usage.until_dropped(|usage| usage.waiting -= 1))
    }

    pub(crate) fn usage(&self) -> PoolUse {
        *self.usage.0.lock()
    }
}

fn full(queue: usize) -> Refusal {
    Refusal::too_many_requests(format!(
        "too many report queries: all run and {queue} wait already; try again later"
    ))
}

/// A running query. It belongs to the query and not to its client: a client that hangs up does not stop
/// the query.
#[derive(Debug)]
pub(crate) struct Turn {
    // Ends before the permit, so that the next query never counts beside it.
    _counted: Counted,
    _permit: OwnedSemaphorePermit,
}

/// The ceiling of requests per second of the emulator's clock.
#[derive(Debug)]
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

    pub(crate) fn check(&self, clock: &Clock) -> Result<(), Refusal> {
        let now = clock.unix_seconds();
        let mut seen = self.seen.lock();
        if seen.0 != now {
            *seen = (now, 0);
        }
        if seen.1 >= self.per_second {
            let refusal = Refusal::too_many_requests(format!(
                "more than {} requests in one second; back off before retrying",
                self.per_second
            ));
            return Err(refusal.with_retry_after(self.retry_after, clock));
        }
        seen.1 += 1;
        Ok(())
    }
}
