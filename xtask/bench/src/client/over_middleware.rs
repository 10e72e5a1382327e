//! reqwest-middleware with reqwest-retry: the usual way to add retries to reqwest.

use bytes::Bytes;
use http::Extensions;
use http::header::CONTENT_TYPE;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;

use super::case::{Case, Exchanger};
use super::exchange::{Exchange, JSON, TOKEN};
use super::over_reqwest;
use crate::Result;

struct WithMiddleware {
    client: ClientWithMiddleware,
    exchange: Exchange,
    url: String,
}

impl Exchanger for WithMiddleware {
    async fn exchange(&self) -> Result<Bytes> {
        let mut request = match self.exchange {
            Exchange::Report => self.client.post(&self.url).header(CONTENT_TYPE, JSON),
            Exchange::List => self.client.get(&self.url),
        };
        if let Some(body) = self.exchange.body() {
            request = request.body(body);
        }
        Ok(request.bearer_auth(TOKEN).send().await?.error_for_status()?.bytes().await?)
    }
}

/// Does nothing: what a further step costs before it does anything.
struct Idle;

#[async_trait::async_trait]
impl Middleware for Idle {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        next.run(request, extensions).await
    }
}

fn retrying() -> Result<ClientBuilder> {
    // As many attempts as our stack's default: one and two more.
    let policy = ExponentialBackoff::builder().build_with_max_retries(2);
    let client = over_reqwest::builder().build()?;
    Ok(ClientBuilder::new(client).with(RetryTransientMiddleware::new_with_policy(policy)))
}

pub(super) fn retry(exchange: Exchange, base: &str) -> Result<Case> {
    let client = retrying()?.build();
    let url = exchange.url(base);
    Case::new("reqwest-middleware, retry", WithMiddleware { client, exchange, url })
}

/// As many steps as our stack has beside the retry and the leaf, and none of them does anything.
pub(super) fn retry_and_idle(exchange: Exchange, base: &str) -> Result<Case> {
    let client = (0..8).fold(retrying()?, |builder, _| builder.with(Idle)).build();
    let url = exchange.url(base);
    Case::new("reqwest-middleware, retry + 8 idle", WithMiddleware { client, exchange, url })
}
