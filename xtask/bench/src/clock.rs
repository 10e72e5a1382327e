//! The two clocks of a benchmark.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time that this thread has used, in the program and in the kernel. It does not count
/// while the thread waits or another one has its core, so a busy machine disturbs it little.
pub(crate) fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

/// The time on the wall, from any origin: for what several threads do at once.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the real time")]
pub(crate) fn wall() -> std::time::Instant {
    std::time::Instant::now()
}
