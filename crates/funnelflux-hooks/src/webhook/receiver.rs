use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use super::{Claim, SeenStore, StoreError, Webhook};
use crate::handler::{self, Contained, Failure};
use crate::{Authentication, Rejection};

/// What became of a webhook that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receipt {
    /// It was handled.
    Handled,
    /// It was handled before, and not again.
    Repeated,
}

/// A receiver of webhooks: verifies, leaves out repeats, hands over.
///
/// A webhook is handled *at least once*. The id counts as seen after the handler has succeeded, so after a
/// crash in between a repeat is handled again: make the handler idempotent, for example by a unique key on
/// `request_id` in the transaction of its insert.
///
/// ```
/// use std::time::Duration;
/// use funnelflux_hooks::webhook::{MemoryStore, Receipt, Webhook, Webhooks};
/// # let mut headers = http::HeaderMap::new();
/// # headers.insert("x-funnelflux-payload-schema", "webhook_outbound_payload_v1".parse()?);
/// # headers.insert("x-funnelflux-trigger-type", "conversion_triggered".parse()?);
/// # headers.insert("x-funnelflux-request-id", "0f7e3a52-58f3-4f0c-8a53-6f1a4a0c9d77".parse()?);
/// # let body = br#"{"schema_version":"1.0","event_type":"conversion_triggered",
/// #     "request_id":"0f7e3a52-58f3-4f0c-8a53-6f1a4a0c9d77"}"#;
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let webhooks = Webhooks::new().with_store(MemoryStore::new(10_000, Duration::from_secs(86_400)));
/// let handle = |webhook: Webhook| async move {
///     println!("{}", webhook.request_id());
///     Ok::<(), std::io::Error>(())
/// };
/// assert_eq!(webhooks.receive(&headers, body, handle).await?, Receipt::Handled);
/// assert_eq!(webhooks.receive(&headers, body, handle).await?, Receipt::Repeated);
/// # Ok::<(), funnelflux_hooks::Rejection>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Webhooks {
    authentication: Authentication,
    store: Option<Arc<dyn SeenStore>>,
    pub(crate) limit: usize,
    #[cfg(feature = "service")]
    pub(crate) patience: Duration,
    lease: Duration,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self::new()
    }
}

impl Webhooks {
    /// A receiver that asks for no proof, leaves no repeats out, and takes bodies of up to 1 MiB that
    /// arrive within 10 seconds.
    pub fn new() -> Self {
        Self {
            authentication: Authentication::new(),
            store: None,
            limit: 1 << 20,
            #[cfg(feature = "service")]
            patience: Duration::from_secs(10),
            lease: Duration::from_secs(60),
        }
    }

    funnelflux_contract::setters! {
        /// Sets what each request must prove. Nothing is documented of webhooks, so this is for a secret of your
        /// own, such as a header that a proxy adds.
        fn with_authentication(authentication: Authentication) => authentication = authentication;
        /// Sets where handled webhooks are noted.
        fn with_store(store: impl SeenStore) => store = Some(Arc::new(store));
        /// Sets the most bytes of a body.
        fn with_body_limit(limit: usize) => limit = limit;
        /// Sets for how long a body may arrive.
        #[cfg(feature = "service")]
        fn with_body_time(patience: Duration) => patience = patience;
        /// Sets for how long one webhook may be handled: after this, a repeat of it is handled, too, since the
        /// process that began may have crashed. 60 seconds unless set.
        fn with_lease(lease: Duration) => lease = lease;
    }

    /// Whether the headers alone prove what they can: to refuse a request before its body is read.
    pub(crate) fn accepts_headers(&self, headers: &HeaderMap) -> bool {
        self.authentication.accepts_headers(headers)
    }

    /// Verifies a request: proofs, size, headers against body.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Webhook, Rejection> {
        if !self.authentication.needs_body() && !self.accepts_headers(headers) {
            return Err(Rejection::unauthorized());
        }
        if body.len() > self.limit {
            return Err(Rejection::too_large(self.limit));
        }
        if !self.authentication.accepts(headers, body) {
            return Err(Rejection::unauthorized());
        }
        Webhook::read(headers, body)
    }

    /// Verifies a request and hands it over, once.
    ///
    /// # Errors
    /// When it is not valid, is under way (503), the handler fails or panics (500), or the store does (503).
    pub async fn receive<H, F, E>(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        handle: H,
    ) -> Result<Receipt, Rejection>
    where
        H: FnOnce(Webhook) -> F,
        F: Future<Output = Result<(), E>>,
    {
        self.once(self.verify(headers, body)?, handle).await
    }

    /// Hands a verified webhook over, once.
    ///
    /// # Errors
    /// When it is under way (503), the handler fails or panics (500), or the store does (503).
    pub async fn once<H, F, E>(&self, webhook: Webhook, handle: H) -> Result<Receipt, Rejection>
    where
        H: FnOnce(Webhook) -> F,
        F: Future<Output = Result<(), E>>,
    {
        let Some(store) = &self.store else {
            return handled(webhook, handle).await.map(|()| Receipt::Handled);
        };
        let id = webhook.request_id().to_owned();
        match told(async { store.claim(&id, self.lease).await }).await {
            Ok(Claim::New) => {}
            Ok(Claim::Done) => return Ok(Receipt::Repeated),
            Ok(Claim::UnderWay) => return Err(Rejection::busy("the webhook is being handled")),
            Err(error) => {
                tracing::error!(%error, "a webhook was turned away");
                return Err(Rejection::busy("the webhook cannot be looked up"));
            }
        }
        let result = handled(webhook, handle).await;
        let noted = match result {
            Ok(()) => told(async { store.complete(&id).await }).await,
            Err(_) => told(async { store.release(&id).await }).await,
        };
        match (result, noted) {
            (Err(rejection), _) => Err(rejection),
            (Ok(()), Ok(())) => Ok(Receipt::Handled),
            (Ok(()), Err(error)) => {
                tracing::error!(%error, "a webhook was handled, and could not be noted");
                Err(Rejection::failed())
            }
        }
    }
}

async fn handled<H, F, E>(webhook: Webhook, handle: H) -> Result<(), Rejection>
where
    H: FnOnce(Webhook) -> F,
    F: Future<Output = Result<(), E>>,
{
    handler::run(|| handle(webhook)).await.map_err(|failure| {
        let failure = if failure == Failure::Panic { "panic" } else { "error" };
        tracing::error!(failure, "the handler of a webhook failed");
        Rejection::failed()
    })
}

/// What a store says; one that panics has failed.
async fn told<T>(said: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    Contained::new(said).await.unwrap_or_else(|| Err(StoreError::new("it panicked")))
}

funnelflux_contract::shows! { Webhooks, |it| limit: it.limit }
