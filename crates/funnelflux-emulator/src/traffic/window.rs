//! The visits whose events may fall into a time range.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use super::hour::{self, LONGEST_VISIT_HOURS, MILLIS};
use super::visit::{Event, Visit};
use crate::account::Account;

/// Visits kept from hours already made: 52 MB at most, of 256 bytes each. Raw event pages walk the same hours
/// again and again.
const CACHED_VISITS: usize = 200_000;

/// A time range in milliseconds: from `start` up to and including `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) last: i64,
}

impl Window {
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.start <= at && at <= self.last
    }
}

/// All traffic of the account.
#[derive(Debug)]
pub(crate) struct Traffic {
    seed: u64,
    visits_per_hour: u32,
    /// The first hour with visits.
    since_hour: i64,
    cache: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    hours: std::collections::BTreeMap<i64, Arc<[Visit]>>,
    visits: usize,
}

impl Traffic {
    pub(crate) fn new(seed: u64, visits_per_hour: u32, since_millis: i64) -> Self {
        // An hour that is not whole at the beginning has no visits.
        let since_hour = since_millis.div_euclid(MILLIS) + i64::from(since_millis % MILLIS != 0);
        Self { seed, visits_per_hour, since_hour, cache: Mutex::default() }
    }

    fn hour(&self, account: &Account, hour: i64) -> Arc<[Visit]> {
        if let Some(known) = self.lock().hours.get(&hour) {
            return Arc::clone(known);
        }
        // Made outside the lock: two clients may make the same hour, with the same result.
        let made: Arc<[Visit]> =
            hour::visits(account, self.seed, hour, self.visits_per_hour).into();
        let mut cache = self.lock();
        if cache.visits + made.len() > CACHED_VISITS {
            *cache = Cache::default();
        }
        if cache.hours.insert(hour, Arc::clone(&made)).is_none() {
            cache.visits += made.len();
        }
        made
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hours of entrances that matter for a window, as known at `now`.
    fn hours(&self, window: Window, now: i64) -> (i64, i64) {
        let first = (window.start.div_euclid(MILLIS) - LONGEST_VISIT_HOURS).max(self.since_hour);
        (first, window.last.min(now).div_euclid(MILLIS))
    }

    /// Shows every visit that may have an event in the window, as it was known at `now`.
    pub(crate) fn each_visit(
        &self,
        account: &Account,
        window: Window,
        now: i64,
        mut see: impl FnMut(&Visit),
    ) {
        let (first, last) = self.hours(window, now);
        for hour in first..=last {
            for visit in self.hour(account, hour).iter() {
                if let Some(visit) = visit.as_of(now) {
                    see(&visit);
                }
            }
        }
    }

    /// Shows every event in the window, newest first, until told to stop.
    pub(crate) fn newest_first(
        &self,
        account: &Account,
        window: Window,
        now: i64,
        mut see: impl FnMut(&Event<'_>) -> ControlFlow<()>,
    ) {
        let (first, last) = self.hours(window, now);
        // The events of one hour come from the visits of that hour and of the few before it.
        for hour in (window.start.div_euclid(MILLIS).max(first)..=last).rev() {
            let slice = Window {
                start: window.start.max(hour * MILLIS),
                last: window.last.min(hour * MILLIS + MILLIS - 1),
            };
            let visits: Vec<Visit> = ((hour - LONGEST_VISIT_HOURS).max(first)..=hour)
                .flat_map(|entered| self.hour(account, entered).to_vec())
                .filter_map(|visit| visit.as_of(now))
                .collect();
            let mut events: Vec<Event<'_>> = visits
                .iter()
                .flat_map(Visit::events)
                .filter(|event| slice.holds(event.at))
                .collect();
            events.sort_unstable_by_key(|event| std::cmp::Reverse((event.at, event.tie())));
            for event in &events {
                if see(event).is_break() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_within_its_memory() {
        let bytes = size_of::<Visit>();
        assert!(bytes <= 256, "a visit has {bytes} bytes");
        let account = Account::new(1);
        let traffic = Traffic::new(1, 20_000, 0);
        let window = Window { start: 472_000 * MILLIS, last: 472_024 * MILLIS };
        let mut seen = 0;
        traffic.each_visit(&account, window, i64::MAX, |_| seen += 1);
        assert!(seen > 2 * CACHED_VISITS, "{seen}");
        assert!(traffic.lock().visits <= CACHED_VISITS);
    }

    #[test]
    fn an_hour_that_is_not_whole_at_the_beginning_has_no_visits() {
        let account = Account::new(1);
        let seen = |since: i64| {
            let window = Window { start: 0, last: 472_002 * MILLIS - 1 };
            let mut first = i64::MAX;
            Traffic::new(1, 40, since)
                .each_visit(&account, window, i64::MAX, |visit| first = first.min(visit.entered));
            first.div_euclid(MILLIS)
        };
        assert_eq!(seen(472_000 * MILLIS), 472_000);
        assert_eq!(seen(472_000 * MILLIS + 1), 472_001);
    }
}
