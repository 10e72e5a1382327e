//! Answers before they become HTTP responses, and refusals, whose message says what would be right.

use std::fmt::Display;

use bytes::Bytes;
use http::{HeaderName, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

use super::describe;
use crate::clock::Clock;
use crate::options::{ErrorShape, RetryAfter};

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) header: Option<(HeaderName, String)>,
    pub(crate) body: Bytes,
    pub(crate) wire: Wire,
}

/// What happens to an answer below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Whole,
    /// The connection is reset before the answer.
    Reset,
    /// The connection is closed in the middle of the body.
    Cut,
}

impl Reply {
    /// A 200 with a JSON body.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        // No body has a part that can fail.
        Self::text(serde_json::to_vec(body).unwrap_or_default())
    }

    /// A 200 whose body is JSON text, or empty.
    pub(crate) fn text(body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, "application/json", body)
    }

    pub(crate) fn new(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let (header, body, wire) = (None, body.into(), Wire::Whole);
        Self { status, content_type: kind, header, body, wire }
    }
}

pub(crate) type Result<T, E = Refusal> = std::result::Result<T, E>;

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

    /// The refusal of a member, by its place, its fault and what would be right.
    pub(crate) fn at(at: &str, fault: impl Display, right: impl Display) -> Self {
        Self::bad_request(format!("`{at}` {fault}; expected {right}"))
    }

    /// The refusal of the value at a place, which the message shows.
    pub(crate) fn wrong(at: &str, value: &Value, right: impl Display) -> Self {
        Self::at(at, format_args!("is {}", describe(value)), right)
    }

    pub(crate) fn parameter(name: &str, fault: impl Display, right: impl Display) -> Self {
        Self::bad_request(format!("the query parameter `{name}` {fault}; expected {right}"))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
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

    /// The answer; without a shape in that of the domains' errors, which is documented.
    pub(crate) fn into_reply(self, shape: Option<ErrorShape>) -> Reply {
        let Self { status, message, header } = self;
        let body = json!({"code": status.as_u16(), "message": message});
        let body = match shape {
            Some(ErrorShape::Nested) => json!({"error": body}),
            Some(ErrorShape::Flat) => body,
            None if status == StatusCode::UNAUTHORIZED => {
                json!({"error": "invalid_token", "error_description": message})
            }
            None => json!({"error": "invalid_request", "error_description": message}),
        };
        Reply { status, header, ..Reply::json(&body) }
    }
}

/// The most violations in a message. A funnel may have a thousand broken nodes.
const MOST_SHOWN: usize = 20;

#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Refusal>);

impl Violations {
    pub(crate) fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Notes the value at a place, which the message shows, unless it is right.
    pub(crate) fn check(&mut self, is_right: bool, at: &str, value: &Value, right: &str) {
        if !is_right {
            self.add(Refusal::wrong(at, value, right));
        }
    }

    /// The value, or `otherwise` where it was refused, so that the check goes on.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T>, otherwise: T) -> T {
        outcome.unwrap_or_else(|refusal| {
            self.add(refusal);
            otherwise
        })
    }

    /// Joins the violations. A single one keeps its own message.
    pub(crate) fn finish(self) -> Result<()> {
        let count = self.0.len();
        let mut all = self.0.into_iter();
        let Some(mut first) = all.next() else { return Ok(()) };
        if count > 1 {
            let mut message = format!("{count} things are wrong: (1) {}", first.message);
            for (number, other) in (2..=MOST_SHOWN).zip(all) {
                message.push_str(&format!("; ({number}) {}", other.message));
            }
            if count > MOST_SHOWN {
                message.push_str(&format!("; and {} more", count - MOST_SHOWN));
            }
            first.message = message;
        }
        Err(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(count: usize) -> String {
        let mut wrong = Violations::default();
        for number in 0..count {
            wrong.add(Refusal::bad_request(format!("`n{number}` is bad; expected good")));
        }
        wrong.finish().map_or_else(|refusal| refusal.message, |()| String::new())
    }

    #[test]
    fn one_violation_keeps_its_message_and_several_are_numbered() {
        assert_eq!(message(0), "");
        assert_eq!(message(1), "`n0` is bad; expected good");
        assert_eq!(
            message(2),
            "2 things are wrong: (1) `n0` is bad; expected good; (2) `n1` is bad; expected good"
        );
        let many = message(1000);
        assert!(many.starts_with("1000 things") && many.ends_with("; and 980 more"), "{many}");
        assert!(many.contains("(20) `n19`") && !many.contains("`n20`"), "{many}");
    }
}
