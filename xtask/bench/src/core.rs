//! One core for a client and its server.

/// Holds this thread, and those it starts, to one core until it is dropped.
///
/// With a core for each, the server's has gone to sleep by the time a request comes, and waking it
/// is charged to the client: 22 µs in a virtual machine, more than the whole request, and only when
/// the machine is otherwise idle. On one core a wake-up is a change of threads and costs the same
/// each time.
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
