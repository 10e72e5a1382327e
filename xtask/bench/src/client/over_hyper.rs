//! hyper-util's client, bare: the floor.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::case::{Case, Exchanger};
use super::exchange::{self, Exchange, JSON, TOKEN};
use crate::Result;

struct Hyper {
    client: Client<HttpConnector, Full<Bytes>>,
    exchange: Exchange,
    url: String,
}

impl Exchanger for Hyper {
    async fn exchange(&self) -> Result<Bytes> {
        let builder = match self.exchange {
            Exchange::Report => Request::post(&self.url).header(CONTENT_TYPE, JSON),
            Exchange::List => Request::get(&self.url),
        };
        let request = builder
            .header(USER_AGENT, exchange::USER_AGENT)
            .header(ACCEPT, JSON)
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .body(self.exchange.body().map(Full::new).unwrap_or_default())?;
        let answer = self.client.request(request).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    }
}

/// As reqwest sets it up.
pub(super) fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

pub(super) fn case(exchange: Exchange, base: &str) -> Result<Case> {
    let client = Client::builder(TokioExecutor::new()).build(connector());
    Case::new("hyper-util", Hyper { client, exchange, url: exchange.url(base) })
}
