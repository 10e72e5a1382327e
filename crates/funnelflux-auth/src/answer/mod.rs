//! The answer of the token endpoint, `POST /auth/validate`.

mod instant;
mod node;

use std::time::SystemTime;

use funnelflux_transport::Secret;
use serde::{Deserialize, Deserializer, de::Error};

pub(crate) use instant::unix_time;
use node::Node;

/// The answer of `POST /auth/validate`: the tokens to use from now on, and their user.
///
/// On the wire: `tokens` with `access_token`, `refresh_token` and `expires_at`, and `user` with
/// `user_id` (*documented*; the members *proven*). All other members are ignored, as the vendor
/// requires.
///
/// `expires_at` is Unix time in seconds (*proven*). A value above 10¹¹ can only be milliseconds
/// (in seconds it would be the year 5138) and is read as such; so is a number in a string. Any other
/// value is an unknown expiry and not an error, because the tokens beside it are valid.
///
/// No error message and no [`Debug`](std::fmt::Debug) ever shows a token.
///
/// # Examples
///
/// ```
/// use funnelflux_auth::ValidateAnswer;
///
/// let answer: ValidateAnswer = serde_json::from_str(
///     r#"{ "tokens": { "access_token": "a", "expires_at": 1767225600 }, "user": { "user_id": "u" } }"#,
/// )?;
/// assert_eq!(answer.user_id(), Some("u"));
/// let tokens = answer.into_parts();
/// assert_eq!(tokens.access_token.expose(), "a");
/// assert!(tokens.refresh_token.is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ValidateAnswer {
    tokens: TokenParts,
    user_id: Option<String>,
}

/// The tokens of a [`ValidateAnswer`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenParts {
    /// The access token, valid for 72 hours (*documented*).
    pub access_token: Secret,
    /// A refresh token, if the answer has one. If it differs from the old one, it replaces it.
    pub refresh_token: Option<Secret>,
    /// When the access token expires, if the answer says so.
    pub expires_at: Option<SystemTime>,
}

impl ValidateAnswer {
    /// Borrows the tokens.
    #[must_use]
    pub fn tokens(&self) -> &TokenParts {
        &self.tokens
    }

    /// The id of the user, if the answer has it.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Returns the tokens.
    #[must_use]
    pub fn into_parts(self) -> TokenParts {
        self.tokens
    }
}

impl<'de> Deserialize<'de> for ValidateAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = Node::deserialize(deserializer)?;
        let tokens = answer.member("tokens");
        let access_token = token(tokens, "access_token").map_err(D::Error::custom)?;
        let access_token = access_token.ok_or_else(|| {
            let found = tokens.member("access_token").describe();
            D::Error::custom(format!("tokens.access_token: got {found}; expected the token"))
        })?;
        let refresh_token = token(tokens, "refresh_token").map_err(D::Error::custom)?;
        let expires_at = expiry(tokens.member("expires_at"));
        let user_id = match answer.member("user").member("user_id") {
            Node::Text(id) => Some(id.expose().to_owned()),
            Node::Integer(id) => Some(id.to_string()),
            _ => None,
        };
        Ok(Self { tokens: TokenParts { access_token, refresh_token, expires_at }, user_id })
    }
}

/// Reads a token; an empty one means none.
fn token(tokens: &Node, name: &str) -> Result<Option<Secret>, String> {
    match tokens.member(name) {
        Node::Null => Ok(None),
        Node::Text(text) if text.expose().is_empty() => Ok(None),
        Node::Text(text) => Ok(Some(text.clone())),
        other => Err(format!("tokens.{name}: got {}; expected a string", other.describe())),
    }
}

/// Reads the expiry. One that cannot be read is unknown and not an error: an error would lose the
/// tokens, and the grant they came from may be used up.
fn expiry(node: &Node) -> Option<SystemTime> {
    match node {
        Node::Integer(number) => instant::of_integer(*number),
        Node::Float(number) => instant::of_float(*number),
        Node::Text(text) => instant::of_text(text.expose()),
        _ => None,
    }
}
