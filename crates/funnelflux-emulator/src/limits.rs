//! The limits of the API: a pool of report queries, and a ceiling on the rate of requests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock::Clock;
use crate::options::{PoolLimits, RetryAfter};
use crate::wire::refusal::Refusal;

/// How the pool of report queries is used, and was used at most.
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

/// Report queries share a pool with a maximum concurrency and a queue.
#[derive(Debug)]
pub(crate) struct Pool {
    permits: Semaphore,
    queue: usize,
    usage: Mutex<PoolUse>,
}

impl Pool {
    /// Without limits it only counts.
    pub(crate) fn new(limits: Option<PoolLimits>) -> Self {
        let (concurrent, queue) = limits.map_or((Semaphore::MAX_PERMITS, usize::MAX), |limits| {
            (limits.concurrent, limits.queue)
        });
        Self {
            permits: Semaphore::new(concurrent.min(Semaphore::MAX_PERMITS)),
            queue,
            usage: Mutex::default(),
        }
    }

    /// Waits for a turn. Leaving is dropping what is returned; so is giving up the wait.
    pub(crate) async fn enter(&self) -> Result<Turn<'_>, Refusal> {
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = self.queue_up()?;
                self.permits.acquire().await.map_err(|_| full(self.queue))?
            }
        };
        let mut usage = self.lock();
        usage.running += 1;
        usage.most_running = usage.most_running.max(usage.running);
        Ok(Turn { pool: self, _permit: permit })
    }

    fn queue_up(&self) -> Result<Place<'_>, Refusal> {
        let mut usage = self.lock();
        if usage.waiting >= self.queue {
            usage.refused += 1;
            return Err(full(self.queue));
        }
        usage.waiting += 1;
        usage.most_waiting = usage.most_waiting.max(usage.waiting);
        Ok(Place(self))
    }

    pub(crate) fn usage(&self) -> PoolUse {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, PoolUse> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn full(queue: usize) -> Refusal {
    Refusal::too_many_requests(format!(
        "too many report queries: all run and {queue} wait already; try again later"
    ))
}

/// A running query.
#[derive(Debug)]
pub(crate) struct Turn<'p> {
    pool: &'p Pool,
    _permit: SemaphorePermit<'p>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.pool.lock().running -= 1;
    }
}

/// A place in the queue.
struct Place<'p>(&'p Pool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
    }
}

/// So many requests per second of the emulator's clock.
#[derive(Debug)]
pub(crate) struct Ceiling {
    per_second: u32,
    retry_after: RetryAfter,
    /// The second, and the requests seen in it.
    seen: Mutex<(i64, u32)>,
}

impl Ceiling {
    pub(crate) fn new(per_second: u32, retry_after: RetryAfter) -> Self {
        Self { per_second, retry_after, seen: Mutex::new((0, 0)) }
    }

    pub(crate) fn check(&self, clock: &Clock) -> Result<(), Refusal> {
        let now = clock.unix_seconds();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != now {
            *seen = (now, 0);
        }
        if seen.1 >= self.per_second {
            let refusal = Refusal::too_many_requests(format!(
                "more than {} requests in one second; back off before retrying",
                self.per_second
            ));
            return Err(refusal.with_retry_after(self.retry_after.header(clock)));
        }
        seen.1 += 1;
        Ok(())
    }
}
