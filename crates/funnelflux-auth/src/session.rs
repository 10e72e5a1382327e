//! The answer of the token endpoint, `POST /auth/validate`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::tokens::Tokens;

/// A session as the server sees it: the tokens to use from now on, and their user.
///
/// On the wire: `tokens` with `access_token`, `refresh_token` and `expires_at`, and `user` with
/// `user_id` (*documented*, except `refresh_token`, `user` and `user_id`: *proven*). All other members
/// are ignored, as the vendor requires.
///
/// `expires_at` is Unix time in seconds (*proven*), in milliseconds above 10¹¹ (in seconds that would be
/// the year 5138); a number, or one in a string. Any other value is an unknown expiry and not an error,
/// because the tokens beside it are valid. No error message and no `Debug` ever shows a token.
///
/// ```
/// use funnelflux_auth::Session;
///
/// let session: Session = serde_json::from_str(
///     r#"{ "tokens": { "access_token": "a", "expires_at": 1767225600 }, "user": { "user_id": "u" } }"#,
/// )?;
/// assert_eq!(session.user_id.as_deref(), Some("u"));
/// assert_eq!(session.tokens.access_token.expose(), "a");
/// assert!(session.tokens.refresh_token.is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The tokens to use from now on.
    pub tokens: Tokens,
    /// Whose they are, if the answer says so.
    pub user_id: Option<String>,
}

impl<'de> Deserialize<'de> for Session {
    /// Reads JSON of any shape first, so that no message of a deserializer can quote a token.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = Value::deserialize(deserializer)?;
        let tokens = answer.get("tokens").unwrap_or(&Value::Null);
        let tokens = Tokens::of(tokens)
            .map_err(|(member, found)| D::Error::custom(format!("tokens.{member}: got {found}")))?;
        let user_id = match answer.get("user").and_then(|user| user.get("user_id")) {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) if !id.is_f64() => Some(id.to_string()),
            _ => None,
        };
        Ok(Self { tokens, user_id })
    }
}
