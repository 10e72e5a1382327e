//! The `/auth` endpoints, their answer, and the trait that hides them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use funnelflux_json::Part;
use funnelflux_transport::{CallBuilder, CallOptions, Client, Error, Response, Secret};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::operations;
use crate::tokens::Tokens;

/// The limit of a refresh, which holds the store's lock: below the minute that others wait for the lock.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(45);
const MAX_ANSWER: usize = 1024 * 1024;

pub(crate) const AUTHORISE_AGAIN: &str =
    "Authorise again: in the app, Settings > API Access, then `ffx auth login`.";

/// Turns old tokens into new ones. A trait, because the vendor is changing providers (documented).
#[async_trait]
pub trait TokenIssuer: fmt::Debug + Send + Sync + 'static {
    /// New tokens for old. Must present the refresh token at most once.
    ///
    /// # Errors
    /// [`Error::needs_authorisation`] when the grant is gone; anything else may pass.
    async fn renew(&self, old: &Tokens) -> Result<Tokens, Error>;
}

/// A session as the server sees it: the tokens to use from now on, and their user.
///
/// On the wire: `tokens` with `access_token`, `refresh_token` and `expires_at`, and `user` with
/// `user_id` (*documented*, except `refresh_token`, `user` and `user_id`: *proven*). All other members
/// are ignored, as the vendor requires.
///
/// `expires_at` is Unix time in seconds (*proven*), in milliseconds above 10¹¹; a number or a string of one.
/// Any other value is an unknown expiry and not an error, because the tokens beside it are valid. No error
/// message and no `Debug` ever shows a token.
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

/// The client of the section *Authentication*.
#[derive(Clone, Debug)]
pub struct AuthClient {
    client: Client,
}

impl AuthClient {
    /// Calls through `client`, which needs no token provider of its own.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Validates an access token, and refreshes it if it has expired and a refresh token is given
    /// (`POST /auth/validate`, documented). The call is not repeated after a lost answer: a rotated
    /// refresh token must not be presented twice.
    ///
    /// # Errors
    /// [`Error::needs_authorisation`] when the server accepts neither; else as any call.
    pub async fn validate(
        &self,
        access_token: &Secret,
        refresh_token: Option<&Secret>,
    ) -> Result<Session, Error> {
        self.hide(access_token, refresh_token);
        let refresh = refresh_token.map(|token| ("refresh_token", token.expose()));
        let request: BTreeMap<_, _> = refresh.into_iter().collect();
        let bearer = format!("Bearer {}", access_token.expose());
        let call = self.client.call(&operations::VALIDATE).header("authorization", &bearer);
        let if_refused = match refresh_token {
            Some(_) => "the refresh token was refused: it has expired or was revoked",
            None => "the access token has expired and there is no refresh token",
        };
        self.session(call.json(&request).with_timeout(REFRESH_TIMEOUT), if_refused).await
    }

    /// Logs in by password: the vendor's legacy way (`POST /auth/login`; title and method documented,
    /// path inferred). Tokens from the app (Settings > API Access) are the better one. The shape of the
    /// body is unknown, so `credentials` is sent unchanged. The answer is read as that of
    /// [`validate`](Self::validate) (inferred); a raw call of [`operations::LOGIN`] reads any other.
    ///
    /// ```no_run
    /// # async fn example(auth: funnelflux_auth::AuthClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::collections::BTreeMap;
    ///
    /// let password = std::env::var("FUNNELFLUX_PASSWORD")?;
    /// // Which members the server wants is unknown: these two are an example.
    /// let credentials = BTreeMap::from([("email", "me@example.com"), ("password", &password)]);
    /// let session = auth.login(&credentials).await?;
    /// println!("good until {:?}", session.tokens.expires_at);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::needs_authorisation`] when the server refuses; else as any call. Never repeated
    /// after a lost answer: each login mints a refresh token, and the oldest of a hundred dies.
    pub async fn login<T: Serialize + ?Sized>(&self, credentials: &T) -> Result<Session, Error> {
        if let Ok(json) = serde_json::to_string(credentials) {
            // Which member is the password is unknown.
            funnelflux_json::rewrite(&json, |part, _, text| {
                if part != Part::Name {
                    self.client.secrets().add(&Secret::new(text));
                }
                None
            });
        }
        let call = self.client.call(&operations::LOGIN).json(credentials);
        self.session(call, "the server refused the login").await
    }

    fn hide(&self, access_token: &Secret, refresh_token: Option<&Secret>) {
        for token in std::iter::once(access_token).chain(refresh_token) {
            self.client.secrets().add(token);
        }
    }

    async fn session(
        &self,
        call: CallBuilder<'_>,
        if_refused: &'static str,
    ) -> Result<Session, Error> {
        let options =
            CallOptions::new().with_own_authorization().with_max_response_bytes(MAX_ANSWER);
        let answer = call.with_options(options).send().await;
        let answer = answer.map_err(|error| refused(error, if_refused))?;
        match serde_json::from_slice::<Session>(&answer) {
            Ok(session) => {
                self.hide(&session.tokens.access_token, session.tokens.refresh_token.as_ref());
                Ok(session)
            }
            // This type's messages name the member that is wrong, and never its value.
            Err(cause) if cause.is_data() => {
                let message = format!("the answer holds no tokens that can be used: {cause}");
                Err(answer.error(Error::unexpected_answer(message)))
            }
            Err(_) => answer.json().map(Response::into_inner),
        }
    }
}

/// Recognises a refusal of the grant: 401, 400 or 403 with JSON (a proxy has none), or a no in an answer.
fn refused(error: Error, message: &'static str) -> Error {
    let no = match error.status().map(|status| status.as_u16()) {
        Some(401) => true,
        Some(400 | 403) => serde_json::from_slice::<IgnoredAny>(error.body_excerpt()).is_ok(),
        _ => error.is_refused(),
    };
    if !no {
        return error;
    }
    Error::unauthorised(message).about_the_answer_of(error).with_advice(AUTHORISE_AGAIN)
}

#[async_trait]
impl TokenIssuer for AuthClient {
    async fn renew(&self, old: &Tokens) -> Result<Tokens, Error> {
        let session = self.validate(&old.access_token, old.refresh_token.as_ref()).await?;
        let mut new = session.tokens;
        // The answer need not repeat the refresh token; one that differs replaces the old.
        if new.refresh_token.is_none() {
            new.refresh_token.clone_from(&old.refresh_token);
        }
        Ok(new)
    }
}
