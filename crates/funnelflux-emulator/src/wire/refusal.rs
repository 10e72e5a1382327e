//! A refused request: a status and a message that says what was wrong and what would be right.

use http::{HeaderName, StatusCode, header};
use serde_json::{Value, json};

use super::{Reply, describe};
use crate::clock::Clock;
use crate::options::{ErrorShape, RetryAfter};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    header: Option<(HeaderName, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), header: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The refusal of the value at a place, which the message shows.
    pub(crate) fn wrong(at: &str, value: &Value, right: &str) -> Self {
        Self::bad_request(format!("`{at}` is {}; expected {right}", describe(value)))
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn too_many_requests(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(crate) fn with_retry_after(self, after: RetryAfter, clock: &Clock) -> Self {
        let value = match after {
            RetryAfter::Absent => return self,
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::DateIn(seconds) => clock.http_date_in(seconds),
        };
        self.with_header(header::RETRY_AFTER, value)
    }

    pub(crate) fn into_reply(self, shape: ErrorShape) -> Reply {
        let body = json!({"code": self.status.as_u16(), "message": self.message});
        self.with_body(&match shape {
            ErrorShape::Nested => json!({"error": body}),
            ErrorShape::Flat => body,
        })
    }

    /// The answer in the documented shape of the domains' errors.
    pub(crate) fn into_described_reply(self) -> Reply {
        let error = match self.status {
            StatusCode::UNAUTHORIZED => "invalid_token",
            _ => "invalid_request",
        };
        let body = json!({"error": error, "error_description": self.message});
        self.with_body(&body)
    }

    fn with_body(self, body: &Value) -> Reply {
        Reply { status: self.status, header: self.header, ..Reply::json(body) }
    }
}
