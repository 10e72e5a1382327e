//! The provider: serves a token, refreshes it once for everybody, and says when it cannot.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use funnelflux_transport::{AccessToken, Error, Timer, TokenProvider, TokioTimer};
use futures_util::FutureExt as _;
use futures_util::future::Shared;

use crate::client::TokenIssuer;
use crate::store::TokenStore;
use crate::tokens::Tokens;

/// How long before its expiry a token is refreshed: longer than any call takes (3 minutes).
const EARLY: Duration = Duration::from_secs(5 * 60);
/// Spread over this much more, so that many processes do not come at the same second.
const EARLY_SPREAD: Duration = Duration::from_secs(5 * 60);
/// After a failed early refresh the old token serves this long before the next try.
const PAUSE: Duration = Duration::from_secs(60);

/// Keeps an access token fresh: see the [crate's documentation](crate).
///
/// Made outside a runtime, it spawns nothing; a refresh runs as a tokio task.
#[derive(Clone)]
pub struct RefreshingTokens(Arc<Inner>);

struct Inner {
    issuer: Box<dyn TokenIssuer>,
    store: Box<dyn TokenStore>,
    timer: Arc<dyn Timer>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    flight: Option<Flight>,
    /// Tokens whose refresh the server refused: not to be presented again.
    refused: Option<(Tokens, Arc<Error>)>,
    /// No early refresh before this, because the last one failed.
    pause_until: Option<SystemTime>,
}

struct Current {
    tokens: Tokens,
    access: AccessToken,
    refresh_from: Option<SystemTime>,
    rejected: bool,
}

type Flight = Shared<Pin<Box<dyn Future<Output = Result<AccessToken, Arc<Error>>> + Send>>>;

impl RefreshingTokens {
    /// Tokens from `store`, renewed by `issuer`.
    pub fn new(issuer: impl TokenIssuer, store: impl TokenStore) -> Self {
        Self::with_boxed(Box::new(issuer), Box::new(store), Arc::new(TokioTimer))
    }

    /// The same on another clock, with parts chosen at run time.
    #[must_use]
    pub fn with_boxed(
        issuer: Box<dyn TokenIssuer>,
        store: Box<dyn TokenStore>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self(Arc::new(Inner { issuer, store, timer, state: Mutex::default() }))
    }
}

impl fmt::Debug for RefreshingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshingTokens")
            .field("issuer", &self.0.issuer)
            .field("store", &self.0.store)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenProvider for RefreshingTokens {
    fn ready_token(&self) -> Option<AccessToken> {
        let now = self.0.timer.wall();
        self.0.state().usable(now)
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        if let Some(token) = self.ready_token() {
            return Ok(token);
        }
        let flight = self.flight();
        flight.await.map_err(|error| error.duplicate())
    }

    fn reject(&self, token: &AccessToken) {
        let mut state = self.0.state();
        // A late answer about a token that was replaced meanwhile says nothing of the new one.
        if let Some(current) = &mut state.current
            && current.access.is_same_as(token)
        {
            current.rejected = true;
        }
    }

    fn doubt(&self, token: &AccessToken) -> bool {
        let mut state = self.0.state();
        match &mut state.current {
            // Renewing tells a valid token's expiry (documented), so this happens once a token.
            Some(current) if current.access.is_same_as(token) => {
                let can_find_out =
                    current.tokens.refresh_token.is_some() && current.tokens.expires_at.is_none();
                current.rejected |= can_find_out;
                can_find_out
            }
            // It was replaced meanwhile: the new one may do.
            other => other.is_some(),
        }
    }
}

impl RefreshingTokens {
    /// The refresh under way, or a new one.
    fn flight(&self) -> Flight {
        let mut state = self.0.state();
        // One that is over and still here was cut off; it must not block the next.
        if let Some(flight) = state.flight.as_ref().filter(|f| f.peek().is_none()) {
            return flight.clone();
        }
        let inner = self.0.clone();
        // A task of its own: whoever waits may give up, the grant is used to the end.
        let task = tokio::spawn(async move {
            let result = inner.refresh().await.map_err(Arc::new);
            inner.state().flight = None;
            result
        });
        let flight: Flight = async move {
            task.await.unwrap_or_else(|_| {
                Err(Arc::new(Error::local("the refresh of the access token was cut off")))
            })
        }
        .boxed()
        .shared();
        state.flight = Some(flight.clone());
        flight
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(&self) -> Result<AccessToken, Error> {
        // Whoever shares the store may have done it already: look before and after locking.
        let first = self.store.load().await?;
        if let Some(token) = self.adopt(first.as_ref())? {
            return Ok(token);
        }
        let lock = self.store.lock().await?;
        let stored = match self.store.load().await? {
            Some(stored) => Some(stored),
            // A store that was emptied meanwhile means a logout, here too.
            None => first.filter(|_| self.store.is_read_only()),
        };
        if let Some(token) = self.adopt(stored.as_ref())? {
            return Ok(token);
        }
        let old = self.tokens_to_renew(stored)?;
        let renewed = self.issuer.renew(&old).await;
        let result = match renewed {
            Ok(new) => self.keep(&new).await,
            Err(error) => self.fall_back(&old, error),
        };
        drop(lock);
        result
    }

    /// Takes what the store holds, if that is usable and news.
    fn adopt(&self, stored: Option<&Tokens>) -> Result<Option<AccessToken>, Error> {
        let Some(stored) = stored else { return Ok(None) };
        let now = self.timer.wall();
        let mut state = self.state();
        let known =
            state.current.as_ref().is_some_and(|c| c.tokens.access_token == stored.access_token);
        if known {
            return Ok(None);
        }
        let current = Current::new(stored.clone())?;
        // A token that is due is adopted too: it is the one to renew.
        let usable = current.is_fresh_at(now);
        let access = current.access.clone();
        state.current = Some(current);
        state.pause_until = None;
        Ok(usable.then_some(access))
    }

    fn tokens_to_renew(&self, stored: Option<Tokens>) -> Result<Tokens, Error> {
        let mut state = self.state();
        // A read-only store still holds what it was started with; this process knows better.
        let known = state.current.as_ref().map(|c| c.tokens.clone());
        let tokens = if self.store.is_read_only() { known.or(stored) } else { stored };
        let Some(tokens) = tokens else {
            state.current = None;
            return Err(Error::unauthorised("not logged in: there is no access token").with_advice(
                "Get tokens in the app (Settings > API Access) and store them with `ffx auth login`.",
            ));
        };
        if let Some((refused, why)) = &state.refused
            && *refused == tokens
        {
            return Err(why.duplicate());
        }
        if tokens.refresh_token.is_none() {
            return Err(Error::unauthorised(
                "the access token has expired or was rejected, and there is no refresh token",
            )
            .with_advice(
                "Authorise again: in the app, Settings > API Access, then `ffx auth login`.",
            ));
        }
        Ok(tokens)
    }

    async fn keep(&self, new: &Tokens) -> Result<AccessToken, Error> {
        let current = Current::new(new.clone())?;
        let access = current.access.clone();
        {
            let mut state = self.state();
            state.current = Some(current);
            state.refused = None;
            state.pause_until = None;
        }
        if !self.store.is_read_only()
            && let Err(error) = self.store.save(new).await
        {
            // The token serves this process; the next one will say if the grant was rotated.
            tracing::warn!(%error, "the refreshed token could not be stored");
        }
        tracing::debug!("access token refreshed");
        Ok(access)
    }

    /// The old token, while it is still good; else the error.
    fn fall_back(&self, old: &Tokens, error: Error) -> Result<AccessToken, Error> {
        let now = self.timer.wall();
        let mut state = self.state();
        if error.needs_authorisation() {
            state.refused = Some((old.clone(), Arc::new(error.duplicate())));
        }
        state.pause_until = now.checked_add(PAUSE);
        match &state.current {
            Some(current) if !current.rejected && !current.access.is_expired_at(now) => {
                tracing::warn!(%error, "early refresh failed; the old token still serves");
                Ok(current.access.clone())
            }
            _ => Err(error),
        }
    }
}

impl State {
    fn usable(&self, now: SystemTime) -> Option<AccessToken> {
        let current = self.current.as_ref()?;
        let paused = self.pause_until.is_some_and(|until| now < until)
            && !current.rejected
            && !current.access.is_expired_at(now);
        (paused || current.is_fresh_at(now)).then(|| current.access.clone())
    }
}

impl Current {
    fn new(tokens: Tokens) -> Result<Self, Error> {
        let access = AccessToken::new(tokens.access_token.clone(), tokens.expires_at)?;
        let can_refresh = tokens.refresh_token.is_some();
        let refresh_from = tokens.expires_at.map(|at| {
            // Without a refresh token there is nothing to do early.
            let early = if can_refresh { EARLY + spread(&tokens) } else { Duration::ZERO };
            at.checked_sub(early).unwrap_or(at)
        });
        Ok(Self { tokens, access, refresh_from, rejected: false })
    }

    fn is_fresh_at(&self, now: SystemTime) -> bool {
        !self.rejected && self.refresh_from.is_none_or(|from| now < from)
    }
}

/// A share of the spread that differs from process to process.
fn spread(tokens: &Tokens) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let dice = RandomState::new().hash_one(tokens.expires_at);
    EARLY_SPREAD.mul_f64((dice % 1000) as f64 / 1000.0)
}
