//! The answers to writes: accepted, or a refusal inside a normal answer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::response::Response;

/// The most reasons of a refusal that an error lists.
const MOST_REASONS: usize = 5;

/// The members of an answer that only reports on a write. An object with any other member is an
/// object of its own, and may have a member `errors` too.
const REPORT: [&str; 8] =
    ["success", "processed", "errors", "message", "error_message", "error_code", "code", "status"];

/// A write that the server accepted. Some writes are queued (*documented*), and the shape of the
/// answer is unknown, so it is kept unchanged.
///
/// ```
/// use funnelflux_transport::{http::StatusCode, Accepted};
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

    /// Adds the server's id of the request, for mocks.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Adds a body, for mocks.
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

    /// The number of times that the request was sent. More than once only where an earlier attempt
    /// certainly had no effect.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body of the answer, unchanged; may be empty.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body of the answer as text; may be empty.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body of the answer as a value, if it is JSON of that shape.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A member of the answer that is text, such as the id of a copy.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<String> {
        members(&self.body)?.read(name)
    }
}

/// The size of the body only: an answer may repeat what was sent.
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

impl Response<Bytes> {
    /// Takes the answer to a write: accepted, unless it is a web page or says no.
    ///
    /// # Errors
    /// [`Error::is_refused`] or [`Error::is_not_found`] for [a no inside the
    /// answer](Error::refusal_in); [`Error::is_decode`], [ambiguous](Error::is_ambiguous), for a
    /// web page.
    pub fn accepted(self) -> Result<Response<Accepted>, Error> {
        let answer = self.unless_a_page()?;
        if let Some(refusal) = Error::refusal_in(&answer) {
            return Err(answer.error(refusal));
        }
        let (status, attempts) = (answer.status(), answer.attempts());
        let request_id = answer.request_id().map(ToOwned::to_owned);
        Ok(answer.map(|body| Accepted { status, request_id, attempts, body }))
    }
}

impl Error {
    /// Finds the refusal inside a normal answer: `success: false`, a list of errors,
    /// `{"error": {"code", "message"}}` or `{"code", "message"}` (all *sibling*). An answer that says
    /// `success: true` and lists errors is one too: the server took a part and refused the rest.
    #[must_use]
    pub fn refusal_in(answer: &[u8]) -> Option<Self> {
        let answer = members(answer)?;
        if let Some(error) = answer.read::<Members<'_>>("error") {
            return Some(coded(&error));
        }
        // A script has a text member `code`, and a code below 400 is how some servers report success.
        if matches!(answer.read::<i64>("code"), Some(400..)) && answer.0.contains_key("message") {
            return Some(coded(&answer));
        }
        let success = answer.read::<bool>("success");
        let errors = answer.read::<Vec<&RawValue>>("errors").unwrap_or_default();
        let only_reports = answer.0.keys().all(|name| REPORT.contains(&&**name));
        let lists_errors = !errors.is_empty() && (success.is_some() || only_reports);
        if success != Some(false) && !lists_errors {
            return None;
        }
        let code = answer.read::<String>("error_code");
        let text = ["error_message", "message", "error"].into_iter().find_map(|m| answer.read(m));
        let mut reasons: Vec<String> = code.clone().into_iter().chain(text).collect();
        if !errors.is_empty() {
            reasons.push(format!(
                "{} error{}",
                errors.len(),
                if errors.len() == 1 { "" } else { "s" }
            ));
        }
        reasons.extend(errors.iter().take(MOST_REASONS).map(|error| reason(error)));
        if errors.len() > MOST_REASONS {
            reasons.push(format!("and {} more", errors.len() - MOST_REASONS));
        }
        let refusal = Self::refused(
            code,
            match success {
                Some(true) => "the server took some of it in and refused the rest",
                Some(false) => "the server said no (`success: false`)",
                None => "the server said no",
            },
        );
        // The server's words go into the source, which is shown without secrets.
        Some(if reasons.is_empty() { refusal } else { refusal.with_source(reasons.join("; ")) })
    }
}

/// The members of a JSON object, unread.
#[derive(Deserialize)]
struct Members<'a>(#[serde(borrow)] HashMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }
}

fn members(json: &[u8]) -> Option<Members<'_>> {
    serde_json::from_slice(json).ok()
}

/// Reads an error that is an object with a code, that of HTTP as far as is known.
fn coded(error: &Members<'_>) -> Error {
    let code = error.0.get("code").map(|code| code.get().trim_matches('"').to_owned());
    let refusal = if code.as_deref() == Some("404") {
        Error::not_found("the server says that there is no such thing")
    } else {
        Error::refused(code, "the server said no")
    };
    match error.read::<String>("message") {
        Some(message) => refusal.with_source(message),
        None => refusal,
    }
}

/// Reads an error of the list: a text, or an object with a message.
fn reason(error: &RawValue) -> String {
    let json = error.get();
    let text = serde_json::from_str(json).ok().or_else(|| {
        let object = members(json.as_bytes())?;
        ["message", "error_message", "error"].into_iter().find_map(|name| object.read(name))
    });
    // The other members are unknown, so they are not shown.
    text.unwrap_or_else(|| "an error without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(answer: &str) -> String {
        let error = Error::refusal_in(answer.as_bytes()).unwrap();
        assert!(error.is_refused(), "{error}");
        error.to_string()
    }

    #[test]
    fn an_error_with_a_code_is_a_refusal_and_404_is_not_found() {
        for answer in
            [r#"{"error":{"code":409,"message":"taken"}}"#, r#"{"code":409,"message":"taken"}"#]
        {
            assert!(refused(answer).contains("taken"), "{answer}");
        }
        let none = br#"{"error":{"code":404,"message":"none"}}"#;
        assert!(Error::refusal_in(none).unwrap().is_not_found());
    }

    #[test]
    fn other_answers_are_no_refusals() {
        for answer in [
            "",
            "null",
            "ok",
            "[]",
            "{}",
            r#"{"code":200,"message":"OK","items":[]}"#,
            r#"{"code":0,"message":"created"}"#,
            r#"{"error":null}"#,
            r#"{"code":"return \"a\"","message":"m"}"#,
            r#"{"success":true,"processed":2,"errors":[]}"#,
            // An object with a member of its own of that name.
            r#"{"idOfIt":"x","errors":["y"]}"#,
        ] {
            assert!(Error::refusal_in(answer.as_bytes()).is_none(), "{answer}");
        }
    }

    #[test]
    fn a_refusal_names_every_reason() {
        let said = refused(
            r#"{"success":false,"processed":0,"errors":["first",{"code":404,"message":"second"}]}"#,
        );
        assert!(said.contains("2 errors; first; second"), "{said}");
        assert!(refused(r#"{"success":false}"#).contains("success: false"));
        assert!(refused(r#"{"errors":["alone"]}"#).contains("1 error; alone"));
        let said = refused(r#"{"success":false,"error_code":"IN_USE","error_message":"in use"}"#);
        assert!(said.contains("IN_USE") && said.contains("in use"), "{said}");
    }

    #[test]
    fn a_partial_success_is_a_refusal() {
        let said = refused(r#"{"success":true,"processed":2,"errors":[{"message":"no such id"}]}"#);
        assert!(said.contains("took some of it in") && said.contains("no such id"), "{said}");
    }
}
