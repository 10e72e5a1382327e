//! From settings to a client.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tower::ServiceBuilder;
use tower_layer::Layer;

use crate::base_url::{BaseUrl, DEFAULT_BASE_URL};
use crate::client::{Client, Shared};
use crate::entry::{Entry, Stack};
use crate::error::Error;
use crate::layers::{
    AttemptLayer, AttemptTimeoutLayer, AuthLayer, BaseLayer, CallLayer, ClassifyLayer,
    DeadlineLayer, LimitLayer, RateLimit, RetryLayer,
};
use crate::limit::Limiter;
use crate::observe::{Observer, Observers};
use crate::overlay::Overlay;
use crate::retry::RetryPolicy;
use crate::stack::{IntoSeam, Seam, SeamService, UserLayer};
use crate::timer::{Timer, TokioTimer};
use crate::token::TokenProvider;

/// A whole call: three attempts of a report and the waits between them.
const CALL_TIMEOUT: Duration = Duration::from_secs(180);
/// An ordinary attempt.
const LIGHT_ATTEMPT: Duration = Duration::from_secs(30);
/// A report's attempt: the server kills the query after 30 s (documented), then the rows still
/// have to travel.
const REPORT_ATTEMPT: Duration = Duration::from_secs(60);

enum Tokens {
    Ready(Arc<dyn TokenProvider>),
    Made(Box<dyn FnOnce(Client) -> Arc<dyn TokenProvider> + Send>),
}

/// Builds a [`Client`]. Works outside a runtime, spawns nothing.
#[must_use]
pub struct ClientBuilder {
    base: Result<BaseUrl, Error>,
    user_agent: Option<String>,
    timer: Arc<dyn Timer>,
    tokens: Option<Tokens>,
    retry: RetryPolicy,
    limit: RateLimit,
    timeout: Duration,
    light_attempt: Duration,
    report_attempt: Duration,
    layers: Vec<UserLayer>,
    attempt_layers: Vec<UserLayer>,
    transport: Option<SeamService>,
    observers: Vec<Arc<dyn Observer>>,
    overlay: Overlay,
    #[cfg(feature = "gzip")]
    decompress: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base: DEFAULT_BASE_URL.parse(),
            user_agent: None,
            timer: Arc::new(TokioTimer),
            tokens: None,
            retry: RetryPolicy::default(),
            limit: RateLimit::default(),
            timeout: CALL_TIMEOUT,
            light_attempt: LIGHT_ATTEMPT,
            report_attempt: REPORT_ATTEMPT,
            layers: Vec::new(),
            attempt_layers: Vec::new(),
            transport: None,
            observers: Vec::new(),
            overlay: Overlay::default(),
            #[cfg(feature = "gzip")]
            decompress: true,
        }
    }
}

impl ClientBuilder {
    /// Where the API lives (default: the vendor's endpoint). A wrong address is reported by
    /// [`build`](Self::build).
    pub fn base_url(mut self, base: impl AsRef<str>) -> Self {
        self.base = base.as_ref().parse();
        self
    }

    /// Where access tokens come from. Without one, requests carry none.
    pub fn token_provider(mut self, provider: Arc<dyn TokenProvider>) -> Self {
        self.tokens = Some(Tokens::Ready(provider));
        self
    }

    /// Where access tokens come from, if the provider needs a client for its own calls: `make`
    /// gets one over the same transport that carries no token.
    pub fn token_provider_from(
        mut self,
        make: impl FnOnce(Client) -> Arc<dyn TokenProvider> + Send + 'static,
    ) -> Self {
        self.tokens = Some(Tokens::Made(Box::new(make)));
        self
    }

    /// The product that uses this SDK, put before the SDK's own `User-Agent`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Another clock and sleep.
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Arc::new(timer);
        self
    }

    /// How often requests are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How fast requests are sent, and how many at once.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.limit = limit;
        self
    }

    /// The time of a whole call, retries and waits included (default 180 s).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time of one attempt (default 30 s), except of report queries.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.light_attempt = timeout;
        self
    }

    /// The time of one attempt at a report query (default 60 s: the server stops after 30).
    pub fn report_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.report_attempt = timeout;
        self
    }

    /// Adds a tower layer that runs **once per call**, outside of the retries. The first one added
    /// sees a request first. One that is not always ready is waited for within the call's time.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.layers.push(UserLayer::new(layer));
        self
    }

    /// Adds a tower layer that runs **once per attempt**, inside of the retries, and sees error
    /// answers as answers. The first one added sees a request first.
    pub fn attempt_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<SeamService, Service: IntoSeam<B>> + Send + Sync + 'static,
    {
        self.attempt_layers.push(UserLayer::new(layer));
        self
    }

    /// Replaces the leaf: another HTTP client, a recording, a mock. It gets absolute addresses and
    /// tells by [`Error::not_sent`] and [`Error::no_answer`] how far a request got. Any other error
    /// is not retried, and one of a foreign type leaves a write's fate unknown.
    pub fn transport<B>(mut self, service: impl IntoSeam<B>) -> Self {
        self.transport = Some(service.into_seam());
        self
    }

    /// Tells this observer what happens.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Adds overrides of the contract.
    pub fn overlay(mut self, overlay: Overlay) -> Self {
        self.overlay = self.overlay.merge(overlay);
        self
    }

    /// Overrides the path of one operation, by its id in the contract; see [`Overlay::path`].
    pub fn path_override(self, id: impl Into<String>, path: impl Into<String>) -> Self {
        self.overlay(Overlay::new().path(id, path))
    }

    /// Overrides the name of a query parameter, of one operation or of a family:
    /// `.query_override("ledger.page.*", "idPage", "id")`; see [`Overlay::query`].
    pub fn query_override(
        self,
        operations: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>,
    ) -> Self {
        self.overlay(Overlay::new().query(operations, ours, theirs))
    }

    /// Overrides the name of a member of JSON bodies, of one operation or of a family:
    /// `.member_override("ledger.page.*", "baseURL", "url")`; see [`Overlay::member`].
    pub fn member_override(
        self,
        operations: impl Into<String>,
        ours: impl AsRef<str>,
        theirs: impl AsRef<str>,
    ) -> Self {
        self.overlay(Overlay::new().member(operations, ours, theirs))
    }

    /// Whether to ask for compressed answers (default: yes with the feature `gzip`).
    #[cfg(feature = "gzip")]
    pub fn decompression(mut self, on: bool) -> Self {
        self.decompress = on;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When the base URL, an override or the user agent makes no sense, when TLS cannot be set
    /// up, or when there is no transport (feature `reqwest` off and none given).
    pub fn build(self) -> Result<Client, Error> {
        self.build_pair().map(|(client, _)| client)
    }

    /// The client, and a second one over the same transport that carries no token: for the token
    /// provider's own calls. It has limits of its own, because calls that wait for a token hold
    /// their permits meanwhile.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_pair(self) -> Result<(Client, Client), Error> {
        let base = self.base?;
        let agent = user_agent(self.user_agent.as_deref())?;
        let observers = Observers::new(self.observers);
        let limiter = || Arc::new(Limiter::new(&self.limit, self.timer.clone()));
        let common = Common {
            timer: self.timer.clone(),
            base: base.clone(),
            agent,
            retry: self.retry,
            timeout: self.timeout,
            attempts: (self.light_attempt, self.report_attempt),
            layers: self.layers,
            attempt_layers: self.attempt_layers,
            observers,
            #[cfg(feature = "gzip")]
            decompress: self.decompress,
        };
        self.overlay.check()?;
        let overlay = Arc::new(self.overlay);
        let client = |entry: Arc<dyn Entry>| {
            let shared =
                Shared { base: base.clone(), timer: self.timer.clone(), overlay: overlay.clone() };
            Client::new(entry, shared)
        };
        let build = |leaf: Leaf, tokens| {
            client(match leaf {
                Leaf::Given(leaf) => common.compose(leaf, tokens, limiter()),
                Leaf::Default(leaf) => common.compose(leaf, tokens, limiter()),
            })
        };
        let leaf = match self.transport {
            Some(transport) => Leaf::Given(transport),
            None => Leaf::Default(default_transport()?),
        };
        let anonymous = build(leaf.clone(), None);
        let tokens = self.tokens.map(|tokens| match tokens {
            Tokens::Ready(provider) => provider,
            Tokens::Made(make) => make(anonymous.clone()),
        });
        Ok((build(leaf, tokens), anonymous))
    }

    /// The operations of each override, as [`Overlay::operations`].
    #[doc(hidden)]
    pub fn overridden(&self) -> impl Iterator<Item = &str> {
        self.overlay.operations()
    }
}

/// The leaf, by its own type where it is the default one: a box less.
#[derive(Clone)]
enum Leaf {
    Given(SeamService),
    Default(DefaultTransport),
}

#[cfg(feature = "reqwest")]
type DefaultTransport = crate::leaf::ReqwestTransport;
#[cfg(not(feature = "reqwest"))]
type DefaultTransport = SeamService;

#[cfg(feature = "reqwest")]
fn default_transport() -> Result<DefaultTransport, Error> {
    crate::leaf::ReqwestTransport::new()
}

#[cfg(not(feature = "reqwest"))]
fn default_transport() -> Result<DefaultTransport, Error> {
    Err(Error::invalid_request(
        "no transport: give one with `.transport(…)`, or switch the feature `reqwest` on",
    ))
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, Error> {
    let own = concat!("funnelflux-rust/", env!("CARGO_PKG_VERSION"));
    let text = product.map_or_else(|| own.to_owned(), |product| format!("{product} {own}"));
    HeaderValue::try_from(&text)
        .map_err(|_| Error::invalid_request(format!("user agent {text:?}: not a header value")))
}

struct Common {
    timer: Arc<dyn Timer>,
    base: BaseUrl,
    agent: HeaderValue,
    retry: RetryPolicy,
    timeout: Duration,
    attempts: (Duration, Duration),
    layers: Vec<UserLayer>,
    attempt_layers: Vec<UserLayer>,
    observers: Observers,
    #[cfg(feature = "gzip")]
    decompress: bool,
}

impl Common {
    /// Steps 10 to 13, then 9 to 4, then 3 to 1. Without layers of the user's everything is one
    /// static stack in one box.
    fn compose(
        &self,
        leaf: impl Seam,
        tokens: Option<Arc<dyn TokenProvider>>,
        limiter: Arc<Limiter>,
    ) -> Arc<dyn Entry> {
        #[cfg(feature = "gzip")]
        if self.decompress {
            return self.with_token(crate::decompress::Decompress::new(leaf), tokens, limiter);
        }
        self.with_token(leaf, tokens, limiter)
    }

    fn with_token(
        &self,
        leaf: impl Seam,
        tokens: Option<Arc<dyn TokenProvider>>,
        limiter: Arc<Limiter>,
    ) -> Arc<dyn Entry> {
        let inner = ServiceBuilder::new()
            .layer(BaseLayer::new(self.base.clone(), self.agent.clone()))
            .layer(AuthLayer::new(tokens, self.base.clone(), self.timer.clone()))
            .service(leaf);
        if self.attempt_layers.is_empty() {
            self.with_retry(inner, limiter)
        } else {
            let layered = UserLayer::wrap_all(&self.attempt_layers, SeamService::new(inner));
            self.with_retry(layered, limiter)
        }
    }

    fn with_retry(&self, inner: impl Seam, limiter: Arc<Limiter>) -> Arc<dyn Entry> {
        let (light, report) = self.attempts;
        let (timer, observers) = (&self.timer, &self.observers);
        let retried = ServiceBuilder::new()
            .layer(RetryLayer::with_shared_observers(
                timer.clone(),
                self.retry.clone(),
                observers.clone(),
            ))
            .layer(AttemptLayer::with_shared_observers(
                timer.clone(),
                self.base.clone(),
                observers.clone(),
            ))
            .layer(LimitLayer::with_shared(limiter, observers.clone()))
            .layer(AttemptTimeoutLayer::new(timer.clone(), light, report))
            .layer(ClassifyLayer::new(timer.clone()))
            .service(inner);
        if self.layers.is_empty() {
            self.with_deadline(retried)
        } else {
            self.with_deadline(UserLayer::wrap_all(&self.layers, SeamService::new(retried)))
        }
    }

    fn with_deadline(&self, inner: impl Seam) -> Arc<dyn Entry> {
        Arc::new(Stack::new(
            ServiceBuilder::new()
                .layer(
                    CallLayer::new(self.timer.clone())
                        .with_shared_observers(self.observers.clone()),
                )
                .layer(DeadlineLayer::new(self.timer.clone(), self.timeout).above_retries())
                .service(inner),
        ))
    }
}
