//! The service as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_model::domains::{CheckDomainResponse, DomainInfo, DomainSummary};
use funnelflux_transport::{Error, TokioTimer};

use crate::wait::{self, WaitOptions};

/// The methods of [`Domains`](crate::Domains) as a trait: write your code against it and use a mock in
/// tests (feature `mock`). Each fails as that of the same name does. Methods added later have a default.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DomainsApi: Send + Sync {
    /// Lists all domains.
    async fn list(&self) -> Result<Vec<DomainSummary>, Error>;

    /// Adds a domain.
    async fn create(&self, domain: &str) -> Result<DomainInfo, Error>;

    /// Checks whether a domain answers and its certificate is valid.
    async fn check(&self, domain: &str) -> Result<CheckDomainResponse, Error>;

    /// Gets a domain in full.
    async fn get(&self, id: &str) -> Result<DomainInfo, Error>;

    /// Deletes a domain.
    async fn delete(&self, id: &str) -> Result<(), Error>;

    /// Makes the server check the domain's state again.
    async fn refresh(&self, id: &str) -> Result<(), Error>;

    /// Waits until the domain and its certificate are active. By default by
    /// [`refresh`](Self::refresh), [`get`](Self::get) and, where needed, [`list`](Self::list), on
    /// tokio's clock.
    async fn wait_until_active(&self, id: &str, options: WaitOptions) -> Result<DomainInfo, Error> {
        wait::run(&TokioTimer, options, || look(self, id)).await
    }
}

// A reference or pointer to an implementation is one.
funnelflux_transport::implement_for_pointers! { DomainsApi, [], {
    list() -> Result<Vec<DomainSummary>, Error>;
    create(domain: &str) -> Result<DomainInfo, Error>;
    check(domain: &str) -> Result<CheckDomainResponse, Error>;
    get(id: &str) -> Result<DomainInfo, Error>;
    delete(id: &str) -> Result<(), Error>;
    refresh(id: &str) -> Result<(), Error>;
    wait_until_active(id: &str, options: WaitOptions) -> Result<DomainInfo, Error>;
} }

/// Gets the domain, and whether it is active: by its own states, or the list's if it lacks one.
pub(crate) async fn look<A: DomainsApi + ?Sized>(
    api: &A,
    id: &str,
) -> Result<(DomainInfo, bool), Error> {
    api.refresh(id).await?;
    let domain = api.get(id).await?;
    let is_active = match (domain.status(), domain.ssl_status()) {
        (Ok(Some(_)), Ok(Some(_))) => domain.is_active(),
        _ => api.list().await?.iter().any(|summary| {
            matches!(summary.id(), Ok(Some(own)) if own == id) && summary.is_active()
        }),
    };
    Ok((domain, is_active))
}
