use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{Claim, SeenStore, StoreError};
use crate::clock::{Clock, system};

/// The longest lease, of about a hundred years: the clock cannot count to any time.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A store in memory, bounded in number and time. It forgets everything when the process ends.
///
/// ```
/// use std::time::Duration;
/// use funnelflux_hooks::webhook::MemoryStore;
///
/// let store = MemoryStore::new(100_000, Duration::from_secs(24 * 3600));
/// # drop(store);
/// ```
pub struct MemoryStore {
    most: usize,
    retention: Duration,
    clock: Clock,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    states: HashMap<Box<str>, State>,
    /// Ids by their last change, the oldest first, with its number. An id that changed since is there again.
    order: VecDeque<(u64, Box<str>)>,
    changes: u64,
}

#[derive(Clone, Copy)]
struct State {
    /// The end of the lease; none once it is handled.
    until: Option<Instant>,
    since: Instant,
    change: u64,
}

impl MemoryStore {
    /// A store of at most so many ids, each kept for so long. The oldest go first.
    pub fn new(most: usize, retention: Duration) -> Self {
        Self { most: most.max(1), retention, clock: system, seen: Mutex::default() }
    }

    #[cfg(test)]
    fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Seen, Instant) -> T) -> T {
        let now = (self.clock)();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut seen, now);
        let Seen { states, order, .. } = &mut *seen;
        let current = |states: &HashMap<Box<str>, State>, (change, id): &(u64, Box<str>)| {
            states.get(id).copied().filter(|state| state.change == *change)
        };
        while let Some(oldest) = order.front() {
            let state = current(states, oldest);
            let is_over = |state: State| {
                states.len() > self.most || now.duration_since(state.since) > self.retention
            };
            if state.is_some_and(|state| !is_over(state)) {
                break;
            }
            if let Some((_, id)) = order.pop_front().filter(|_| state.is_some()) {
                states.remove(&id);
            }
        }
        // Behind an id that stays, others may have changed again and again.
        if order.len() > 2 * states.len() + 8 {
            order.retain(|change| current(states, change).is_some());
        }
        changed
    }
}

impl Seen {
    fn set(&mut self, id: &str, since: Instant, until: Option<Instant>) {
        self.changes += 1;
        self.states.insert(id.into(), State { until, since, change: self.changes });
        self.order.push_back((self.changes, id.into()));
    }
}

#[async_trait]
impl SeenStore for MemoryStore {
    async fn claim(&self, id: &str, lease: Duration) -> Result<Claim, StoreError> {
        Ok(self.with(|seen, now| match seen.states.get(id) {
            Some(State { until: None, since, .. })
                if now.duration_since(*since) <= self.retention =>
            {
                Claim::Done
            }
            Some(State { until: Some(until), .. }) if now < *until => Claim::UnderWay,
            _ => {
                seen.set(id, now, Some(now.checked_add(lease.min(LONGEST)).unwrap_or(now)));
                Claim::New
            }
        }))
    }

    async fn complete(&self, id: &str) -> Result<(), StoreError> {
        self.with(|seen, now| seen.set(id, now, None));
        Ok(())
    }

    async fn release(&self, id: &str) -> Result<(), StoreError> {
        self.with(|seen, _| {
            // After a lease that ended, another delivery may have been handled: that stays.
            if seen.states.get(id).is_some_and(|state| state.until.is_some()) {
                seen.states.remove(id);
            }
        });
        Ok(())
    }
}

funnelflux_contract::shows! { MemoryStore, |it| length: it.with(|seen, _| seen.states.len()) }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::of_timers;

    const MINUTE: Duration = Duration::from_secs(60);

    fn store(most: usize) -> MemoryStore {
        MemoryStore::new(most, 60 * MINUTE).with_clock(of_timers)
    }

    #[tokio::test(start_paused = true)]
    async fn an_id_is_handled_once_unless_it_is_released_or_its_lease_ends() {
        let store = store(10);
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::New);
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::UnderWay);
        store.release("a").await.unwrap();
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::New);
        tokio::time::advance(MINUTE).await;
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::New, "the lease is over");
        store.complete("a").await.unwrap();
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::Done);
        store.release("a").await.unwrap();
        let claim = store.claim("a", MINUTE).await.unwrap();
        assert_eq!(claim, Claim::Done, "what was handled is not given up");
        tokio::time::advance(60 * MINUTE).await;
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::Done, "kept to the last moment");
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(store.claim("a", MINUTE).await.unwrap(), Claim::New, "the retention is over");
        assert_eq!(store.claim("b", Duration::MAX).await.unwrap(), Claim::New);
        assert_eq!(store.claim("b", MINUTE).await.unwrap(), Claim::UnderWay, "for ever");
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_go_first_and_memory_stays_bounded() {
        let store = store(3);
        for id in 0..1000 {
            let id = id.to_string();
            assert_eq!(store.claim(&id, MINUTE).await.unwrap(), Claim::New);
            store.complete(&id).await.unwrap();
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        for (id, claim) in [("999", Claim::Done), ("997", Claim::Done), ("996", Claim::New)] {
            assert_eq!(store.claim(id, MINUTE).await.unwrap(), claim, "{id}");
        }
        let seen = store.seen.lock().unwrap();
        assert!(seen.states.len() <= 3 && seen.order.len() <= 6, "{}", seen.order.len());
    }

    #[tokio::test(start_paused = true)]
    async fn ids_that_are_released_again_and_again_take_no_memory() {
        let store = store(100);
        store.complete("stays").await.unwrap();
        for round in 0..10_000 {
            store.claim("a", MINUTE).await.unwrap();
            store.release("a").await.unwrap();
            // Some of them in the same instant.
            tokio::time::advance(Duration::from_millis(round % 2)).await;
        }
        assert!(store.seen.lock().unwrap().order.len() <= 12);
        assert_eq!(store.claim("stays", MINUTE).await.unwrap(), Claim::Done);
    }
}
