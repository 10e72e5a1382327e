//! Two clocks, one core, and what was measured in turns.

use std::collections::BTreeMap;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use rustix::time::{ClockId, clock_gettime};

/// The CPU time that this thread has used, in the program and in the kernel. It does not count
/// while the thread waits or another one has its core, so a busy machine disturbs it little.
pub(crate) fn thread_cpu() -> Duration {
    // The time since the start of a thread is never negative.
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// The CPU time of all processes that this one started and waited for, and of theirs.
pub(crate) fn children_cpu() -> nix::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let used = usage.user_time() + usage.system_time();
    Ok(Duration::from_micros(used.num_microseconds().unsigned_abs()))
}

/// The time on the wall, from any origin: for what several threads do at once.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the real time")]
pub(crate) fn wall() -> std::time::Instant {
    std::time::Instant::now()
}

/// Holds this thread, and those it starts, to one core until it is dropped. With a core for each, the
/// server's sleeps by the time a request comes, and waking it is charged to the client: 22 µs in a
/// virtual machine, more than the whole request, and only on an idle machine. On one core a wake-up is a
/// change of threads and costs the same each time.
pub(crate) struct OneCore {
    #[cfg(target_os = "linux")]
    before: Option<rustix::thread::CpuSet>,
}

impl OneCore {
    #[cfg(target_os = "linux")]
    pub(crate) fn hold() -> Self {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
        let before = sched_getaffinity(None).ok();
        let mut one = CpuSet::new();
        one.set(sched_getcpu());
        // Where it is forbidden the numbers are merely less steady.
        let held = sched_setaffinity(None, &one).is_ok();
        Self { before: before.filter(|_| held) }
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn hold() -> Self {
        Self {}
    }
}

#[cfg(target_os = "linux")]
impl Drop for OneCore {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = rustix::thread::sched_setaffinity(None, before);
        }
    }
}

/// What was measured of each case, round by round.
#[derive(Debug, Default)]
pub(crate) struct Samples(BTreeMap<&'static str, Vec<f64>>);

impl Samples {
    pub(crate) fn add(&mut self, case: &'static str, value: f64) {
        self.0.entry(case).or_default().push(value);
    }

    fn of(&self, case: &str) -> &[f64] {
        self.0.get(case).map_or(&[], Vec::as_slice)
    }

    /// The least: what the work costs when nothing disturbs it.
    pub(crate) fn min(&self, case: &str) -> f64 {
        self.of(case).iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn median(&self, case: &str) -> f64 {
        median(self.of(case).to_vec())
    }

    /// The median over `base`, each round over its own: what disturbs a whole round falls out.
    pub(crate) fn median_ratio(&self, case: &str, base: &str) -> f64 {
        median(self.of(case).iter().zip(self.of(base)).map(|(a, b)| a / b).collect())
    }

    pub(crate) fn min_ratio(&self, case: &str, base: &str) -> f64 {
        self.min(case) / self.min(base)
    }

    pub(crate) fn ratios(&self, case: &str, base: &str) -> [(&'static str, f64); 2] {
        [("median", self.median_ratio(case, base)), ("min", self.min_ratio(case, base))]
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2) + at(values.len().saturating_sub(1) / 2)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_odd_and_of_an_even_count() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![9.0, 1.0, 2.0, 4.0]), 3.0);
        assert!(Samples::default().median("none").is_nan());
    }

    #[test]
    fn a_round_in_which_all_were_slow_does_not_change_the_ratio() {
        let mut samples = Samples::default();
        for value in [10.0, 10.0, 100.0] {
            samples.add("base", value);
            samples.add("twice", 2.0 * value);
        }
        assert_eq!(samples.ratios("twice", "base"), [("median", 2.0), ("min", 2.0)]);
    }
}
