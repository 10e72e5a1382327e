//! The answer to a write that the server accepted.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::request::CallBuilder;
use crate::response::Response;

/// A write that the server accepted. Some writes are queued (*documented*), and the shape of the answer is
/// unknown, so it is kept unchanged.
///
/// ```
/// use funnelflux_transport::{http::StatusCode, Accepted};
///
/// // As a mock would answer.
/// let accepted = Accepted::new(StatusCode::ACCEPTED).with_request_id("r-1");
/// assert_eq!(accepted.request_id.as_deref(), Some("r-1"));
/// assert_eq!(accepted.attempts, 1);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The HTTP status.
    pub status: StatusCode,
    /// The server's id of the request, where it gave one.
    pub request_id: Option<String>,
    /// The number of times that the request was sent: above 1 only where earlier attempts had no effect.
    pub attempts: u32,
    /// The body of the answer, unchanged; may be empty.
    pub body: Bytes,
}

impl Accepted {
    /// An acceptance with this status after one attempt, for mocks.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self { status, request_id: None, attempts: 1, body: Bytes::new() }
    }

    funnelflux_contract::setters! {
        /// Adds the server's id of the request, for mocks.
        fn with_request_id(id: impl Into<String>) => request_id = Some(id.into());
        /// Adds a body, for mocks.
        fn with_body(body: impl Into<Bytes>) => body = body.into();
    }

    /// The body of the answer as text; may be empty.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body of the answer as a value, if it is JSON of that shape.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A member of the answer that is text, such as the id of a copy.
    pub fn member(&self, name: &str) -> Option<String> {
        self.read::<serde_json::Value>()?.get(name)?.as_str().map(ToOwned::to_owned)
    }
}

funnelflux_contract::formats! {
    /// The size of the body only: an answer may repeat what was sent.
    Debug for Accepted, |it, f| f.debug_struct("Accepted")
        .field("status", &it.status)
        .field("request_id", &it.request_id)
        .field("attempts", &it.attempts)
        .field("body_bytes", &it.body.len())
        .finish()
}

impl CallBuilder<'_> {
    /// Sends a write, as [`send`](Self::send) does, which finds a refusal in the answer.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_write(self) -> Result<Response<Accepted>, Error> {
        let answer = self.send().await?;
        let (status, attempts) = (answer.status(), answer.attempts());
        let request_id = answer.request_id().map(ToOwned::to_owned);
        Ok(answer.map(|body| Accepted { status, request_id, attempts, body }))
    }
}
