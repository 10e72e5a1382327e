//! The client: operations in, answers out.

use std::collections::BTreeSet;
use std::sync::Arc;

use funnelflux_contract::MOST_NAMED;
use http::{Method, Request, Response as HttpResponse};

use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::builder::ClientBuilder;
use crate::call::Call;
use crate::error::Error;
use crate::lock::Lock;
use crate::operation::{Operation, OperationRef};
use crate::overlay::Overlay;
use crate::request::CallBuilder;
use crate::secrets::Secrets;
use crate::stack::{Entrance, IntoSeam, entrance};
use crate::timer::{Timer, TokioTimer};
use crate::token::TokenProvider;

/// Calls operations through the stack. Cheap to clone; clones share connections, limits, budget
/// and token.
///
/// ```no_run
/// # async fn example() -> Result<(), funnelflux_transport::Error> {
/// use funnelflux_transport::{operation, Client};
///
/// operation! {
///     static ATTRIBUTES = {
///         id: "reporting.attributes", title: "List available attributes", method: GET,
///         path: "/reporting/attributes", path_grade: Proven, alternatives: [],
///         grade: Documented, source: "vendor API reference", idempotency: Safe, weight: Light,
///     };
/// }
///
/// let client = Client::builder().build()?;
/// let answer = client.call(&ATTRIBUTES).send().await?.json::<serde_json::Value>()?;
/// println!("{} after {} attempts", *answer, answer.attempts());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    enter: Entrance,
    shared: Arc<ClientShared>,
}

#[derive(Clone)]
pub(crate) struct ClientShared {
    pub(crate) base: BaseUrl,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) overlay: Overlay,
    pub(crate) secrets: Secrets,
    pub(crate) tokens: Option<Arc<dyn TokenProvider>>,
    /// Each request that is sent passes the retry layer and the auth layer.
    pub(crate) exact: bool,
    /// The warnings that were logged.
    pub(crate) told: Arc<Lock<BTreeSet<String>>>,
}

impl Client {
    /// Begins with the settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Makes a client around a service of your own. Where a request is in it is unknown, so a lost answer
    /// makes a write ambiguous, and so does an error of a foreign type.
    pub fn from_service<B>(service: impl IntoSeam<B>) -> Self {
        Self::around(service, false)
    }

    /// Makes a client around a stack that you composed of the [`layers`](crate::layers), with
    /// [`RetryLayer`](crate::layers::RetryLayer) and, right around the transport,
    /// [`AuthLayer`](crate::layers::AuthLayer). Its errors say the same as those of a built client: a write
    /// that did not get through the `AuthLayer` is not done, whatever the type of the error. Without these
    /// two layers, or with one between them that drops the request's extensions, a write that was sent would
    /// be called not done: use [`Client::from_service`].
    pub fn from_stack<B>(stack: impl IntoSeam<B>) -> Self {
        Self::around(stack, true)
    }

    fn around<B>(service: impl IntoSeam<B>, exact: bool) -> Self {
        let shared = ClientShared {
            base: BaseUrl::vendor(),
            timer: Arc::new(TokioTimer),
            overlay: Overlay::default(),
            secrets: Secrets::default(),
            tokens: None,
            exact,
            told: Arc::default(),
        };
        Self::new(entrance(service.into_seam()), shared)
    }

    pub(crate) fn new(enter: Entrance, shared: ClientShared) -> Self {
        Self { enter, shared: Arc::new(shared) }
    }

    /// Begins a call of an operation: one of the contract, with this client's overrides, or one made
    /// at run time, which overrides do not touch.
    pub fn call(&self, operation: impl Into<OperationRef>) -> CallBuilder<'_> {
        let operation = operation.into();
        let Some(of_contract) = operation.of_contract() else {
            return CallBuilder::new(self, operation, None);
        };
        let overlay = &self.shared.overlay;
        let operation = overlay.applied(of_contract).map_or(operation, OperationRef::from);
        CallBuilder::new(self, operation, Some(overlay))
    }

    /// Begins a call by method and path below the base URL. A write is sent once, whatever its
    /// method: [`CallBuilder::with_idempotency`] says better.
    pub fn call_raw(&self, method: Method, path: impl Into<String>) -> CallBuilder<'_> {
        self.call(Operation::raw(method, path))
    }

    /// The overrides of this client.
    pub fn overlay(&self) -> &Overlay {
        &self.shared.overlay
    }

    /// Logs one warning of what none has told before, for all clones of the client: of the first few, and how many more.
    pub(crate) fn warn_once(&self, all: impl Iterator<Item = String>, end: &str) {
        let mut told = self.shared.told.lock();
        let mut new = all.filter(|what| told.insert(what.clone()));
        let first: Vec<String> = new.by_ref().take(MOST_NAMED).collect();
        let more = match new.count() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        if !first.is_empty() {
            tracing::warn!("{}{more}{end}", first.join("; "));
        }
    }

    /// Sends a request of your own making through the whole stack. Its address is a path below the
    /// base URL; put a [`Call`] into its extensions to say what it is. Each send is a new call: only
    /// the operation and the options of the one in the extensions are used.
    pub async fn send(&self, mut request: Request<Body>) -> Result<HttpResponse<Body>, Error> {
        let secrets = &self.shared.secrets;
        secrets.add_of_headers(request.headers());
        let given = Call::of_or_insert(&mut request).0;
        let (operation, options) = (given.operation.clone(), given.options.clone());
        let call = Call::begin(operation, options, &mut request, Some(secrets));
        let mut answer = self.exchange(request, &call).await?;
        secrets.redact_headers(answer.headers_mut());
        Ok(answer)
    }

    pub(crate) async fn exchange(
        &self,
        request: Request<Body>,
        call: &Call,
    ) -> Result<HttpResponse<Body>, Error> {
        if self.shared.exact {
            call.0.flights.enter_exact();
        }
        let sent = match self.shared.timer.check() {
            Ok(()) => (self.enter)(request).await,
            Err(error) => Err(error),
        };
        sent.map_err(|error| {
            call.0.flights.end(&error);
            error.completed(call, self.shared.timer.wall())
        })
    }

    /// Waits until a refresh of the token that is under way has ended. A program that is about to end
    /// waits for it: the refresh token may be used up, and its replacement is stored only then.
    pub async fn settled(&self) {
        if let Some(tokens) = &self.shared.tokens {
            tokens.settled().await;
        }
    }

    /// The secrets that this client has used.
    pub fn secrets(&self) -> &Secrets {
        &self.shared.secrets
    }

    /// The base URL of the API.
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// The clock of this client.
    pub fn timer(&self) -> &Arc<dyn Timer> {
        &self.shared.timer
    }
}

funnelflux_contract::shows! { Client, |it| base_url: it.shared.base }
