use std::time::{Duration, Instant};

use funnelflux_model::hooks::MiddlewareRequest;

use super::{Answer, Deadline, Decision, MiddlewareNode, Reason};

/// A request to a middleware node that was authenticated, and has to be answered.
#[must_use = "a visitor waits for the answer"]
pub struct Question<D> {
    pub(crate) node: MiddlewareNode<D>,
    pub(crate) request: MiddlewareRequest,
    pub(crate) deadline: Deadline,
    pub(crate) arrived: Instant,
    pub(crate) time: Duration,
    pub(crate) is_readable: bool,
}

impl<D: Decision> Question<D> {
    /// The body. Each of its members may be missing (*documented*), and all of them if it could not be read.
    pub fn request(&self) -> &MiddlewareRequest {
        &self.request
    }

    /// When the fallback goes out.
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Whether the body could be read. If not, every answer is the fallback.
    pub fn is_readable(&self) -> bool {
        self.is_readable
    }

    /// Answers: with the decision if it is one, comes in time, and the body could be read; else with the
    /// fallback.
    pub fn answer<E>(self, decision: Result<D, E>) -> Answer {
        let handler = self.time_since_arrival();
        self.close(decision.map_err(|_| Reason::Failed), handler)
    }

    pub(crate) fn time_since_arrival(&self) -> Duration {
        (self.node.clock)().saturating_duration_since(self.arrived)
    }

    pub(crate) fn close(self, decision: Result<D, Reason>, handler: Duration) -> Answer {
        let decision = match decision {
            _ if !self.is_readable => Err(Reason::Unreadable),
            Ok(_) if self.deadline.is_over() => Err(Reason::Late),
            decision => decision,
        };
        self.node.answer(decision, self.arrived, self.time, handler)
    }
}

funnelflux_contract::shows! { Question<D>, |it| request: it.request, deadline: it.deadline }
