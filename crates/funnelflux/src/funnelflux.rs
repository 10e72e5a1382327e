//! The client of an account.

use std::sync::Arc;

use funnelflux_auth::AuthClient;
use funnelflux_transport::http::Method;
use funnelflux_transport::{BaseUrl, CallBuilder, Client, Operation, OperationRef};

use crate::builder::Builder;
use crate::operations;

/// A FunnelFlux Pro account. Cheap to clone; clones share connections, limits and tokens.
///
/// Services are given by reference, so that several calls can be made at once, and cheap to clone.
///
/// ```no_run
/// # async fn example(client: funnelflux::FunnelFlux, requests: Vec<funnelflux::prelude::DrilldownRequest>) {
/// let reports = requests.iter().map(|request| client.reporting().drilldown(request));
/// let reports = futures_util::future::join_all(reports).await;
/// let reporting = client.reporting().clone();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FunnelFlux(Arc<Services>);

#[derive(Debug)]
struct Services {
    client: Client,
    auth: AuthClient,
    #[cfg(feature = "reporting")]
    reporting: funnelflux_reporting::Reporting,
    #[cfg(feature = "domains")]
    domains: funnelflux_domains::Domains,
    #[cfg(feature = "ledger")]
    ledger: funnelflux_ledger::Ledger,
}

impl FunnelFlux {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(client: Client, anonymous: Client) -> Self {
        Self(Arc::new(Services {
            auth: AuthClient::new(anonymous),
            #[cfg(feature = "reporting")]
            reporting: funnelflux_reporting::Reporting::new(client.clone()),
            #[cfg(feature = "domains")]
            domains: funnelflux_domains::Domains::new(client.clone()),
            #[cfg(feature = "ledger")]
            ledger: funnelflux_ledger::Ledger::new(client.clone()),
            client,
        }))
    }

    /// Reports: attributes, drilldowns, raw events.
    #[cfg(feature = "reporting")]
    pub fn reporting(&self) -> &funnelflux_reporting::Reporting {
        &self.0.reporting
    }

    /// Custom domains.
    #[cfg(feature = "domains")]
    pub fn domains(&self) -> &funnelflux_domains::Domains {
        &self.0.domains
    }

    /// Assets: traffic sources, offer sources, funnels, pages and the rest.
    #[cfg(feature = "ledger")]
    pub fn ledger(&self) -> &funnelflux_ledger::Ledger {
        &self.0.ledger
    }

    /// Tokens: login, check, refresh. Most programs need none of it: the client refreshes its own.
    pub fn auth(&self) -> &AuthClient {
        &self.0.auth
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
        self.0.client.call(operation)
    }

    /// Begins a call of an operation, as [`Client::call`].
    pub fn call(&self, operation: impl Into<OperationRef>) -> CallBuilder<'_> {
        self.0.client.call(operation)
    }

    /// The transport's client, for services of your own.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The base URL of the API.
    pub fn base_url(&self) -> &BaseUrl {
        self.0.client.base_url()
    }
}
