//! Injected faults.

use std::time::Duration;

use funnelflux_contract::Operation;
use funnelflux_transport::Lock;
use http::StatusCode;

use crate::options::RetryAfter;
use crate::table;

/// An injected fault. It happens once, unless [`times`](Self::times) or [`always`](Self::always) is
/// called. [`Faults`] shows one.
#[derive(Debug, Clone)]
#[must_use = "a fault happens only where it is pushed"]
pub struct Fault {
    kind: Kind,
    /// How often it will happen; `None` means always.
    left: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Latency(Duration),
    Status(StatusCode, RetryAfter),
    Html(StatusCode),
    KilledQuery,
    LostRequest,
    LostAnswer,
    Truncated,
    Garbage,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, left: Some(1) }
    }

    /// Delays the request. Other faults still apply to it.
    pub fn latency(wait: Duration) -> Self {
        Self::new(Kind::Latency(wait))
    }

    /// Answers with a status and a JSON error body. The request is not processed.
    pub fn status(status: StatusCode) -> Self {
        Self::new(Kind::Status(status, RetryAfter::Absent))
    }

    /// Answers 429. The request is not processed.
    pub fn rate_limited(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::TOO_MANY_REQUESTS, retry_after))
    }

    /// Answers 503. The request is not processed.
    pub fn unavailable(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::SERVICE_UNAVAILABLE, retry_after))
    }

    /// Answers with an HTML error page, as a proxy before the API does. The request is not processed.
    pub fn html_page(status: StatusCode) -> Self {
        Self::new(Kind::Html(status))
    }

    /// Answers at once as to a report query that ran longer than 30 seconds.
    pub fn killed_query() -> Self {
        Self::new(Kind::KilledQuery)
    }

    /// Resets the connection before the request is processed.
    pub fn lost_request() -> Self {
        Self::new(Kind::LostRequest)
    }

    /// Resets the connection after the request was processed. The client cannot know that it was.
    pub fn lost_answer() -> Self {
        Self::new(Kind::LostAnswer)
    }

    /// Processes the request, and cuts the answer in the middle of its body. An empty answer promises a
    /// byte that never comes.
    pub fn truncated_body() -> Self {
        Self::new(Kind::Truncated)
    }

    /// Processes the request, and answers with a body that is not JSON although its header says so.
    pub fn garbage_body() -> Self {
        Self::new(Kind::Garbage)
    }

    funnelflux_contract::setters! {
        /// Applies the fault to this many requests.
        fn times(times: u32) => left = Some(times);
        /// Applies the fault to every request until the faults are cleared.
        fn always() => left = None;
    }
}

/// The pending faults of an emulator, in the order they were pushed. A request takes the first fault for
/// its operation, and all latencies pushed before that one.
///
/// ```
/// use funnelflux_emulator::{Emulator, Fault, RetryAfter};
///
/// let emulator = Emulator::builder().build()?;
/// emulator.faults().push(Fault::rate_limited(RetryAfter::Seconds(1)).always());
/// emulator.faults().push_for("reporting.drilldown", Fault::truncated_body().times(2))?;
/// assert_eq!(emulator.faults().pending(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Faults(Lock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Each with the operation that it is for; `None` means all.
    armed: Vec<(Fault, Option<&'static str>)>,
    fired: u64,
}

impl Faults {
    /// Adds a fault for every operation.
    pub fn push(&self, fault: Fault) {
        self.0.lock().armed.push((fault, None));
    }

    /// Adds a fault for one operation, by its id.
    ///
    /// # Errors
    /// When the emulator has no such operation. A fault that never happens would make a test pass for
    /// the wrong reason.
    pub fn push_for(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        let operation = Operation::all()
            .map(|known| known.id())
            .find(|id| *id == operation)
            .ok_or_else(|| UnknownOperation(operation.to_owned()))?;
        self.0.lock().armed.push((fault, Some(operation)));
        Ok(())
    }

    /// Removes every fault.
    pub fn clear(&self) {
        self.0.lock().armed.clear();
    }

    /// The number of pending faults. A repeated one counts once.
    pub fn pending(&self) -> usize {
        self.0.lock().armed.len()
    }

    /// The number of faults that have happened.
    pub fn fired(&self) -> u64 {
        self.0.lock().fired
    }

    /// Takes the faults of the next request of that operation: a latency, and perhaps one more.
    pub(crate) fn take(&self, operation: &str) -> (Duration, Option<Kind>) {
        let mut inner = self.0.lock();
        let (mut latency, mut kind) = (Duration::ZERO, None);
        let mut fired = 0;
        for (fault, meant) in &mut inner.armed {
            if kind.is_some() || meant.is_some_and(|meant| meant != operation) {
                continue;
            }
            match &mut fault.left {
                Some(0) => continue,
                Some(left) => *left -= 1,
                None => {}
            }
            fired += 1;
            match &fault.kind {
                Kind::Latency(wait) => latency = latency.saturating_add(*wait),
                other => kind = Some(other.clone()),
            }
        }
        inner.fired += fired;
        inner.armed.retain(|(fault, _)| fault.left != Some(0));
        (latency, kind)
    }
}

/// The error for a fault of an operation that the emulator does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOperation(String);

funnelflux_contract::formats! {
    Error for UnknownOperation, |it, f| {
        let near = table::nearest(&it.0);
        write!(f, "the emulator has no operation {:?}; the nearest are {near}", it.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRILLDOWN: &str = "reporting.drilldown";
    const HITS: &str = "reporting.hits";

    #[test]
    fn a_fault_happens_as_often_as_its_count() {
        let faults = Faults::default();
        faults.push(Fault::lost_request().times(2));
        faults.push(Fault::garbage_body());
        assert!(matches!(faults.take(HITS).1, Some(Kind::LostRequest)));
        assert!(matches!(faults.take(DRILLDOWN).1, Some(Kind::LostRequest)));
        assert!(matches!(faults.take(HITS).1, Some(Kind::Garbage)));
        assert!(faults.take(HITS).1.is_none());
        assert_eq!((faults.fired(), faults.pending()), (3, 0));
    }

    #[test]
    fn latency_adds_to_the_fault_that_follows() {
        let faults = Faults::default();
        faults.push(Fault::latency(Duration::from_secs(2)).always());
        faults.push(Fault::latency(Duration::from_secs(3)));
        faults.push(Fault::status(StatusCode::BAD_GATEWAY));
        let (latency, kind) = faults.take(HITS);
        assert_eq!(latency, Duration::from_secs(5));
        assert!(matches!(kind, Some(Kind::Status(StatusCode::BAD_GATEWAY, _))));
        let (latency, kind) = faults.take(HITS);
        assert_eq!(latency, Duration::from_secs(2));
        assert!(kind.is_none());
    }

    #[test]
    fn a_fault_for_one_operation_leaves_the_others_alone() {
        let faults = Faults::default();
        faults.push_for(DRILLDOWN, Fault::truncated_body()).unwrap();
        assert!(faults.take(HITS).1.is_none());
        assert!(matches!(faults.take(DRILLDOWN).1, Some(Kind::Truncated)));
        let error = faults.push_for("reporting.dril", Fault::lost_answer()).unwrap_err();
        assert!(error.to_string().contains("`reporting.drilldown`"), "{error}");
    }
}
