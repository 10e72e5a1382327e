//! The answer to a write: taken in, not done.

use std::fmt;

use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::http::StatusCode;
use funnelflux_transport::{Error, Response};

/// The server took a write in and queued it; when it is done, nobody says (*documented*).
///
/// Look at a report later to see what came of it.
///
/// ```
/// use funnelflux_reporting::Accepted;
/// use funnelflux_transport::http::StatusCode;
///
/// // As a mock would answer.
/// let accepted = Accepted::new(StatusCode::ACCEPTED).with_request_id("r-1");
/// assert_eq!(accepted.request_id(), Some("r-1"));
/// assert_eq!(accepted.attempts(), 1);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    status: StatusCode,
    request_id: Option<String>,
    attempts: u32,
    body: Bytes,
}

impl Accepted {
    /// An acceptance with this status after one attempt, for mocks.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self { status, request_id: None, attempts: 1, body: Bytes::new() }
    }

    /// The same with the server's id of the request, for mocks.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// The same with a body, for mocks.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The server's id of the request, where it gave one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How often the request was sent. More than once only where an earlier one certainly had no
    /// effect.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What came with the answer, as it came. No data is expected (*documented*).
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Takes an answer of the status family 2xx in.
    ///
    /// One that says `"success": false` is a refusal: domains answer so (*documented*), and bulk
    /// operations of the self-hosted product have the same member (*sibling*).
    pub(crate) fn from_answer(answer: Response<Bytes>) -> Result<Self, Error> {
        let answer = answer.unless_a_page()?;
        if let Some((code, said)) = refusal(&answer) {
            // What the server says goes behind the message, where it is shown without secrets.
            let refused = Error::refused(code, "the server said no");
            return Err(answer.error(refused.with_source(said)));
        }
        Ok(Self {
            status: answer.status(),
            request_id: answer.request_id().map(ToOwned::to_owned),
            attempts: answer.attempts(),
            body: answer.into_inner(),
        })
    }
}

/// Code and message of an answer with `"success": false`, or with errors listed.
fn refusal(body: &[u8]) -> Option<(Option<String>, String)> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let errors = answer.get("errors").and_then(serde_json::Value::as_array);
    if let Some(errors) = errors.filter(|errors| !errors.is_empty()) {
        let first = errors.first().and_then(|error| match error {
            serde_json::Value::String(text) => Some(text.as_str()),
            other => other.get("message")?.as_str(),
        });
        let first = first.map(|first| format!(", the first: {first}")).unwrap_or_default();
        return Some((None, format!("the server lists {} errors{first}", errors.len())));
    }
    if answer.get("success")?.as_bool()? {
        return None;
    }
    let text = |name| Some(answer.get(name)?.as_str()?.to_owned());
    let message = text("error_message").or_else(|| text("message")).or_else(|| text("error"));
    Some((
        text("error_code"),
        message.unwrap_or_else(|| "the server answered `success: false`".to_owned()),
    ))
}

/// The size of the body only.
impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
