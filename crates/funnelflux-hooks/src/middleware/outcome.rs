use std::time::Duration;

use http::{Response, StatusCode};

use crate::{ReplyBody, reply::reply};

funnelflux_contract::words! {
    /// Why a decision was taken.
    pub enum Reason, "The word for it, as a label of metrics." {
        /// The handler took it.
        Decided = "decided",
        /// The handler was not done in time.
        Late = "late",
        /// The handler answered with an error.
        Failed = "failed",
        /// The handler panicked.
        Panicked = "panicked",
        /// Too many requests were under way.
        Shed = "shed",
        /// The body was too long, came too slowly, broke off, or is no JSON object.
        Unreadable = "unreadable",
    }
}

/// What is told of an answer, without anything of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The key in the answer.
    pub decision: &'static str,
    /// Why it is this one.
    pub reason: Reason,
    /// From the arrival of the request to its answer.
    pub took: Duration,
    /// The part of it in which the handler ran.
    pub handler: Duration,
    /// The time that FunnelFlux would have waited longer, the safety buffer included.
    pub left: Duration,
}

impl Outcome {
    pub(crate) fn trace(&self) {
        let (decision, reason) = (self.decision, self.reason.as_str());
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (took, handler) = (milliseconds(self.took), milliseconds(self.handler));
        let left = milliseconds(self.left);
        macro_rules! tell {
            ($level:ident, $what:literal) => {
                // The histogram of a metrics layer, such as that of `tracing-opentelemetry`.
                tracing::$level!(
                    histogram.took_ms = took,
                    handler_ms = handler,
                    left_ms = left,
                    decision,
                    reason,
                    $what
                )
            };
        }
        match self.reason {
            Reason::Decided => tell!(debug, "answered"),
            _ => tell!(warn, "answered by the fallback"),
        }
    }
}

/// An answer to FunnelFlux.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The body, as JSON.
    pub body: String,
    /// What is told of it.
    pub outcome: Outcome,
}

impl Answer {
    /// The answer: 200 with the body as JSON.
    pub fn into_response(self) -> Response<ReplyBody> {
        reply(StatusCode::OK, "application/json", self.body)
    }
}
