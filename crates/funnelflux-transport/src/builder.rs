//! From settings to a client.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tower::ServiceBuilder;
use tower_layer::Layer;

use crate::base_url::BaseUrl;
use crate::client::{Client, ClientShared};
use crate::error::Error;
#[cfg(feature = "gzip")]
use crate::layers::DecompressLayer;
use crate::layers::limit::RateLimit;
use crate::layers::retry::RetryPolicy;
use crate::layers::{
    AttemptLayer, AttemptTimeoutLayer, AuthLayer, BaseLayer, CallLayer, ClassifyLayer,
    DeadlineLayer, Leaf, LimitLayer, RetryLayer, default_leaf,
};
use crate::observe::Observer;
use crate::overlay::Overlay;
use crate::secrets::{Secret, Secrets};
use crate::stack::{IntoSeam, SeamService, UserLayer, UserLayers, entrance};
use crate::timer::{Timer, TokioTimer};
use crate::token::{AccessToken, StaticToken, TokenProvider};

/// The time of a whole call: three attempts of a report and the waits between them.
const CALL_TIMEOUT: Duration = Duration::from_secs(180);
const LIGHT_ATTEMPT: Duration = Duration::from_secs(30);
/// The server kills the query of a report after 30 s (documented); then the rows still have to travel.
const REPORT_ATTEMPT: Duration = Duration::from_secs(60);

type MakeTokens = Box<dyn FnOnce(Client) -> Arc<dyn TokenProvider> + Send>;

/// Builds a [`Client`]. Works outside a runtime, spawns nothing.
#[derive(Default)]
#[must_use = "a builder makes nothing before `build`"]
pub struct ClientBuilder {
    base: Option<Result<BaseUrl, Error>>,
    user_agent: Option<String>,
    timer: Option<Arc<dyn Timer>>,
    tokens: Option<Result<MakeTokens, Error>>,
    retry: RetryPolicy,
    limit: RateLimit,
    timeout: Option<Duration>,
    light_attempt: Option<Duration>,
    report_attempt: Option<Duration>,
    layers: Vec<UserLayer>,
    attempt_layers: Vec<UserLayer>,
    transport: Option<SeamService>,
    observers: Vec<Arc<dyn Observer>>,
    overlay: Overlay,
    secrets: Secrets,
    #[cfg(feature = "gzip")]
    decompress: Option<bool>,
}

impl ClientBuilder {
    funnelflux_contract::setters! {
        /// Sets the base URL of the API (default: the vendor's endpoint). [`build`](Self::build) reports
        /// a wrong one.
        fn base_url(base: impl AsRef<str>) => base = Some(base.as_ref().parse());
        /// Puts the name of your product before the SDK's own `User-Agent`.
        fn user_agent(product: impl Into<String>) => user_agent = Some(product.into());
        /// Replaces the clock and the sleep.
        fn timer(timer: Arc<dyn Timer>) => timer = Some(timer);
        /// Sets how often requests are repeated.
        fn retry(policy: RetryPolicy) => retry = policy;
        /// Sets how fast requests are sent, and how many at once.
        fn rate_limit(limit: RateLimit) => limit = limit;
        /// Limits the time of a whole call, retries and waits included (default 180 s).
        fn timeout(timeout: Duration) => timeout = Some(timeout);
        /// Limits the time of one attempt (default 30 s), except of report queries.
        fn attempt_timeout(timeout: Duration) => light_attempt = Some(timeout);
        /// Limits the time of one attempt at a report query (default 60 s: the server stops after 30).
        fn report_attempt_timeout(timeout: Duration) => report_attempt = Some(timeout);
        /// Shares the secrets that are never shown with other clients, or with a program that hides them in
        /// what it prints itself.
        fn secrets(secrets: Secrets) => secrets = secrets;
        /// Sets whether to ask for compressed answers (default: yes with the feature `gzip`).
        #[cfg(feature = "gzip")]
        fn decompression(on: bool) => decompress = Some(on);
        /// Adds an observer of the calls: an [`Observer`], shared or not, or a closure.
        fn observer(observer: impl Observer), |it| it.observers.push(Arc::new(observer));
        /// Adds overrides of the contract.
        fn overlay(overlay: Overlay), |it| it.add(overlay);
        /// Overrides the path of one operation, by its id in the contract; see [`Overlay::path`].
        fn path_override(id: impl Into<String>, path: impl Into<String>),
            |it| it.add(Overlay::new().path(id, path));
        /// Overrides the name of a query parameter, of one operation or of a family:
        /// `.query_override("ledger.page.*", "ours", "theirs")`; see [`Overlay::query`].
        fn query_override(
            operations: impl Into<String>,
            ours: impl Into<String>,
            theirs: impl Into<String>
        ), |it| it.add(Overlay::new().query(operations, ours, theirs));
        /// Overrides the name of a member of JSON bodies, of one operation or of a family:
        /// `.member_override("ledger.page.*", "ours", "theirs")`; see [`Overlay::member`].
        fn member_override(
            operations: impl Into<String>,
            ours: impl AsRef<str>,
            theirs: impl AsRef<str>
        ), |it| it.add(Overlay::new().member(operations, ours, theirs));
        /// Sets the source of access tokens. Without one, requests carry none.
        fn token_provider(provider: Arc<dyn TokenProvider>)
            => tokens = Some(Ok(Box::new(move |_| provider)));
        /// Sets the source of access tokens. `make` gets a client without a token for the source's own calls.
        fn token_provider_from(
            make: impl FnOnce(Client) -> Arc<dyn TokenProvider> + Send + 'static
        ) => tokens = Some(Ok(Box::new(make)));
        /// Replaces the leaf: another HTTP client, a recording, a mock. It gets absolute addresses and
        /// tells by [`Error::not_sent`] and [`Error::no_answer`] how far a request got. Any other error
        /// is not retried, and one of a foreign type leaves a write's outcome unknown.
        fn transport<B>(service: impl IntoSeam<B>) => transport = Some(service.into_seam());
    }

    fn add(&mut self, overlay: Overlay) {
        self.overlay = std::mem::take(&mut self.overlay).merge(overlay);
    }

    /// Sets one access token, which is never refreshed. [`build`](Self::build) refuses one that cannot
    /// stand in a header.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        let provider = AccessToken::new(token.into(), None).map(StaticToken::new);
        self.tokens = Some(provider.map(|provider| -> MakeTokens {
            let provider = Arc::new(provider);
            Box::new(move |_| provider)
        }));
        self
    }

    /// Adds a tower layer that runs **once per call**, outside of the retries. The first one added
    /// sees a request first. A layer that is not always ready is waited for within the call's time.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.layers.push(Arc::new(move |inner| layer.layer(inner).into_seam()));
        self
    }

    /// Adds a tower layer that runs **once per attempt**, inside of the retries, and sees error
    /// answers as answers. The first one added sees a request first.
    pub fn attempt_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.attempt_layers.push(Arc::new(move |inner| layer.layer(inner).into_seam()));
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// When the base URL, an access token, an override or the user agent is invalid, when TLS cannot be set
    /// up or the base URL needs it and this build has none, or when there is no transport (feature
    /// `reqwest` off and none given).
    pub fn build(self) -> Result<Client, Error> {
        self.build_pair().map(|(client, _)| client)
    }

    /// Builds the client as [`build`](Self::build) does, and a second one without a token, over the same
    /// transport, for the token provider's own calls. It has limits of its own, because calls that wait
    /// for a token hold their permits meanwhile.
    pub fn build_pair(mut self) -> Result<(Client, Client), Error> {
        self.overlay.check()?;
        let mut base = self.base.take().transpose()?.unwrap_or_else(BaseUrl::vendor);
        if let Some(path) = self.overlay.base_path_of_all() {
            base = base.with_prefix(path);
        }
        let agent = user_agent(self.user_agent.as_deref())?;
        let leaf = match self.transport.take() {
            Some(transport) => Leaf::Right(transport),
            None => default_leaf(&base)?,
        };
        let tokens = self.tokens.take().transpose()?;
        let timer = self.timer.take().unwrap_or_else(|| Arc::new(TokioTimer));
        let (overlay, secrets) = (std::mem::take(&mut self.overlay), self.secrets.clone());
        let told = Arc::default();
        let shared =
            ClientShared { base, timer, overlay, secrets, tokens: None, exact: true, told };
        let anonymous = self.compose(&agent, leaf.clone(), shared.clone());
        let tokens = tokens.map(|make| make(anonymous.clone()));
        Ok((self.compose(&agent, leaf, ClientShared { tokens, ..shared }), anonymous))
    }

    /// The stack, the outermost layer first: a request passes them in this order.
    fn compose(&self, agent: &HeaderValue, leaf: Leaf, shared: ClientShared) -> Client {
        let ClientShared { base, timer, tokens, .. } = &shared;
        #[cfg(feature = "gzip")]
        let decompression = self.decompress.unwrap_or(true).then(DecompressLayer::new);
        #[cfg(not(feature = "gzip"))]
        let decompression = None::<tower::layer::util::Identity>;
        let light = self.light_attempt.unwrap_or(LIGHT_ATTEMPT);
        let report = self.report_attempt.unwrap_or(REPORT_ATTEMPT);
        let timeout = self.timeout.unwrap_or(CALL_TIMEOUT);
        let deadline = match self.layers.is_empty() {
            true => DeadlineLayer::around_built_in(timer.clone(), timeout),
            false => DeadlineLayer::new(timer.clone(), timeout),
        };
        let stack = ServiceBuilder::new()
            // Once per call.
            .layer(CallLayer::observed(timer.clone(), self.observers.clone()))
            .layer(deadline)
            .layer(UserLayers(&self.layers, &self.secrets))
            .layer(RetryLayer::new(timer.clone(), self.retry.clone()))
            // Once per attempt.
            .layer(AttemptLayer::new(timer.clone(), base.clone()))
            .layer(LimitLayer::new(timer.clone(), &self.limit))
            .layer(AttemptTimeoutLayer::new(timer.clone(), light, report))
            .layer(ClassifyLayer::new(timer.clone()))
            .layer(UserLayers(&self.attempt_layers, &self.secrets))
            .layer(BaseLayer::new(base.clone(), agent.clone()))
            .layer(AuthLayer::new(tokens.clone(), base.clone(), timer.clone()))
            .option_layer(decompression)
            .service(leaf);
        Client::new(entrance(stack), shared)
    }
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, Error> {
    let own = concat!("funnelflux-rust/", env!("CARGO_PKG_VERSION"));
    let text = product.map_or_else(|| own.to_owned(), |product| format!("{product} {own}"));
    HeaderValue::try_from(&text)
        .map_err(|_| Error::invalid_request(format!("user agent {text:?}: not a header value")))
}
