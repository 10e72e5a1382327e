//! reqwest as most programs use it.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

use super::case::{Case, Exchanger};
use super::exchange::{Exchange, JSON, TOKEN, USER_AGENT};
use crate::Result;

struct Reqwest {
    client: reqwest::Client,
    exchange: Exchange,
    url: String,
}

impl Exchanger for Reqwest {
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

/// The settings that every case over reqwest has.
pub(super) fn builder() -> reqwest::ClientBuilder {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(JSON));
    reqwest::Client::builder().user_agent(USER_AGENT).default_headers(headers)
}

pub(super) fn bare(exchange: Exchange, base: &str) -> Result<Case> {
    let client = builder().build()?;
    Case::new(super::measure::BASE, Reqwest { client, exchange, url: exchange.url(base) })
}

/// A client without a timeout waits for ever; few leave it at that.
pub(super) fn with_timeout(exchange: Exchange, base: &str) -> Result<Case> {
    let client = builder().timeout(Duration::from_secs(30)).build()?;
    Case::new("reqwest, timeout", Reqwest { client, exchange, url: exchange.url(base) })
}
