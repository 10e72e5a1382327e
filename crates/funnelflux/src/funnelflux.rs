//! The client of an account.

use funnelflux_auth::AuthClient;
use funnelflux_transport::http::Method;
use funnelflux_transport::{BaseUrl, CallBuilder, Client, Operation, OperationRef};

use crate::builder::Builder;
use crate::operations;

/// A FunnelFlux Pro account. Cheap to clone; clones share connections, limits and tokens.
#[derive(Clone, Debug)]
pub struct FunnelFlux {
    client: Client,
    anonymous: Client,
}

impl FunnelFlux {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(client: Client, anonymous: Client) -> Self {
        Self { client, anonymous }
    }

    /// Reports: attributes, drilldowns, raw events.
    #[cfg(feature = "reporting")]
    pub fn reporting(&self) -> funnelflux_reporting::Reporting {
        funnelflux_reporting::Reporting::new(self.client.clone())
    }

    /// Custom domains.
    #[cfg(feature = "domains")]
    pub fn domains(&self) -> funnelflux_domains::Domains {
        funnelflux_domains::Domains::new(self.client.clone())
    }

    /// Assets: traffic sources, offer sources, funnels, pages and the rest.
    #[cfg(feature = "ledger")]
    pub fn ledger(&self) -> funnelflux_ledger::Ledger {
        funnelflux_ledger::Ledger::new(self.client.clone())
    }

    /// Tokens: login, check, refresh. Most programs do not need it, since the client refreshes its
    /// token by itself.
    pub fn auth(&self) -> AuthClient {
        AuthClient::new(self.anonymous.clone())
    }

    /// Begins a call by method and path below the base URL, with token, retries and limits.
    ///
    /// A path of the contract keeps the rules of its operation. Any other write is not repeated after a
    /// lost answer, not even a PUT, because this API's PUTs can queue side effects (documented);
    /// [`CallBuilder::with_idempotency`] overrides that.
    pub fn call_raw(&self, method: Method, path: impl Into<String>) -> CallBuilder<'_> {
        let path = path.into();
        let bare = path.split('?').next().unwrap_or_default();
        let operation = match operations::find(&method, bare) {
            Some(known) => known.clone().with_path(path),
            None => Operation::raw(method, path),
        };
        self.client.call(operation)
    }

    /// Begins a call of an operation, as [`Client::call`].
    pub fn call(&self, operation: impl Into<OperationRef>) -> CallBuilder<'_> {
        self.client.call(operation)
    }

    /// The transport's client, for services of your own.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The base URL of the API.
    pub fn base_url(&self) -> &BaseUrl {
        self.client.base_url()
    }
}
