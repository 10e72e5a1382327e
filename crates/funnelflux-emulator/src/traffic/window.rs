//! The visits whose events may fall into a time range.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use funnelflux_transport::Lock;
use serde::{Deserialize, Serialize};

use super::amend::{Overlay, Queue, Selection, Update, Updates};
use super::calls::Postback;
use super::hour::{self, LONGEST_VISIT_HOURS, MILLIS};
use super::visit::{Event, Visit};
use crate::account::{Account, ids};

/// The most cached visits: 52 MB, of 256 bytes each. Pages of raw events read the same hours repeatedly.
const CACHED_VISITS: usize = 200_000;

/// A time range in milliseconds: from `start` up to and including `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) last: i64,
}

impl Window {
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.start <= at && at <= self.last
    }
}

pub(crate) struct Traffic {
    seed: u64,
    visits_per_hour: u32,
    /// The first hour with visits.
    since_hour: i64,
    cache: Lock<Cache>,
    queue: Lock<Queue>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    visits_per_hour: u32,
    since_hour: i64,
    updates: Queue,
}

/// The visits of hours, and how many they are.
type Cache = (BTreeMap<i64, Arc<[Visit]>>, usize);

impl Traffic {
    pub(crate) fn new(seed: u64, visits_per_hour: u32, since_millis: i64) -> Self {
        // The first hour must be whole.
        let since_hour = since_millis.div_euclid(MILLIS) + i64::from(since_millis % MILLIS != 0);
        Self::load(seed, Saved { visits_per_hour, since_hour, updates: Queue::default() })
    }

    pub(crate) fn load(seed: u64, saved: Saved) -> Self {
        let Saved { visits_per_hour, since_hour, updates } = saved;
        let queue = Lock::new(updates);
        Self { seed, visits_per_hour, since_hour, cache: Lock::default(), queue }
    }

    pub(crate) fn save(&self) -> Saved {
        Saved {
            visits_per_hour: self.visits_per_hour,
            since_hour: self.since_hour,
            updates: self.queue.lock().clone(),
        }
    }

    fn hour(&self, hour: i64) -> Arc<[Visit]> {
        if let Some(known) = self.cache.lock().0.get(&hour) {
            return Arc::clone(known);
        }
        // Made outside of the lock. Two clients may make the same hour, with the same result.
        let made: Arc<[Visit]> = hour::visits(self.seed, hour, self.visits_per_hour).into();
        let mut cache = self.cache.lock();
        if cache.1 + made.len() > CACHED_VISITS {
            *cache = Cache::default();
        }
        if cache.0.insert(hour, Arc::clone(&made)).is_none() {
            cache.1 += made.len();
        }
        made
    }

    /// The hours of entrances with events in the window, as known at `now`.
    fn hours(&self, window: Window, now: i64) -> (i64, i64) {
        let first = (window.start.div_euclid(MILLIS) - LONGEST_VISIT_HOURS).max(self.since_hour);
        (first, window.last.min(now).div_euclid(MILLIS))
    }

    /// Queues updates, after applying those that are due, so that the queue is emptied without reports.
    pub(crate) fn push(&self, account: &Account, now: i64, due: i64, updates: Vec<Update>) -> bool {
        self.settle(account, now);
        self.queue.lock().push(due, updates)
    }

    pub(crate) fn updates(&self, account: &Account, now: i64) -> Updates {
        self.settle(account, now);
        self.queue.lock().state()
    }

    /// The traffic as known at `now`, after the updates that are due.
    pub(crate) fn at<'t>(&'t self, account: &'t Account, now: i64) -> View<'t, Arc<Overlay>> {
        View { traffic: self, account, overlay: self.settle(account, now), now }
    }

    /// Applies the updates that are due, in their order.
    fn settle(&self, account: &Account, now: i64) -> Arc<Overlay> {
        let mut queue = self.queue.lock();
        while let Some((now, update)) = queue.due(now) {
            // Cloned only while a running report reads the old one.
            let mut shared = std::mem::take(&mut queue.overlay);
            let overlay = Arc::make_mut(&mut shared);
            match update {
                Update::Cost { window, selection, total } => {
                    let view = View { traffic: self, account, overlay: &*overlay, now };
                    let keys = view.entered(window, &selection);
                    queue.lost_costs += usize::from(!overlay.spread(total, &keys));
                }
                Update::Reset { window, selection } => {
                    let view = View { traffic: self, account, overlay: &*overlay, now };
                    let keys = view.entered(window, &selection);
                    overlay.gone.extend(keys.into_iter().map(|key| (key, now)));
                }
                Update::Conversions(uploads) => {
                    for upload in uploads {
                        let view = View { traffic: self, account, overlay: &*overlay, now };
                        let done = view
                            .whole_visit_of_hit(&upload.hit)
                            .filter(|it| it.hit_id(true).as_ref() == Some(&upload.hit))
                            .filter(|visit| overlay.convert(visit, &upload));
                        queue.lost += usize::from(done.is_none());
                        if let Some(visit) = done {
                            overlay.call(&visit, &upload, now);
                        }
                    }
                }
                Update::CustomEvents => {}
            }
            queue.overlay = shared;
        }
        Arc::clone(&queue.overlay)
    }
}

/// The traffic with the changes of an overlay, as known at a time.
pub(crate) struct View<'t, O> {
    traffic: &'t Traffic,
    account: &'t Account,
    overlay: O,
    now: i64,
}

impl<O: Deref<Target = Overlay>> View<'_, O> {
    /// Shows the visits that may have an event in the window.
    pub(crate) fn each_visit(&self, window: Window, mut see: impl FnMut(&Visit)) {
        let (first, last) = self.traffic.hours(window, self.now);
        for hour in first..=last {
            for visit in self.traffic.hour(hour).iter() {
                if let Some(visit) = self.known(visit) {
                    see(&visit);
                }
            }
        }
    }

    fn known(&self, visit: &Visit) -> Option<Visit> {
        self.overlay.amended(visit)?.known_at(self.now)
    }

    /// The keys of the chosen visits that entered in the window.
    fn entered(&self, window: Window, selection: &Selection) -> Vec<u64> {
        let mut keys = Vec::new();
        self.each_visit(window, |visit| {
            if window.holds(visit.entered) && selection.holds(self.account, visit) {
                keys.push(visit.key);
            }
        });
        keys
    }

    /// The visit of a hit that has happened, with its later events.
    fn whole_visit_of_hit(&self, hit: &str) -> Option<Visit> {
        let at = ids::hit_millis(hit).filter(|at| *at <= self.now)?;
        let (first, last) = self.traffic.hours(Window { start: at, last: at }, self.now);
        (first..=last).find_map(|hour| {
            let visits = self.traffic.hour(hour);
            let mut visits = visits.iter().filter_map(|visit| self.overlay.amended(visit));
            let of_it =
                |visit: &Visit, on_offer| visit.hit_id(on_offer).is_some_and(|id| id == hit);
            visits.find(|visit| of_it(visit, true) || of_it(visit, false))
        })
    }

    pub(crate) fn visit_of_hit(&self, hit: &str) -> Option<Visit> {
        self.whole_visit_of_hit(hit)?.known_at(self.now)
    }

    /// At most `most` postbacks in the window, newest first. A conversion of the traffic has sent its own
    /// even where it was changed or deleted since.
    pub(crate) fn postbacks(&self, window: Window, most: usize) -> Vec<Postback> {
        let mut postbacks = Vec::new();
        let View { traffic, account, now, .. } = *self;
        let untouched = View { traffic, account, overlay: &Overlay::default(), now };
        untouched.newest_first(window, |event| {
            let there =
                self.overlay.gone.get(&event.visit.key).is_none_or(|gone| event.at <= *gone);
            postbacks.extend(Postback::of(event, event.at).filter(|_| there));
            postbacks.len() < most
        });
        let uploaded = self.overlay.sent.values().flatten();
        let uploaded = uploaded.filter(|it| window.holds(it.at) && it.at <= self.now);
        postbacks.extend(uploaded.cloned());
        postbacks.sort_by_key(|it| std::cmp::Reverse(it.at));
        postbacks.truncate(most);
        postbacks
    }

    /// Shows the events in the window, newest first, as long as `see` returns true.
    pub(crate) fn newest_first(&self, window: Window, mut see: impl FnMut(&Event<'_>) -> bool) {
        let (first, last) = self.traffic.hours(window, self.now);
        // The events of an hour come from visits of that hour and of the few before it.
        for hour in (window.start.div_euclid(MILLIS).max(first)..=last).rev() {
            let slice = Window {
                start: window.start.max(hour * MILLIS),
                last: window.last.min(hour * MILLIS + MILLIS - 1),
            };
            let visits: Vec<Visit> = ((hour - LONGEST_VISIT_HOURS).max(first)..=hour)
                .flat_map(|entered| self.traffic.hour(entered).to_vec())
                .filter_map(|visit| self.known(&visit))
                .collect();
            let mut events: Vec<Event<'_>> = visits
                .iter()
                .flat_map(Visit::events)
                .filter(|event| slice.holds(event.at))
                .collect();
            events.sort_unstable_by_key(|event| std::cmp::Reverse((event.at, event.tie())));
            if !events.iter().all(&mut see) {
                return;
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
        traffic.at(&account, i64::MAX).each_visit(window, |_| seen += 1);
        assert!(seen > 2 * CACHED_VISITS, "{seen}");
        assert!(traffic.cache.lock().1 <= CACHED_VISITS);
    }

    #[test]
    fn an_hour_that_is_not_whole_at_the_beginning_has_no_visits() {
        let account = Account::new(1);
        let seen = |since: i64| {
            let window = Window { start: 0, last: 472_002 * MILLIS - 1 };
            let mut first = i64::MAX;
            Traffic::new(1, 40, since)
                .at(&account, i64::MAX)
                .each_visit(window, |visit| first = first.min(visit.entered));
            first.div_euclid(MILLIS)
        };
        assert_eq!(seen(472_000 * MILLIS), 472_000);
        assert_eq!(seen(472_000 * MILLIS + 1), 472_001);
    }
}
