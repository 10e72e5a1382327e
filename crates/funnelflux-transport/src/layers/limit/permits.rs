//! Permits: taken in the order of arrival, given back when the answer is in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pace::Pace;
use super::rate::RateLimit;
use crate::operation::Weight;
use crate::timer::Timer;

/// The limiter that all clones of a client share.
#[derive(Debug)]
pub struct Limiter {
    pub(super) timer: Arc<dyn Timer>,
    pace: Mutex<Pace>,
    /// Calls wait here for a slot, first come first served, and only the first one looks at the pace:
    /// a thousand waiting calls do not wake each other up.
    turnstile: Semaphore,
    all: Arc<Semaphore>,
    reports: Arc<Semaphore>,
}

/// The right to have one request under way.
#[derive(Debug)]
pub(super) struct Permits {
    _all: OwnedSemaphorePermit,
    _report: Option<OwnedSemaphorePermit>,
    pub(super) stamp: u32,
}

impl Limiter {
    pub(super) fn new(limit: &RateLimit, timer: Arc<dyn Timer>) -> Self {
        Self {
            pace: Mutex::new(Pace::new(limit, timer.clone())),
            turnstile: Semaphore::new(1),
            all: Arc::new(Semaphore::new(limit.concurrency)),
            reports: Arc::new(Semaphore::new(limit.report_concurrency)),
            timer,
        }
    }

    /// Takes the permits, if they are free.
    pub(super) fn try_take(&self, weight: Weight) -> Option<Permits> {
        let _turn = self.turnstile.try_acquire().ok()?;
        let report = match weight {
            Weight::Report => Some(self.reports.clone().try_acquire_owned().ok()?),
            _ => None,
        };
        let all = self.all.clone().try_acquire_owned().ok()?;
        let stamp = self.pace().take().ok()?;
        Some(Permits { _all: all, _report: report, stamp })
    }

    /// Takes the permits when it is this call's turn. Where the slot would come only after the
    /// deadline, the error is the wait for it.
    pub(super) async fn take(
        &self,
        weight: Weight,
        deadline: Option<Instant>,
    ) -> Result<Permits, Duration> {
        // The semaphores are never closed, so acquiring never fails.
        let report = match weight {
            Weight::Report => self.reports.clone().acquire_owned().await.ok(),
            _ => None,
        };
        let Ok(all) = self.all.clone().acquire_owned().await else {
            return Err(Duration::MAX);
        };
        let _turn = self.turnstile.acquire().await.ok();
        loop {
            let taken = self.pace().take();
            let wait = match taken {
                Ok(stamp) => return Ok(Permits { _all: all, _report: report, stamp }),
                Err(wait) => wait,
            };
            if deadline.is_some_and(|d| d.saturating_duration_since(self.timer.now()) <= wait) {
                return Err(wait);
            }
            self.timer.sleep(wait).await;
        }
    }

    /// A panic elsewhere leaves the numbers usable: each is set in one step.
    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
