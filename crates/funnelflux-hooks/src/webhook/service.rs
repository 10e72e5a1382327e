use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::{Receipt, Webhook, Webhooks};
use crate::{Rejection, ReplyBody, read, reply::reply};

/// Webhooks as a `tower::Service`, for hyper, axum and others.
///
/// It answers 200 for a webhook that was handled, now or before, and else what the
/// [`Rejection`](crate::Rejection) says.
///
/// ```
/// use funnelflux_hooks::webhook::{Webhook, WebhookService, Webhooks};
///
/// let service = WebhookService::new(Webhooks::new(), |webhook: Webhook| async move {
///     println!("{:?}", webhook.event());
///     Ok::<(), std::io::Error>(())
/// });
/// let app = axum::Router::<()>::new().route_service("/webhook", service);
/// # drop(app);
/// ```
pub struct WebhookService<H> {
    webhooks: Arc<Webhooks>,
    handle: Arc<H>,
}

impl<H> WebhookService<H> {
    /// A service that hands each webhook to a function.
    pub fn new(webhooks: Webhooks, handle: H) -> Self {
        Self { webhooks: Arc::new(webhooks), handle: Arc::new(handle) }
    }
}

impl<H> Clone for WebhookService<H> {
    fn clone(&self) -> Self {
        Self { webhooks: Arc::clone(&self.webhooks), handle: Arc::clone(&self.handle) }
    }
}

funnelflux_contract::shows! { WebhookService<H>, |it| webhooks: it.webhooks }

impl Webhooks {
    /// Reads a body within its limit and time, and verifies the request.
    ///
    /// # Errors
    /// When it is not valid, is too long or arrives too slowly.
    pub async fn verify_request<B>(&self, request: Request<B>) -> Result<Webhook, Rejection>
    where
        B: Body,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        if !self.accepts_headers(&head.headers) {
            return Err(Rejection::unauthorized());
        }
        let body = read::whole(body, self.limit, self.patience).await?;
        self.verify(&head.headers, &body)
    }
}

impl<H, F, E, B> Service<Request<B>> for WebhookService<H>
where
    H: Fn(Webhook) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ReplyBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Self { webhooks, handle } = self.clone();
        Box::pin(async move {
            let received = async {
                let webhook = webhooks.verify_request(request).await?;
                webhooks.once(webhook, |webhook| handle(webhook)).await
            };
            Ok(match received.await {
                Ok(receipt) => receipt.to_response(),
                Err(rejection) => rejection.to_response(),
            })
        })
    }
}

impl Receipt {
    /// The answer: 200 and the word `handled` or `repeated`.
    pub fn to_response(self) -> Response<ReplyBody> {
        let word = match self {
            Self::Handled => "handled\n",
            Self::Repeated => "repeated\n",
        };
        reply(StatusCode::OK, "text/plain; charset=utf-8", word)
    }
}
