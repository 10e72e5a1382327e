//! The client of the section *Domains*.

use async_trait::async_trait;
use funnelflux_model::Document;
use funnelflux_model::ValidationError;
use funnelflux_model::domains::{
    CheckDomainResponse, CreateDomainResponse, DeleteDomainResponse, DomainInfo, DomainRefusal,
    DomainRequest, DomainResponse, DomainSummary, GetDomainResponse, ListDomainsResponse,
};
use funnelflux_model::ledger::Model;
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{CallBuilder, Client, Error, Response};

use crate::api::{DomainsApi, look};
use crate::operations;
use crate::wait::{self, WaitOptions};

/// The custom domains of an account. Cheap to clone. Each method can fail as any call can.
#[derive(Clone, Debug)]
pub struct Domains {
    client: Client,
}

/// The typed reason of a refused call (`success: false`), if that is what the error is.
///
/// ```
/// use funnelflux_model::domains::DomainErrorCode;
/// # fn example(error: funnelflux_transport::Error) {
/// if let Some(refusal) = funnelflux_domains::refusal(&error) {
///     match refusal.code() {
///         Some(DomainErrorCode::DomainExists) => println!("you have it already"),
///         other => println!("{other:?}"),
///     }
/// }
/// # }
/// ```
pub fn refusal(error: &Error) -> Option<&DomainRefusal> {
    error.cause()?.downcast_ref()
}

impl Domains {
    /// Calls through `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// All domains (`GET /billing/domains`, documented). The list comes from the server's ledger alone, so
    /// states may be empty in it (*documented*): [`refresh`](Self::refresh) updates the ledger.
    pub async fn list(&self) -> Result<Vec<DomainSummary>, Error> {
        let call = self.client.call(&operations::DOMAINS_LIST);
        take(send::<ListDomainsResponse>(call).await?, |list| {
            list.domains().map(Option::unwrap_or_default).map_err(|cause| {
                Error::unexpected_answer("the answer has an unexpected shape").with_source(cause)
            })
        })
    }

    /// Adds a domain (`POST /billing/domains`, documented). Beyond the free tier that changes the
    /// bill, as [`delete`](Self::delete) does (*documented*, older). It is not repeated after a
    /// lost answer: list the domains then. Where the answer holds the domain is *inferred*:
    /// `CreateDomainResponse::find_domain` looks there.
    ///
    /// # Errors
    /// [`Error::is_refused`] with [`refusal`] when it is taken; [`Error::is_decode`] when it **was
    /// created**, but the answer does not show it: list the domains then, and do not try again.
    pub async fn create(&self, domain: &str) -> Result<DomainInfo, Error> {
        let request = DomainRequest::new(domain).map_err(nothing_sent)?;
        let call = self.client.call(&operations::DOMAINS_CREATE).json(&request);
        take(send::<CreateDomainResponse>(call).await?, |response| {
            response.find_domain().ok_or_else(|| {
                Error::unexpected_answer(
                    "the domain was created, as the server says, but its answer does not show it",
                )
                .with_advice("List the domains to find it. Do not create it again.")
            })
        })
    }

    /// Checks whether a domain answers and its certificate is valid (`POST /billing/domains/check`;
    /// operation documented, path inferred). The server asks `https://{domain}/debug/domain-check`,
    /// limits the rate of checks, and audits them (*documented*, older), so check rarely.
    pub async fn check(&self, domain: &str) -> Result<Response<CheckDomainResponse>, Error> {
        let request = DomainRequest::new(domain).map_err(nothing_sent)?;
        send(self.client.call(&operations::DOMAINS_CHECK).json(&request)).await
    }

    /// Gets a domain in full (`GET /billing/domains/{id}`; operation documented, path inferred).
    ///
    /// # Errors
    /// [`Error::is_refused`] when there is no such domain.
    pub async fn get(&self, id: &str) -> Result<DomainInfo, Error> {
        let call = self.client.call(&operations::DOMAINS_GET).path_param("id", id);
        let lacks = || Error::unexpected_answer("the answer does not show the domain");
        take(send::<GetDomainResponse>(call).await?, |found| found.find_domain().ok_or_else(lacks))
    }

    /// Deletes a domain (`DELETE /billing/domains/{id}`; operation documented, path inferred).
    /// [`Error::is_refused`] when there is no such domain.
    pub async fn delete(&self, id: &str) -> Result<Response<DeleteDomainResponse>, Error> {
        send(self.client.call(&operations::DOMAINS_DELETE).path_param("id", id)).await
    }

    /// Makes the server check the domain's state again and update its ledger
    /// (`POST /billing/domains/{id}/refresh`; operation documented, path inferred, shape of the answer
    /// unknown: it is kept unchanged). [`Error::is_refused`] when there is no such domain.
    pub async fn refresh(&self, id: &str) -> Result<Response<Document>, Error> {
        // Read as the answer of a look-up, for its refusal; the rest is the caller's to read.
        let call = self.client.call(&operations::DOMAINS_REFRESH).path_param("id", id);
        let answer = send::<GetDomainResponse>(call).await?;
        Ok(answer.map(Model::into_document))
    }

    /// Waits until the domain and its certificate are active, with longer and longer pauses between looks.
    ///
    /// That a domain in full has its states is inferred; where it has not, those of the list count, which
    /// are documented. A look that fails for a reason that passes found nothing new.
    ///
    /// # Errors
    /// [`Error::is_timeout`] when it is not active within the time given; else as
    /// [`refresh`](Self::refresh), [`get`](Self::get) and [`list`](Self::list).
    pub async fn wait_until_active(
        &self,
        id: &str,
        options: WaitOptions,
    ) -> Result<DomainInfo, Error> {
        wait::run(&**self.client.timer(), options, || look(self, id)).await
    }
}

fn nothing_sent(cause: ValidationError) -> Error {
    Error::invalid_request("nothing was sent").with_source(cause)
}

/// The answer, unless it says `success: false`.
async fn send<T: DomainResponse>(call: CallBuilder<'_>) -> Result<Response<T>, Error> {
    let answer = match call.send().await {
        Ok(answer) => answer.json::<T>()?,
        // A write's; with the typed reason, where it is of the documented shape.
        Err(error) => {
            let typed = serde_json::from_slice::<T>(error.body_excerpt());
            return Err(match typed.map(DomainResponse::accepted) {
                Ok(Err(refusal)) if error.is_refused() => {
                    refused(*refusal).about_the_answer_of(error)
                }
                _ => error,
            });
        }
    };
    answer.try_map(|response| response.accepted().map_err(|refusal| refused(*refusal)))
}

fn refused(refusal: DomainRefusal) -> Error {
    let code = refusal.code().map(ToString::to_string);
    Error::refused(code, "the server said no").with_source(refusal)
}

/// A part of the answer, or the error with the answer's particulars and its text.
fn take<T: Model, U>(
    answer: Response<T>,
    read: impl FnOnce(&T) -> Result<U, Error>,
) -> Result<U, Error> {
    read(&answer).map_err(|error| {
        let text = Bytes::copy_from_slice(answer.document().text().as_bytes());
        answer.map(|_| text).error(error)
    })
}

#[async_trait]
impl DomainsApi for Domains {
    async fn list(&self) -> Result<Vec<DomainSummary>, Error> {
        Self::list(self).await
    }

    async fn create(&self, domain: &str) -> Result<DomainInfo, Error> {
        Self::create(self, domain).await
    }

    async fn check(&self, domain: &str) -> Result<CheckDomainResponse, Error> {
        Self::check(self, domain).await.map(Response::into_inner)
    }

    async fn get(&self, id: &str) -> Result<DomainInfo, Error> {
        Self::get(self, id).await
    }

    async fn delete(&self, id: &str) -> Result<(), Error> {
        Self::delete(self, id).await.map(drop)
    }

    async fn refresh(&self, id: &str) -> Result<(), Error> {
        Self::refresh(self, id).await.map(drop)
    }

    async fn wait_until_active(&self, id: &str, options: WaitOptions) -> Result<DomainInfo, Error> {
        Self::wait_until_active(self, id, options).await
    }
}
