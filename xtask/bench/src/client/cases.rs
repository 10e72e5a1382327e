//! The two exchanges, and the clients, each set up and called the way its ordinary user does it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use funnelflux_contract::operations::{ledger, reporting};
use funnelflux_transport::{
    AccessToken, Body, Client, ClientBuilder, RateLimit, Secret, StaticToken,
};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Extensions, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use reqwest_middleware::{ClientWithMiddleware, Middleware, Next};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use tower::util::MapRequestLayer;

use crate::Result;

/// What the server answers with, to the byte.
pub(super) const ANSWER_BYTES: usize = 1024;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW5jaG1hcmsifQ.bm90LWEtcmVhbC1zaWduYXR1cmU";
/// The stack's own; the other cases send the same, so that all put the same bytes on the wire.
const USER_AGENT: &str = concat!("funnelflux-rust/", env!("CARGO_PKG_VERSION"));
const JSON: &str = "application/json";

/// A request body of the size that the API sees.
const BODY: &str = r#"{"timeStart":"2026-11-01T00:00:00+01:00","timeEnd":"2026-11-08T00:00:00+01:00","attributes":[{"attribute":"Third Parties: Traffic Source","whitelistFilters":[]},{"attribute":"Element: Offer","whitelistFilters":[]}],"filters":[]}"#;

#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The path with its query, as a user of a plain HTTP client would write it.
    path: &'static str,
    body: Option<&'static str>,
}

impl Exchange {
    pub(super) const REPORT: Self = Self {
        name: "POST",
        title: "POST /reporting/drilldown, 228 B up",
        path: "/reporting/drilldown",
        body: Some(BODY),
    };
    pub(super) const LIST: Self = Self {
        name: "GET",
        title: "GET /trafficsource/list?status=active",
        path: "/trafficsource/list?status=active",
        body: None,
    };

    fn url(self, base: &str) -> String {
        format!("{base}{}", self.path)
    }

    fn body(self) -> Option<Bytes> {
        self.body.map(|body| Bytes::from_static(body.as_bytes()))
    }
}

/// The case that the others are compared with.
pub(super) const BASE: &str = "reqwest";
pub(super) const STACK: &str = "full stack";

/// A client with a runtime of its own, driven by the thread that measures.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    run: Box<dyn Fn(u32) -> Result>,
}

impl Case {
    /// `once` does one exchange and reads the answer's body to its end.
    fn new(name: &'static str, once: impl AsyncFn() -> Result<Bytes> + 'static) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // The loop is compiled for each client: no box and no dynamic call per request.
        let run = move |count| runtime.block_on(exchanges(&once, count));
        Ok(Self { name, run: Box::new(run) })
    }

    /// Does so many exchanges, one after the other; each must bring the server's answer.
    pub(crate) fn run(&self, count: u32) -> Result {
        (self.run)(count).context(self.name)
    }
}

async fn exchanges(exchange: &impl AsyncFn() -> Result<Bytes>, count: u32) -> Result {
    for _ in 0..count {
        let answer = exchange().await?;
        ensure!(answer.len() == ANSWER_BYTES, "an answer of {} bytes", answer.len());
    }
    Ok(())
}

pub(super) fn all(exchange: Exchange, base: &str) -> Result<Vec<Case>> {
    let retry = || -> Result<_> {
        // As many attempts as our stack's default: one and two more.
        let policy = ExponentialBackoff::builder().build_with_max_retries(2);
        let client = reqwest_middleware::ClientBuilder::new(plain().build()?);
        Ok(client.with(RetryTransientMiddleware::new_with_policy(policy)))
    };
    // As many steps as our stack has beside the retry and the leaf, and none of them does anything.
    let idle = (0..8).fold(retry()?, |builder, _| builder.with(Idle)).build();
    // With a layer per call and one per attempt: what extending costs before the layers do anything.
    let pass = || MapRequestLayer::new(|request: Request<Body>| request);
    let extended = ours(base)?.layer(pass()).attempt_layer(pass()).build()?;
    // The stack's own share: the same with the leanest transport there is instead of reqwest.
    let leaf = HyperClient::builder(TokioExecutor::new()).build::<_, Body>(connector());
    let over_hyper = ours(base)?.transport(leaf).build()?;
    // A client without a timeout waits for ever; few leave it at that.
    let with_timeout = plain().timeout(Duration::from_secs(30)).build()?;
    Ok(vec![
        bare_hyper(exchange, base)?,
        bare(BASE, plain().build()?, exchange, base)?,
        bare("reqwest, timeout", with_timeout, exchange, base)?,
        middleware("reqwest-middleware, retry", retry()?.build(), exchange, base)?,
        middleware("reqwest-middleware, retry + 8 idle", idle, exchange, base)?,
        stack(STACK, ours(base)?.build()?, exchange)?,
        stack("full stack + 2 user layers", extended, exchange)?,
        stack("full stack, hyper-util as transport", over_hyper, exchange)?,
    ])
}

/// hyper-util's client, bare: the floor.
fn bare_hyper(exchange: Exchange, base: &str) -> Result<Case> {
    let client = HyperClient::builder(TokioExecutor::new()).build(connector());
    let url = exchange.url(base);
    Case::new("hyper-util", async move || {
        let body = exchange.body();
        let builder = match &body {
            Some(_) => Request::post(&url).header(CONTENT_TYPE, JSON),
            None => Request::get(&url),
        };
        let request = builder
            .header(http::header::USER_AGENT, USER_AGENT)
            .header(ACCEPT, JSON)
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .body(body.map(Full::new).unwrap_or_default())?;
        Ok(client.request(request).await?.into_body().collect().await?.to_bytes())
    })
}

/// As reqwest sets it up.
fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

/// The settings that every case over reqwest has.
fn plain() -> reqwest::ClientBuilder {
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(JSON))]);
    reqwest::Client::builder().user_agent(USER_AGENT).default_headers(headers)
}

/// reqwest as most programs use it.
fn bare(name: &'static str, http: reqwest::Client, exchange: Exchange, base: &str) -> Result<Case> {
    let url = exchange.url(base);
    Case::new(name, async move || {
        let request = match exchange.body() {
            Some(body) => http.post(&url).header(CONTENT_TYPE, JSON).body(body),
            None => http.get(&url),
        };
        Ok(request.bearer_auth(TOKEN).send().await?.error_for_status()?.bytes().await?)
    })
}

/// reqwest-middleware with reqwest-retry: the usual way to add retries to reqwest.
fn middleware(
    name: &'static str,
    client: ClientWithMiddleware,
    exchange: Exchange,
    base: &str,
) -> Result<Case> {
    let url = exchange.url(base);
    Case::new(name, async move || {
        let request = match exchange.body() {
            Some(body) => client.post(&url).header(CONTENT_TYPE, JSON).body(body),
            None => client.get(&url),
        };
        Ok(request.bearer_auth(TOKEN).send().await?.error_for_status()?.bytes().await?)
    })
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

/// Our client with its defaults, but for the rate: 20 requests a second would be all that is measured.
/// With a million the limiter still does its work each time, which it would not with
/// `RateLimit::unlimited`.
fn ours(base: &str) -> Result<ClientBuilder> {
    let token = AccessToken::new(Secret::from(TOKEN.to_owned()), None)?;
    Ok(Client::builder()
        .base_url(base)
        .token_provider(Arc::new(StaticToken::new(token)))
        .decompression(false)
        .rate_limit(RateLimit::per_second(1e6).with_burst(1000)))
}

fn stack(name: &'static str, client: Client, exchange: Exchange) -> Result<Case> {
    Case::new(name, async move || {
        let call = match exchange.body() {
            Some(body) => client.call(&reporting::DRILLDOWN).json_text(body),
            None => client.call(&ledger::TRAFFICSOURCE_LIST).query("status", "active"),
        };
        Ok(call.send().await?.into_inner())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_the_size_of_the_body() {
        let size = format!("{} B", BODY.len());
        assert!(Exchange::REPORT.title.contains(&size), "{size}");
    }
}
