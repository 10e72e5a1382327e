//! Our client, with everything that is on by default.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use funnelflux_transport::{
    AccessToken, Body, Client, ClientBuilder, RateLimit, SeamService, Secret, StaticToken,
    operation,
};
use http::{Request, Response};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::rt::TokioExecutor;
use tower_layer::Layer;
use tower_service::Service;

use super::case::{Case, Exchanger};
use super::exchange::{Exchange, TOKEN};
use super::over_hyper::connector;
use crate::Result;

operation! {
    /// As in the contract.
    static DRILLDOWN = {
        id: "reporting.drilldown", title: "Create a drilldown report", method: POST,
        path: "/reporting/drilldown", path_grade: Proven, alternatives: [],
        grade: Documented, source: "a benchmark", idempotency: Safe, weight: Report,
    };
}

operation! {
    /// As in the contract.
    static TRAFFIC_SOURCES = {
        id: "ledger.trafficsource.list", title: "List traffic sources", method: GET,
        path: "/trafficsource/list", path_grade: Proven, alternatives: [],
        grade: Documented, source: "a benchmark", idempotency: Safe, weight: Light,
    };
}

struct Stack {
    client: Client,
    exchange: Exchange,
}

impl Exchanger for Stack {
    async fn exchange(&self) -> Result<Bytes> {
        let mut call = match self.exchange {
            Exchange::Report => self.client.call(&DRILLDOWN),
            Exchange::List => self.client.call(&TRAFFIC_SOURCES).query("status", "active"),
        };
        if let Some(body) = self.exchange.body() {
            call = call.json_text(body);
        }
        Ok(call.send().await?.into_inner())
    }
}

/// The defaults, but for the rate: the default of 20 requests a second would be all that is
/// measured. A million a second never binds here, and the limiter still does its work each time,
/// which it would not with `RateLimit::unlimited`.
fn builder(base: &str) -> Result<ClientBuilder> {
    let token = AccessToken::new(Secret::from(TOKEN.to_owned()), None)?;
    Ok(Client::builder()
        .base_url(base)
        .token_provider(Arc::new(StaticToken::new(token)))
        .decompression(false)
        .rate_limit(RateLimit::per_second(1e6).with_burst(1000)))
}

pub(super) fn full(exchange: Exchange, base: &str) -> Result<Case> {
    let client = builder(base)?.build()?;
    Case::new(super::measure::STACK, Stack { client, exchange })
}

/// With a layer per call and one per attempt: what extending it costs before the layers do
/// anything.
pub(super) fn extended(exchange: Exchange, base: &str) -> Result<Case> {
    let client = builder(base)?.layer(PassLayer).attempt_layer(PassLayer).build()?;
    Case::new("full stack + 2 user layers", Stack { client, exchange })
}

/// The stack's own share: the same with the leanest transport there is instead of reqwest.
pub(super) fn over_hyper(exchange: Exchange, base: &str) -> Result<Case> {
    let leaf = HyperClient::builder(TokioExecutor::new()).build::<_, Body>(connector());
    let client = builder(base)?.transport(leaf).build()?;
    Case::new("full stack, hyper-util as transport", Stack { client, exchange })
}

#[derive(Clone, Copy)]
struct PassLayer;

impl Layer<SeamService> for PassLayer {
    type Service = Pass;

    fn layer(&self, inner: SeamService) -> Pass {
        Pass(inner)
    }
}

#[derive(Clone)]
struct Pass(SeamService);

impl Service<Request<Body>> for Pass {
    type Response = Response<Body>;
    type Error = funnelflux_transport::Error;
    type Future = funnelflux_transport::SeamFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request)
    }
}
