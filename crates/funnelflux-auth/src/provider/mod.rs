//! The provider: serves a token, refreshes it once for all callers, and fails when it cannot.

mod state;

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use funnelflux_transport::{AccessToken, Error, Lock, Secret, Timer, TokenProvider, TokioTimer};
use futures_util::FutureExt as _;
use futures_util::future::Shared;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use self::state::{Current, LOST, State, may_have_rotated};
use crate::client::{AUTHORISE_AGAIN, TokenIssuer};
use crate::store::TokenStore;
use crate::tokens::Tokens;

/// Keeps an access token fresh: see the [crate's documentation](crate). Making it spawns nothing; a refresh
/// runs as a tokio task.
#[derive(Clone)]
pub struct RefreshingTokens(Arc<Inner>);

struct Inner {
    issuer: Box<dyn TokenIssuer>,
    store: Box<dyn TokenStore>,
    timer: Arc<dyn Timer>,
    state: Lock<State>,
}

struct Flight {
    result: Landing,
    /// `None` outside of a tokio runtime: then the callers themselves run the refresh.
    task: Option<AbortHandle>,
}

type Landing = Shared<Pin<Box<dyn Future<Output = Result<AccessToken, Arc<Error>>> + Send>>>;

impl RefreshingTokens {
    /// Tokens from `store`, renewed by `issuer`.
    pub fn new(issuer: impl TokenIssuer, store: impl TokenStore) -> Self {
        Self::with_boxed(Box::new(issuer), Box::new(store), Arc::new(TokioTimer))
    }

    /// The same on another clock, with parts chosen at run time.
    pub fn with_boxed(
        issuer: Box<dyn TokenIssuer>,
        store: Box<dyn TokenStore>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self(Arc::new(Inner { issuer, store, timer, state: Lock::default() }))
    }

    fn flight(&self) -> Landing {
        let mut state = self.0.state.lock();
        // A finished task that is still here was cut off, for example by the end of its runtime.
        let is_cut = |it: &&Flight| it.task.as_ref().is_some_and(AbortHandle::is_finished);
        if let Some(flight) = state.flight.as_ref().filter(|it| !is_cut(it)) {
            return flight.result.clone();
        }
        let inner = self.0.clone();
        let refresh = async move {
            let result = inner.refresh().await.map_err(Arc::new);
            inner.state.lock().flight = None;
            result
        };
        let (task, result): (_, Landing) = match Handle::try_current() {
            // A task of its own: if the caller gives up, the grant is still used to the end.
            Ok(runtime) => {
                let task = runtime.spawn(refresh);
                let cut_off = |_| Error::local("the refresh of the access token was cut off");
                let handle = task.abort_handle();
                let result = task.map(move |it| it.map_err(cut_off).map_err(Arc::new).flatten());
                (Some(handle), result.boxed().shared())
            }
            Err(_) => (None, refresh.boxed().shared()),
        };
        state.flight = Some(Flight { result: result.clone(), task });
        result
    }
}

funnelflux_contract::shows! { RefreshingTokens, |it| issuer: it.0.issuer, store: it.0.store }

#[async_trait]
impl TokenProvider for RefreshingTokens {
    fn ready_token(&self) -> Option<AccessToken> {
        let now = self.0.timer.wall();
        self.0.state.lock().usable(now)
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        if let Some(token) = self.ready_token() {
            return Ok(token);
        }
        let flight = self.flight();
        // An early refresh need not be waited for.
        let now = self.0.timer.wall();
        if let Some(token) = self.0.state.lock().at_hand(now) {
            return Ok(token);
        }
        flight.await.map_err(|error| error.duplicate())
    }

    fn reject(&self, token: &AccessToken) {
        let now = self.0.timer.wall();
        let mut state = self.0.state.lock();
        // A late answer about a replaced token does not concern the new one.
        if let Some(current) = &mut state.current
            && current.access.is_same_as(token)
        {
            current.reject(now);
        }
    }

    async fn settled(&self) {
        let flight = self.0.state.lock().flight.as_ref().map(|flight| flight.result.clone());
        if let Some(flight) = flight {
            drop(flight.await);
        }
    }

    fn secrets(&self) -> Vec<Secret> {
        let state = self.0.state.lock();
        let tokens = state.current.as_ref().map(|current| &current.tokens);
        tokens.and_then(|tokens| tokens.refresh_token.clone()).into_iter().collect()
    }

    fn doubt(&self, token: &AccessToken) -> bool {
        let now = self.0.timer.wall();
        let mut state = self.0.state.lock();
        // The last refresh failed: the 400 counts as a real one until the pause is over.
        let paused = state.is_paused(now);
        match &mut state.current {
            // Renewing returns a valid token's expiry (documented), so this happens once a token.
            Some(current) if current.access.is_same_as(token) => {
                let can_find_out = !paused
                    && !current.is_confirmed(now)
                    && current.tokens.refresh_token.is_some()
                    && current.tokens.expires_at.is_none();
                current.doubted |= can_find_out;
                can_find_out
            }
            // It was replaced meanwhile: the new one may do.
            other => other.is_some(),
        }
    }
}

impl Inner {
    /// Gets another token, or the old one while it is still good.
    async fn refresh(&self) -> Result<AccessToken, Error> {
        self.find_or_renew().await.or_else(|error| {
            let old = self.state.lock().fall_back(self.timer.wall());
            let Some(old) = old else { return Err(error) };
            tracing::warn!(%error, "the token could not be refreshed; the old one still serves");
            Ok(old)
        })
    }

    async fn find_or_renew(&self) -> Result<AccessToken, Error> {
        // A process that shares the store may have done it already: look before and after locking.
        if let Some(token) = self.adopt(self.store.load().await?)? {
            return Ok(token);
        }
        if let Some(token) = self.state.lock().reinstate(self.timer.wall()) {
            return Ok(token);
        }
        let _lock = self.store.lock().await?;
        if let Some(token) = self.adopt(self.store.load().await?)? {
            return Ok(token);
        }
        let old = self.tokens_to_renew()?;
        let now = self.timer.wall();
        let lost = self.store.unfinished_refresh().await?;
        if let Some(since) = lost.and_then(|at| now.duration_since(at).ok()).filter(|it| *it < LOST)
        {
            return Err(Error::local(format!(
                "a refresh of the access token began {} s ago, and its answer is unknown: the refresh \
                 token may be used up, so it is not presented again for {} s",
                since.as_secs(),
                LOST.as_secs()
            ))
            .with_advice("Try again in a few seconds."));
        }
        self.store.begin_refresh(now).await?;
        let error = match self.issuer.renew(&old).await {
            Ok(new) => return self.keep(&old, new).await,
            Err(error) => error,
        };
        self.state.lock().remember_failure(old, &error, self.timer.wall());
        let refused = error.needs_authorisation();
        // Nothing is known of the refresh before this one if this one was not sent.
        if refused || (lost.is_none() && !may_have_rotated(&error)) {
            self.abandon().await;
        }
        Err(match lost.filter(|_| refused) {
            Some(_) => error.with_advice(format!(
                "The answer to an earlier refresh was lost, so the server may have replaced the refresh \
                 token then. {AUTHORISE_AGAIN}"
            )),
            None => error,
        })
    }

    async fn abandon(&self) {
        if let Err(error) = self.store.abandon_refresh().await {
            tracing::warn!(%error, "the note of a refresh stays");
        }
    }

    fn adopt(&self, stored: Option<Tokens>) -> Result<Option<AccessToken>, Error> {
        let mut state = self.state.lock();
        if stored == state.seen {
            return Ok(None);
        }
        let Some(tokens) = stored else {
            // A store that was emptied meanwhile means a logout, here too.
            if !self.store.is_read_only() {
                (state.current, state.seen) = (None, None);
            }
            return Ok(None);
        };
        let next = Current::new(tokens.clone())?;
        state.seen = Some(tokens);
        Ok(state.adopt(next, self.timer.wall()))
    }

    fn tokens_to_renew(&self) -> Result<Tokens, Error> {
        let state = self.state.lock();
        let Some(tokens) = state.current.as_ref().map(|current| &current.tokens) else {
            return Err(Error::unauthorised("not logged in: there is no access token").with_advice(
                "Get tokens in the app (Settings > API Access) and store them with `ffx auth login`.",
            ));
        };
        if let Some(why) = state.failure_of(tokens, self.timer.wall()) {
            return Err(why);
        }
        if tokens.refresh_token.is_none() {
            return Err(Error::unauthorised(
                "the access token has expired or was rejected, and there is no refresh token",
            )
            .with_advice(AUTHORISE_AGAIN));
        }
        Ok(tokens.clone())
    }

    async fn keep(&self, old: &Tokens, new: Tokens) -> Result<AccessToken, Error> {
        let current = Current::new(new.clone()).map_err(|cause| {
            Error::unexpected_answer("the issuer gave a token that cannot be sent")
                .with_source(cause)
        })?;
        let access = current.access.clone();
        let known = {
            let mut state = self.state.lock();
            state.keep(current, self.timer.wall());
            state.seen.as_ref() == Some(&new)
        };
        if self.store.is_read_only() {
            if old.refresh_token != new.refresh_token
                && let Err(error) = self.store.save(&new).await
            {
                tracing::warn!(
                    %error,
                    "the server replaced the refresh token: the stored one is used up, and the new one \
                     ends with this process"
                );
            }
        } else if known || matches!(self.store.load().await, Ok(None)) {
            // Nothing is new, or there was a logout meanwhile.
            self.abandon().await;
        } else {
            match self.store.save(&new).await {
                Ok(()) => self.state.lock().seen = Some(new),
                // The token serves this process; the next one will say if the grant was rotated.
                Err(error) => tracing::warn!(%error, "the refreshed token could not be stored"),
            }
        }
        tracing::debug!("access token refreshed");
        Ok(access)
    }
}
