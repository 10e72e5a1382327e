//! The pending faults.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::fault::{Fault, Kind};
use crate::lock::Lock;
use crate::table;

/// The pending faults of an emulator, in the order they were pushed.
///
/// A request takes the first fault for its operation, and all latencies pushed before that one.
///
/// ```
/// use funnelflux_emulator::{Emulator, Fault, RetryAfter};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().build()?;
/// emulator.faults().push(Fault::rate_limited(RetryAfter::Seconds(1)));
/// emulator.faults().push_for("reporting.drilldown", Fault::truncated_body().times(2))?;
/// assert_eq!(emulator.faults().pending(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Faults(Lock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    armed: Vec<Armed>,
    fired: u64,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    operation: Option<&'static str>,
}

/// The faults of one request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) latency: Duration,
    pub(crate) kind: Option<Kind>,
}

impl Faults {
    /// Adds a fault for every operation.
    pub fn push(&self, fault: Fault) {
        self.0.lock().armed.push(Armed { fault, operation: None });
    }

    /// Adds a fault for one operation, by its id.
    ///
    /// # Errors
    ///
    /// When the emulator has no such operation. A fault that never happens would make a test pass for
    /// the wrong reason.
    pub fn push_for(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        let operation = table::operations()
            .map(|known| known.id())
            .find(|id| *id == operation)
            .ok_or_else(|| UnknownOperation(operation.to_owned()))?;
        self.0.lock().armed.push(Armed { fault, operation: Some(operation) });
        Ok(())
    }

    /// Removes every fault.
    pub fn clear(&self) {
        self.0.lock().armed.clear();
    }

    /// The number of pending faults. A repeated one counts once.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.0.lock().armed.len()
    }

    /// The number of faults that have happened.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.0.lock().fired
    }

    /// Takes the faults of the next request of that operation.
    pub(crate) fn take(&self, operation: &str) -> Plan {
        let mut inner = self.0.lock();
        let mut plan = Plan::default();
        let mut fired = 0;
        for armed in &mut inner.armed {
            if armed.operation.is_some_and(|meant| meant != operation)
                || armed.fault.left == Some(0)
            {
                continue;
            }
            if let Some(left) = &mut armed.fault.left {
                *left -= 1;
            }
            fired += 1;
            match &armed.fault.kind {
                Kind::Latency(wait) => plan.latency = plan.latency.saturating_add(*wait),
                other => {
                    plan.kind = Some(other.clone());
                    break;
                }
            }
        }
        inner.fired += fired;
        inner.armed.retain(|armed| armed.fault.left != Some(0));
        plan
    }
}

/// The error for a fault of an operation that the emulator does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOperation(String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = table::operations().map(|known| known.id()).collect();
        write!(
            f,
            "the emulator has no operation {:?}; known are {}",
            self.0,
            crate::wire::fields::list(&known)
        )
    }
}

impl Error for UnknownOperation {}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const DRILLDOWN: &str = "reporting.drilldown";
    const HITS: &str = "reporting.hits";

    #[test]
    fn a_fault_happens_as_often_as_its_count() {
        let faults = Faults::default();
        faults.push(Fault::lost_request().times(2));
        faults.push(Fault::garbage_body());
        assert!(matches!(faults.take(HITS).kind, Some(Kind::LostRequest)));
        assert!(matches!(faults.take(DRILLDOWN).kind, Some(Kind::LostRequest)));
        assert!(matches!(faults.take(HITS).kind, Some(Kind::Garbage)));
        assert!(faults.take(HITS).kind.is_none());
        assert_eq!((faults.fired(), faults.pending()), (3, 0));
    }

    #[test]
    fn latency_adds_to_the_fault_that_follows() {
        let faults = Faults::default();
        faults.push(Fault::latency(Duration::from_secs(2)).always());
        faults.push(Fault::latency(Duration::from_secs(3)));
        faults.push(Fault::status(StatusCode::BAD_GATEWAY));
        let plan = faults.take(HITS);
        assert_eq!(plan.latency, Duration::from_secs(5));
        assert!(matches!(plan.kind, Some(Kind::Status(StatusCode::BAD_GATEWAY, _))));
        let next = faults.take(HITS);
        assert_eq!(next.latency, Duration::from_secs(2));
        assert!(next.kind.is_none());
    }

    #[test]
    fn a_fault_for_one_operation_leaves_the_others_alone() {
        let faults = Faults::default();
        faults.push_for(DRILLDOWN, Fault::truncated_body()).unwrap();
        assert!(faults.take(HITS).kind.is_none());
        assert!(matches!(faults.take(DRILLDOWN).kind, Some(Kind::Truncated)));
        let error = faults.push_for("reporting.dril", Fault::lost_answer()).unwrap_err();
        assert!(error.to_string().contains("`reporting.drilldown`"), "{error}");
    }
}
