//! The builder of clients.

use std::sync::Arc;
use std::time::Duration;

use funnelflux_auth::{AuthClient, EnvStore, MemoryStore, RefreshingTokens, TokenStore, Tokens};
use funnelflux_transport::{
    ClientBuilder, Error, IntoSeam, Observer, Overlay, RateLimit, RetryPolicy, SeamService,
    Secrets, Timer, TokenProvider, tower_layer,
};

use crate::FunnelFlux;

use tower_layer::Layer;

/// Builds a [`FunnelFlux`]. Building needs no runtime and spawns no task.
#[derive(Default)]
#[must_use = "a builder makes nothing before `build`"]
pub struct Builder {
    transport: ClientBuilder,
    /// The environment has no usable tokens.
    wrong_tokens: Option<Error>,
}

impl Builder {
    /// Sets one access token, used until it expires.
    pub fn access_token(self, token: impl Into<String>) -> Self {
        self.tokens(Tokens::new(token.into()))
    }

    /// Keeps these tokens in memory and refreshes them for the life of the client.
    pub fn tokens(self, tokens: Tokens) -> Self {
        self.token_store(MemoryStore::new(tokens))
    }

    /// Takes tokens from a store and writes refreshed ones back to it.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.wrong_tokens = None;
        self.transport = self.transport.token_provider_from(move |anonymous| {
            let timer = anonymous.timer().clone();
            let issuer = Box::new(AuthClient::new(anonymous));
            Arc::new(RefreshingTokens::with_boxed(issuer, Box::new(store), timer))
        });
        self
    }

    /// Takes tokens from a provider of your own.
    pub fn token_provider(mut self, provider: Arc<dyn TokenProvider>) -> Self {
        self.wrong_tokens = None;
        self.transport = self.transport.token_provider(provider);
        self
    }

    /// Takes base URL and tokens from the environment: `FUNNELFLUX_BASE_URL`,
    /// `FUNNELFLUX_ACCESS_TOKEN`, `FUNNELFLUX_REFRESH_TOKEN`.
    pub fn from_env(mut self) -> Self {
        if let Ok(base) = std::env::var("FUNNELFLUX_BASE_URL")
            && !base.trim().is_empty()
        {
            self = self.base_url(base.trim());
        }
        match EnvStore::from_env() {
            Ok(store) => self.token_store(store),
            Err(error) => {
                self.wrong_tokens = Some(error);
                self
            }
        }
    }

    /// Adds a tower layer that runs **once per call**, outside of the retries.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.transport = self.transport.layer(layer);
        self
    }

    /// Adds a tower layer that runs **once per attempt**, inside of the retries.
    pub fn attempt_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.transport = self.transport.attempt_layer(layer);
        self
    }

    /// Replaces the leaf: another HTTP client, a recording, a mock.
    pub fn transport<B>(mut self, service: impl IntoSeam<B>) -> Self {
        self.transport = self.transport.transport(service);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// When a setting is invalid, there is no transport, or an override names no operation.
    pub fn build(self) -> Result<FunnelFlux, Error> {
        if let Some(error) = self.wrong_tokens {
            return Err(error);
        }
        let (client, anonymous) = self.transport.build_pair()?;
        Ok(FunnelFlux::new(client, anonymous))
    }
}

/// Declares methods that set the same thing on the transport's builder.
macro_rules! forwarded {
    ($($(#[$meta:meta])* fn $name:ident($($argument:ident: $type:ty),*);)*) => {
        impl Builder {
            $(
                $(#[$meta])*
                pub fn $name(mut self, $($argument: $type),*) -> Self {
                    self.transport = self.transport.$name($($argument),*);
                    self
                }
            )*
        }
    };
}

forwarded! {
    /// Replaces the clock and the sleep.
    fn timer(timer: Arc<dyn Timer>);

    /// Sets the base URL of the API (default: `https://api.funnelflux.pro/v1`). HTTPS, or loopback.
    fn base_url(base: impl AsRef<str>);

    /// Names the product that uses this SDK, in front of the SDK's own `User-Agent`.
    fn user_agent(product: impl Into<String>);

    /// Sets the policy by which failed requests are repeated.
    fn retry(policy: RetryPolicy);

    /// Limits the request rate and the number of concurrent requests.
    fn rate_limit(limit: RateLimit);

    /// Limits the time of a whole call, retries and waits included (default 180 s).
    fn timeout(timeout: Duration);

    /// Limits the time of one attempt (default 30 s), except of report queries.
    fn attempt_timeout(timeout: Duration);

    /// Limits the time of one attempt at a report query (default 60 s).
    fn report_attempt_timeout(timeout: Duration);

    /// Adds an observer of calls and attempts: an [`Observer`], shared or not, or a closure.
    fn observer(observer: impl Observer);

    /// Shares the secrets that are never shown; see [`Client::secrets`](crate::transport::Client::secrets).
    fn secrets(secrets: Secrets);

    /// Adds overrides of the contract: paths and names that differ in this account.
    fn overlay(overlay: Overlay);

    /// Overrides the path of one operation, by its id in the contract; see [`Overlay::path`].
    fn path_override(id: impl Into<String>, path: impl Into<String>);

    /// Overrides the name of a query parameter, of one operation or of a family
    /// (`ledger.page.*`); see [`Overlay::query`].
    fn query_override(
        operations: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>
    );

    /// Overrides the name of a member of JSON bodies, as for a query; see [`Overlay::member`].
    fn member_override(
        operations: impl Into<String>,
        ours: impl AsRef<str>,
        theirs: impl AsRef<str>
    );
}

funnelflux_contract::formats! {
    Debug for Builder, |_it, f| f.debug_struct("Builder").finish_non_exhaustive()
}
