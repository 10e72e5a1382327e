//! What went wrong, in the terms that decisions are made by.

use serde_json::Value;

/// Whether the request may have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    No,
    Maybe,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidRequest,
    Unauthorised,
    /// A repeat with another token was asked for, and there is only the one that was turned down.
    SameToken,
    Connection(Sent),
    Timeout(Sent),
    Status,
    Refused(Option<String>),
    Decode,
    NotFound,
    /// The limiter had no slot before the deadline.
    HeldBack,
    Local,
    /// An error of another type, from a transport or a layer of the user's: it does not say how far
    /// the request got.
    Foreign,
}

impl Kind {
    /// A stable word for logs and metrics (`error.type`).
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorised | Self::SameToken => "unauthorised",
            Self::Connection(Sent::No) => "not_sent",
            Self::Connection(Sent::Maybe) => "no_answer",
            Self::Timeout(_) => "timeout",
            Self::Status => "status",
            Self::Refused(_) => "refused",
            Self::Decode => "decode",
            Self::NotFound => "not_found",
            Self::HeldBack => "held_back",
            Self::Local => "local",
            Self::Foreign => "foreign",
        }
    }
}

/// The server's own words. The shapes are documented for domains (`error_description`), sibling
/// for the rest (`{"error": {"message"}}`, `{"message"}`).
pub(crate) fn server_message(body: &[u8]) -> Option<String> {
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(body) else { return None };
    let text = |v: &Value| match v {
        Value::String(s) if !s.trim().is_empty() => Some(s.clone()),
        _ => None,
    };
    let nested = object.get("error").and_then(|e| e.get("message")).and_then(text);
    object
        .get("error_description")
        .and_then(text)
        .or_else(|| object.get("error_message").and_then(text))
        .or(nested)
        .or_else(|| object.get("message").and_then(text))
        .or_else(|| object.get("error").and_then(text))
}

#[cfg(test)]
mod tests {
    use super::server_message;

    #[test]
    fn the_known_shapes_of_error_answers_give_their_message() {
        for (body, message) in [
            (r#"{"error":"x","error_description":"domain taken"}"#, Some("domain taken")),
            (r#"{"error":{"code":400,"message":"bad attribute"}}"#, Some("bad attribute")),
            (r#"{"code":400,"message":"bad filter"}"#, Some("bad filter")),
            (r#"{"error":"nope"}"#, Some("nope")),
            ("<html>502</html>", None),
            ("[1]", None),
        ] {
            assert_eq!(server_message(body.as_bytes()).as_deref(), message, "{body}");
        }
    }
}
