//! One fault, and how often it happens.

use std::time::Duration;

use http::StatusCode;

use crate::options::RetryAfter;

/// An injected fault. It happens once, unless [`times`](Self::times) or [`always`](Self::always) is
/// called.
///
/// ```
/// use std::time::Duration;
/// use funnelflux_emulator::{Fault, RetryAfter};
///
/// let twice_too_fast = Fault::rate_limited(RetryAfter::Seconds(1)).times(2);
/// let slow_from_now_on = Fault::latency(Duration::from_millis(200)).always();
/// # let _ = (twice_too_fast, slow_from_now_on);
/// ```
#[derive(Debug, Clone)]
pub struct Fault {
    pub(crate) kind: Kind,
    /// How often it will happen; `None` means always.
    pub(crate) left: Option<u32>,
}

/// The kind of a fault.
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
    #[must_use]
    pub fn latency(wait: Duration) -> Self {
        Self::new(Kind::Latency(wait))
    }

    /// Answers with a status and a JSON error body. The request is not processed.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self::new(Kind::Status(status, RetryAfter::Absent))
    }

    /// Answers 429. The request is not processed.
    #[must_use]
    pub fn rate_limited(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::TOO_MANY_REQUESTS, retry_after))
    }

    /// Answers 503. The request is not processed.
    #[must_use]
    pub fn unavailable(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::SERVICE_UNAVAILABLE, retry_after))
    }

    /// Answers with an HTML error page, as a proxy in front of the API does. The request is not
    /// processed.
    #[must_use]
    pub fn html_page(status: StatusCode) -> Self {
        Self::new(Kind::Html(status))
    }

    /// Answers at once as to a report query that ran longer than 30 seconds.
    #[must_use]
    pub fn killed_query() -> Self {
        Self::new(Kind::KilledQuery)
    }

    /// Resets the connection before the request is processed.
    #[must_use]
    pub fn lost_request() -> Self {
        Self::new(Kind::LostRequest)
    }

    /// Resets the connection after the request was processed. The client cannot know that it was.
    #[must_use]
    pub fn lost_answer() -> Self {
        Self::new(Kind::LostAnswer)
    }

    /// Processes the request, and cuts the answer in the middle of its body. An empty answer promises a
    /// byte that never comes.
    #[must_use]
    pub fn truncated_body() -> Self {
        Self::new(Kind::Truncated)
    }

    /// Processes the request, and answers with a body that is not JSON although its header says so.
    #[must_use]
    pub fn garbage_body() -> Self {
        Self::new(Kind::Garbage)
    }

    /// Applies the fault to this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Applies the fault to every request until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }
}
