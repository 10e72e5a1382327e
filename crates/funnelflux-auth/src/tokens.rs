//! The stored tokens: an access token, how to get the next one, and when.

use std::time::{SystemTime, UNIX_EPOCH};

use funnelflux_json::describe;
use funnelflux_transport::{Error, Secret};
use serde::Serializer as _;
use serde_json::Value;

use crate::expiry::{self, unix_time};

/// An access token with its refresh token and expiry. Never printed.
///
/// ```
/// use funnelflux_auth::Tokens;
///
/// let tokens = Tokens::new("eyJ…").with_refresh_token("v1.M…");
/// assert!(!format!("{tokens:?}").contains("eyJ"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tokens {
    /// The access token: lives 72 hours (documented).
    pub access_token: Secret,
    /// The refresh token: lives long, but can expire or be revoked (documented).
    pub refresh_token: Option<Secret>,
    /// When the access token expires, as far as that is known.
    pub expires_at: Option<SystemTime>,
}

impl Tokens {
    /// An access token alone. Its expiry is read from the token itself if it is a JWT (that the vendor's
    /// tokens are JWTs is inferred from its use of Auth0).
    pub fn new(access_token: impl Into<Secret>) -> Self {
        let access_token = access_token.into();
        let expires_at = expiry::of_jwt(access_token.expose());
        Self { access_token, refresh_token: None, expires_at }
    }

    /// With the means to get the next one.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<Secret>) -> Self {
        let token = refresh_token.into();
        self.refresh_token = (!token.expose().is_empty()).then_some(token);
        self
    }

    funnelflux_contract::setters! {
        /// With a known expiry.
        fn with_expiry(expires_at: SystemTime) => expires_at = Some(expires_at);
    }

    /// Reads JSON: `access_token`, and if known `refresh_token` and `expires_at` (Unix seconds or
    /// milliseconds).
    ///
    /// # Errors
    /// When the text, which is not repeated, is no such object, or has no access token.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let json = serde_json::from_str::<Value>(text).map_err(|cause| {
            // serde's message can quote a value: keep the place, not the text.
            let found = match text.trim() {
                "" => "got nothing".to_owned(),
                _ => format!("it goes wrong at line {}, column {}", cause.line(), cause.column()),
            };
            Error::invalid_request(format!(
                "tokens: expected {{\"access_token\": …, \"refresh_token\": …, \"expires_at\": …}}; \
                 {found}"
            ))
        })?;
        let tokens = Self::of(&json)
            .map_err(|(member, found)| Error::invalid_request(format!("{member}: got {found}")))?;
        match json.get("expires_at").filter(|at| !at.is_null()) {
            Some(at) if unix_time(at).is_none() => Err(Error::invalid_request(
                "expires_at: must be Unix time in seconds (or milliseconds), such as 1767225600",
            )),
            _ => Ok(tokens),
        }
    }

    /// Reads the members of an object, or names the wrong one and what it holds. An expiry that cannot be
    /// read is unknown: an error would lose the tokens, and their grant may be used up.
    pub(crate) fn of(object: &Value) -> Result<Self, (&'static str, String)> {
        let token = |member| match object.get(member) {
            Some(Value::String(token)) => Ok(Some(token.trim()).filter(|token| !token.is_empty())),
            None | Some(Value::Null) => Ok(None),
            Some(other) => {
                Err((member, format!("{}; expected a string", describe(&other.to_string()))))
            }
        };
        let Some(access) = token("access_token")? else {
            let found = object.get("access_token").filter(|token| token.is_string());
            let found = found.map_or("nothing or null", |_| "an empty string");
            return Err(("access_token", format!("{found}; expected the token")));
        };
        let mut tokens = Self::new(access);
        tokens.refresh_token = token("refresh_token")?.map(Secret::new);
        let at = object.get("expires_at").and_then(unix_time);
        tokens.expires_at = at.or(tokens.expires_at);
        Ok(tokens)
    }

    /// Writes what [`from_json`](Self::from_json) reads, `expires_at` in seconds.
    pub fn to_json(&self) -> String {
        self.to_json_for(None)
    }

    /// As [`to_json`](Self::to_json), with the base URL that the tokens are for: a login does not return it.
    pub(crate) fn to_json_for(&self, base_url: Option<&str>) -> String {
        let refresh = self.refresh_token.as_ref().map(Secret::expose);
        let seconds = |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let members = [
            ("access_token", Some(Value::from(self.access_token.expose()))),
            ("refresh_token", refresh.map(Value::from)),
            ("expires_at", self.expires_at.map(seconds).map(Value::from)),
            ("base_url", base_url.map(Value::from)),
        ];
        let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let mut json = Vec::new();
        let _ = serde_json::Serializer::pretty(&mut json).collect_map(members);
        String::from_utf8(json).unwrap_or_default()
    }

    #[cfg(feature = "file")]
    pub(crate) fn base_url_in(text: &str) -> Option<String> {
        let json: Value = serde_json::from_str(text).ok()?;
        json.get("base_url")?.as_str().map(ToOwned::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn seconds_and_milliseconds_are_told_apart() {
        for at in ["1767225600", "1767225600000", "\"1767225600\""] {
            let json = format!(r#"{{"access_token":"a","expires_at":{at}}}"#);
            let tokens = Tokens::from_json(&json).unwrap();
            assert_eq!(tokens.expires_at, Some(UNIX_EPOCH + Duration::from_secs(1_767_225_600)));
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let tokens = Tokens::new("a")
            .with_refresh_token("r")
            .with_expiry(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
        assert_eq!(Tokens::from_json(&tokens.to_json()).unwrap(), tokens);
        assert_eq!(Tokens::from_json(r#"{"access_token":"a"}"#).unwrap(), Tokens::new("a"));
    }

    #[test]
    fn bad_input_is_refused_without_being_repeated() {
        for bad in [
            r#"{"access_token":""}"#,
            r#"{"access_token":"hunter2","expires_at":"soon-hunter2"}"#,
            r#"{"access_token":5,"refresh_token":"hunter2"}"#,
            "hunter2",
        ] {
            let error = Tokens::from_json(bad).unwrap_err();
            assert!(error.is_invalid_request());
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
