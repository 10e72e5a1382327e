//! One thing that goes wrong, and how often.

use std::time::Duration;

use http::StatusCode;

use crate::options::RetryAfter;

/// Something that goes wrong: once, unless told otherwise by [`times`](Self::times) or
/// [`always`](Self::always).
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
    /// How often it will happen; `None` for ever.
    pub(crate) left: Option<u32>,
}

/// What goes wrong.
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

    /// The request waits this long, then goes on; other faults still apply to it.
    #[must_use]
    pub fn latency(wait: Duration) -> Self {
        Self::new(Kind::Latency(wait))
    }

    /// An answer with that status and a JSON error body. The request is not processed.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self::new(Kind::Status(status, RetryAfter::Absent))
    }

    /// 429. The request is not processed.
    #[must_use]
    pub fn rate_limited(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::TOO_MANY_REQUESTS, retry_after))
    }

    /// 503. The request is not processed.
    #[must_use]
    pub fn unavailable(retry_after: RetryAfter) -> Self {
        Self::new(Kind::Status(StatusCode::SERVICE_UNAVAILABLE, retry_after))
    }

    /// An HTML error page, as a proxy in front of the API would give. The request is not processed.
    #[must_use]
    pub fn html_page(status: StatusCode) -> Self {
        Self::new(Kind::Html(status))
    }

    /// What a report query gets that ran longer than 30 seconds, at once.
    #[must_use]
    pub fn killed_query() -> Self {
        Self::new(Kind::KilledQuery)
    }

    /// The connection is reset before the request is processed: nothing happened.
    #[must_use]
    pub fn lost_request() -> Self {
        Self::new(Kind::LostRequest)
    }

    /// The connection is reset after the request was processed: it happened, but nobody was told.
    #[must_use]
    pub fn lost_answer() -> Self {
        Self::new(Kind::LostAnswer)
    }

    /// The request is processed, and the answer breaks off in the middle of its body. One without a
    /// body promises a byte and breaks off before it.
    #[must_use]
    pub fn truncated_body() -> Self {
        Self::new(Kind::Truncated)
    }

    /// The request is processed, and the answer's body is not JSON, though its header says so.
    #[must_use]
    pub fn garbage_body() -> Self {
        Self::new(Kind::Garbage)
    }

    /// Happens to this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Happens to every request until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }
}
