//! Writes that came after what a row wrote, and those that the server may not have processed yet.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use funnelflux::id::AssetId;
use funnelflux::transport::{Timer as _, TokioTimer};

use super::super::entry::{Entry, Visits};
use super::{Fate, Kept};
use crate::failure::Failure;
use crate::journal::{self, RunId, State, Step};

/// Writes of costs, by funnel and traffic source, the latest first.
pub(in super::super) type Queue = HashMap<(AssetId, AssetId), Vec<(RunId, Visits)>>;

/// Whether the server may not have processed it yet.
fn is_pending(step: &Step, settled_after: Duration) -> bool {
    let since = TokioTimer.wall().duration_since(step.changed).unwrap_or_default();
    (step.state == State::Accepted || step.state.is_unsettled()) && since < settled_after
}

impl Kept {
    /// The positions of the rows that are not sent again, and that no read has confirmed since the last upload to their
    /// funnel, traffic source and time.
    pub(in super::super) fn unread(&self) -> Result<Vec<usize>, Failure> {
        if self.resend {
            return Ok(Vec::new());
        }
        let mut places = self.places(|fate| matches!(fate, Fate::Accepted | Fate::Idle));
        // By funnel and traffic source: the last write of each time.
        let mut latest: HashMap<_, HashMap<_, _>> = HashMap::new();
        if let Some(book) = self.book.as_ref().filter(|_| !self.confirmed.is_empty()) {
            let visit = |step: Step| {
                let write = (step.run, step.changed);
                if let Some(visits) = Entry::of(&step).and_then(|entry| entry.visits()) {
                    let times = latest.entry(visits.pair).or_default();
                    let known = times.entry((visits.start, visits.end)).or_insert(write);
                    *known = write.max(*known);
                }
            };
            book.each_sent(visit).map_err(journal::unusable)?;
        }
        let is_touched = |(at, run, changed): &&(usize, RunId, SystemTime)| {
            let visits = self.entry(*at).and_then(|entry| entry.visits());
            visits.is_some_and(|it| {
                latest.get(&it.pair).into_iter().flatten().any(|((first, last), (later, then))| {
                    (later > run && then > changed) && (*first < it.end && it.start < *last)
                })
            })
        };
        places.extend(self.confirmed.iter().filter(is_touched).map(|(at, ..)| at));
        places.sort_unstable();
        Ok(places)
    }

    /// The writes of costs that the server may not have processed yet.
    pub(in super::super) fn queue(&self, settled_after: Duration) -> Result<Queue, Failure> {
        let mut queue = Queue::new();
        if let Some(book) = &self.book {
            let visit = |step: Step| {
                let is_pending = is_pending(&step, settled_after);
                let entry = Entry::of(&step).filter(|_| is_pending);
                if let Some(visits) = entry.and_then(|entry| entry.visits()) {
                    queue.entry(visits.pair).or_default().push((step.run, visits));
                }
            };
            book.each_sent(visit).map_err(journal::unusable)?;
        }
        queue.values_mut().for_each(|all| all.sort_by_key(|(run, _)| std::cmp::Reverse(*run)));
        Ok(queue)
    }

    /// Whether a later write to what a row names may not have been processed yet.
    pub(in super::super) fn is_queued(
        &self,
        at: usize,
        queue: &Queue,
        settled_after: Duration,
    ) -> bool {
        let (Some(entry), step) = (self.entry(at), self.step(at)) else { return false };
        let is_other = |step: &&Step| step.digest != entry.digest();
        if step.as_ref().filter(is_other).is_some_and(|step| is_pending(step, settled_after)) {
            return true;
        }
        let (run, visits) = (step.map_or(RunId(0), |step| step.run), entry.visits());
        visits.is_some_and(|visits| {
            let later = queue.get(&visits.pair).into_iter().flatten();
            later.take_while(|(it, _)| *it > run).any(|(_, it)| it.shares(&visits))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::Entries;
    use super::*;
    use crate::commands::push::entry::{CostKey, Value};
    use crate::journal::{Draft, Journal};

    #[test]
    fn a_row_is_read_again_after_a_later_upload_to_its_pair_and_time() {
        let ids = ["2nIemJxCKbFX", "2nIemJxCKbFY", "2n5JuOKWLTzd"].map(|id| id.parse().unwrap());
        let entry = |funnel: usize, hours: [&str; 2], slot: &str, value: &str| {
            let time = |time: &str| format!("2026-03-{time}Z");
            let fields = BTreeMap::from([(slot.to_owned(), vec![value.to_owned()])]);
            let [start, end] = hours.map(time);
            let [funnel, traffic_source] = [ids[funnel], ids[2]];
            let key = CostKey { funnel, traffic_source, start, end, fields };
            let value = Value { amount: "1".to_owned(), ..Value::default() };
            Entry { key: serde_json::to_string(&key).unwrap(), value }
        };
        let day = ["29T00:00:00", "29T23:59:59"];
        let row = entry(0, day, "c1", "a");
        for (other, is_touched) in [
            (entry(0, day, "c2", "x"), true),
            (entry(0, ["29T20:00:00", "29T20:59:59"], "c1", "a"), true),
            (entry(0, ["28T05:00:00", "29T04:59:59"], "c1", "a"), true),
            (entry(0, day, "c1", "b"), true),
            (entry(1, day, "c2", "x"), false),
            (entry(0, ["30T00:00:00", "30T23:59:59"], "c2", "x"), false),
        ] {
            let place = tempfile::tempdir().unwrap();
            let book = Journal::open(place.path().join("j")).unwrap().book("costs", "").unwrap();
            let writer = book.write().unwrap().unwrap();
            let send = |entry: &Entry| {
                let draft = Draft::new(&*entry.key, serde_json::to_string(&entry.value).unwrap());
                let (run, steps) = writer.begin("", [draft]).unwrap();
                writer.sending(&steps).unwrap();
                writer.settle(&steps, State::Accepted, None).unwrap();
                run
            };
            let (run, _) = (send(&row), send(&other));
            let row = row.clone();
            let entries: Entries = Box::new(move |_| Some(row.clone()));
            let (book, entries) = (Some(book), Some(entries));
            let mut kept = Kept { book, entries, ..Kept::default() };
            let mut is = |changed| {
                kept.confirmed = vec![(0, run, changed)];
                !kept.unread().unwrap().is_empty()
            };
            assert_eq!(is(SystemTime::UNIX_EPOCH), is_touched, "{}", other.key);
            // A read after it has seen both.
            assert!(!is(TokioTimer.wall() + Duration::from_secs(9)));
        }
    }
}
