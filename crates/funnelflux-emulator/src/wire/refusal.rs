//! A refused request: a status and a message that says what was wrong and what would be right.

use http::StatusCode;
use serde_json::json;

use super::reply::Reply;
use crate::options::ErrorShape;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// Seconds or a date, as it stands in the header.
    pub(crate) retry_after: Option<String>,
    /// In the documented shape of the domains' errors, whatever shape the others have.
    described: bool,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None, described: false }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn too_many_requests(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    pub(crate) fn described(mut self) -> Self {
        self.described = true;
        self
    }

    pub(crate) fn with_retry_after(mut self, value: Option<String>) -> Self {
        self.retry_after = value;
        self
    }

    pub(crate) fn into_reply(self, shape: ErrorShape) -> Reply {
        let code = self.status.as_u16();
        let body = match shape {
            _ if self.described => {
                let error = match self.status {
                    StatusCode::UNAUTHORIZED => "invalid_token",
                    _ => "invalid_request",
                };
                json!({"error": error, "error_description": self.message})
            }
            ErrorShape::Nested => json!({"error": {"code": code, "message": self.message}}),
            ErrorShape::Flat => json!({"code": code, "message": self.message}),
        };
        let mut reply = Reply::json(&body);
        reply.status = self.status;
        reply.retry_after = self.retry_after;
        reply
    }
}
