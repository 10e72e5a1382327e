//! The auth slot: the source of access tokens.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::time::SystemTime;

use http::HeaderValue;

use crate::error::Error;
use crate::secrets::Secret;

/// An access token, ready to be sent. Cheap to clone; never printed.
#[derive(Clone, Debug)]
pub struct AccessToken(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    secret: Secret,
    header: HeaderValue,
    expires_at: Option<SystemTime>,
}

impl AccessToken {
    /// Makes a token with the instant at which it expires, if that is known.
    ///
    /// # Errors
    /// When the text is not one word of visible ASCII characters.
    pub fn new(secret: Secret, expires_at: Option<SystemTime>) -> Result<Self, Error> {
        let text = secret.expose();
        let is_word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let header = HeaderValue::try_from(format!("Bearer {text}")).ok().filter(|_| is_word);
        let mut header = header.ok_or_else(|| {
            Error::invalid_request(
                "access token: must be one word of visible ASCII characters (the token itself is not shown)",
            )
        })?;
        header.set_sensitive(true);
        Ok(Self(Arc::new(Inner { secret, header, expires_at })))
    }

    /// The token itself.
    pub fn secret(&self) -> &Secret {
        &self.0.secret
    }

    /// The time at which it expires, if known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }

    /// Whether it is known to be expired at `now`.
    pub fn is_expired_at(&self, now: SystemTime) -> bool {
        self.0.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether both are the same token.
    pub fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.secret == other.0.secret
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }
}

/// Provides a token for each attempt, and learns which tokens the server turned down.
/// `funnelflux-auth` has one that refreshes; [`StaticToken`] never does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider of tokens",
    note = "a store of tokens goes to `.token_store(…)`, or into `RefreshingTokens`"
)]
#[async_trait::async_trait]
pub trait TokenProvider: fmt::Debug + Send + Sync + 'static {
    /// A token that is ready without waiting: the fast path of every attempt. `None` makes the attempt
    /// wait for [`token`](Self::token).
    fn ready_token(&self) -> Option<AccessToken> {
        None
    }

    /// A usable token; refreshes if it must, and fails when no token can be obtained.
    async fn token(&self) -> Result<AccessToken, Error>;

    /// The server turned this token down. Must not block; [`token`](Self::token) must give another, or fail.
    fn reject(&self, token: &AccessToken);

    /// Waits until a refresh that is under way has ended.
    async fn settled(&self) {}

    /// The secrets beside the access token, such as the refresh token.
    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }

    /// The server answered 400 to this token, whose expiry is unknown. Expiry may show as 400
    /// (documented). A provider that can find out returns `true`: the request is then sent once more
    /// with the token of [`token`](Self::token), and a second 400 is a real one.
    fn doubt(&self, _token: &AccessToken) -> bool {
        false
    }
}

/// One token that is never refreshed, for short scripts and tests.
#[derive(Debug)]
pub struct StaticToken {
    token: AccessToken,
    rejected: AtomicBool,
}

impl StaticToken {
    /// Serves `token` until the server rejects it.
    #[must_use]
    pub fn new(token: AccessToken) -> Self {
        Self { token, rejected: false.into() }
    }
}

#[async_trait::async_trait]
impl TokenProvider for StaticToken {
    fn ready_token(&self) -> Option<AccessToken> {
        (!self.rejected.load(Acquire)).then(|| self.token.clone())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        self.ready_token().ok_or_else(|| {
            Error::unauthorised(
                "the access token was rejected and there is no refresh token to get a new one with: \
                 authorise again",
            )
        })
    }

    fn reject(&self, _: &AccessToken) {
        self.rejected.store(true, Release);
    }
}
