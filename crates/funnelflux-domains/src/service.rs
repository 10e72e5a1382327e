//! The client of the section *Domains*.

use funnelflux_model::Document;
use funnelflux_model::domains::{
    CheckDomainRequest, CheckDomainResponse, CreateDomainRequest, CreateDomainResponse,
    DeleteDomainResponse, DomainInfo, DomainRefusal, DomainResponse, DomainSummary,
    GetDomainResponse, ListDomainsResponse,
};
use funnelflux_model::{DecodeError, ValidationError};
use funnelflux_transport::{CallBuilder, Client, Error, Response};

use crate::operations;
use crate::wait::{self, WaitOptions};

/// The custom domains of an account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Domains {
    pub(crate) client: Client,
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
#[must_use]
pub fn refusal(error: &Error) -> Option<&DomainRefusal> {
    std::error::Error::source(error)?.downcast_ref()
}

impl Domains {
    /// Calls through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// All domains (`GET /billing/domains`, documented).
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<DomainSummary>, Error> {
        let answer =
            send::<ListDomainsResponse>(self.client.call(&operations::DOMAINS_LIST)).await?;
        take(answer, |list| list.domains().map(|found| Some(found.unwrap_or_default())))
    }

    /// Adds a domain (`POST /billing/domains`, documented). Not repeated after a lost answer: list
    /// the domains then.
    ///
    /// # Errors
    /// [`Error::is_refused`] with [`refusal`] when it is taken; else as any call.
    pub async fn create(&self, domain: &str) -> Result<DomainInfo, Error> {
        let request = CreateDomainRequest::new(domain).map_err(nothing_sent)?;
        let call = self.client.call(&operations::DOMAINS_CREATE).json(&request);
        let answer = send::<CreateDomainResponse>(call).await?;
        take(answer, CreateDomainResponse::domain)
    }

    /// Looks whether a domain answers and its certificate is good (`POST /billing/domains/check`;
    /// operation documented, path inferred).
    ///
    /// # Errors
    /// As any call.
    pub async fn check(&self, domain: &str) -> Result<Response<CheckDomainResponse>, Error> {
        let request = CheckDomainRequest::new(domain).map_err(nothing_sent)?;
        send(self.client.call(&operations::DOMAINS_CHECK).json(&request)).await
    }

    /// A domain in full (`GET /billing/domains/{id}`; operation documented, path inferred).
    ///
    /// # Errors
    /// [`Error::is_refused`] when there is no such domain; else as any call.
    pub async fn get(&self, id: &str) -> Result<DomainInfo, Error> {
        let call = self.client.call(&operations::DOMAINS_GET).path_param("id", id);
        let answer = send::<GetDomainResponse>(call).await?;
        take(answer, GetDomainResponse::domain)
    }

    /// Deletes a domain (`DELETE /billing/domains/{id}`; operation documented, path inferred).
    ///
    /// # Errors
    /// [`Error::is_refused`] when there is no such domain; else as any call.
    pub async fn delete(&self, id: &str) -> Result<Response<DeleteDomainResponse>, Error> {
        send(self.client.call(&operations::DOMAINS_DELETE).path_param("id", id)).await
    }

    /// Has the server look at the domain's state again (`POST /billing/domains/{id}/refresh`;
    /// operation documented, path inferred, shape of the answer unknown: it is kept as it came).
    ///
    /// # Errors
    /// [`Error::is_refused`] when there is no such domain; else as any call.
    pub async fn refresh(&self, id: &str) -> Result<Response<Document>, Error> {
        // Read as the answer of a look-up, for its refusal; the rest is the caller's to read.
        let call = self.client.call(&operations::DOMAINS_REFRESH).path_param("id", id);
        let answer = send::<GetDomainResponse>(call).await?;
        Ok(answer.map(funnelflux_model::ledger::Model::into_document))
    }

    /// Waits until the domain and its certificate are active, looking again after longer and longer
    /// pauses.
    ///
    /// # Errors
    /// [`Error::is_timeout`] when it is not active within the time given; else as
    /// [`refresh`](Self::refresh) and [`get`](Self::get).
    pub async fn wait_until_active(
        &self,
        id: &str,
        options: WaitOptions,
    ) -> Result<DomainInfo, Error> {
        wait::run(self, id, options).await
    }
}

fn nothing_sent(cause: ValidationError) -> Error {
    Error::invalid_request("nothing was sent").with_source(cause)
}

/// The answer, unless it says `success: false`.
async fn send<T: DomainResponse>(call: CallBuilder<'_>) -> Result<Response<T>, Error> {
    call.send().await?.json::<T>()?.try_map(|response| {
        response.accepted().map_err(|refusal| {
            let code = refusal.code().map(ToString::to_string);
            Error::refused(code, "the server said no").with_source(*refusal)
        })
    })
}

/// A part of the answer, or the error with the answer's particulars.
fn take<T, U>(
    answer: Response<T>,
    read: impl FnOnce(&T) -> Result<Option<U>, DecodeError>,
) -> Result<U, Error> {
    let read = answer.try_map(|response| match read(&response) {
        Ok(Some(part)) => Ok(part),
        Ok(None) => Err(Error::unexpected_answer("the answer holds no domain")),
        Err(cause) => {
            Err(Error::unexpected_answer("the answer has an unexpected shape").with_source(cause))
        }
    });
    read.map(Response::into_inner)
}
