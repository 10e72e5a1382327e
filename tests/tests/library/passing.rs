//! Layers of tower and tower-http that let a request pass, at both places: they change neither a success
//! nor the verdict on a lost answer.

use std::io;
use std::time::Duration;

use funnelflux::Builder;
use funnelflux::prelude::*;
use funnelflux::transport::{Body, BoxError, SeamFuture};
use futures_util::future::ready;
use http::header::REFERER;
use http::{HeaderValue, Request, Response};
use tower::filter::{AsyncFilterLayer, FilterLayer};
use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::{ServiceBuilder, util};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::propagate_header::PropagateHeaderLayer;
use tower_http::set_header::{SetRequestHeaderLayer, SetResponseHeaderLayer};

use crate::world::{Mood, Server, at, read, write};

const REFERER_OF_OURS: HeaderValue = HeaderValue::from_static("https://example.com");

/// Puts a layer into a builder.
pub(crate) type Around = Box<dyn Fn(Builder) -> Builder>;

/// Layers that let a request pass, per call or per attempt.
pub(crate) fn passing(outside: bool) -> Vec<(&'static str, Around)> {
    macro_rules! row {
        ($name:literal, $layer:expr) => {
            ($name, Box::new(move |builder: Builder| at!(builder, outside, $layer)))
        };
    }
    vec![
        row!("timeout", TimeoutLayer::new(Duration::from_secs(1))),
        row!("optional", util::option_layer(Some(ConcurrencyLimitLayer::new(8)))),
        row!("concurrency limit", ConcurrencyLimitLayer::new(1)),
        row!("global concurrency limit", GlobalConcurrencyLimitLayer::new(1)),
        row!("filter", FilterLayer::new(|r: Request<Body>| Ok::<_, BoxError>(r))),
        row!(
            "async filter",
            AsyncFilterLayer::new(|r: Request<Body>| async { Ok::<_, BoxError>(r) })
        ),
        row!(
            "load shedding",
            ServiceBuilder::new()
                .layer(LoadShedLayer::new())
                .layer(ConcurrencyLimitLayer::new(8))
                .into_inner()
        ),
        row!("buffer", tower::buffer::BufferLayer::<Request<Body>>::new(8)),
        row!(
            "buffer and rate limit",
            ServiceBuilder::new()
                .layer(tower::buffer::BufferLayer::<Request<Body>>::new(8))
                .layer(tower::limit::RateLimitLayer::new(100, Duration::from_secs(1)))
                .into_inner()
        ),
        row!("map request", util::MapRequestLayer::new(|r: Request<Body>| r)),
        row!("map response", util::MapResponseLayer::new(|r: Response<Body>| r)),
        row!("map error", util::MapErrLayer::new(|e: Error| io::Error::other(e))),
        row!("map result", util::MapResultLayer::new(|r: Result<Response<Body>, Error>| r)),
        row!("map future", util::MapFutureLayer::new(|f: SeamFuture| f)),
        row!("and then", util::AndThenLayer::new(|r: Response<Body>| ready(Ok::<_, Error>(r)))),
        row!("then", util::ThenLayer::new(|r: Result<Response<Body>, Error>| ready(r))),
        row!("trace", tower_http::trace::TraceLayer::new_for_http()),
        row!("catch panic", tower_http::catch_panic::CatchPanicLayer::new()),
        row!("sensitive", tower_http::sensitive_headers::SetSensitiveHeadersLayer::new([])),
        row!("set header", SetRequestHeaderLayer::overriding(REFERER, REFERER_OF_OURS)),
        row!("set response header", SetResponseHeaderLayer::overriding(REFERER, REFERER_OF_OURS)),
        row!("header of the answer", PropagateHeaderLayer::new(REFERER)),
        row!("extension", tower_http::add_extension::AddExtensionLayer::new(7_u8)),
        row!("path", tower_http::normalize_path::NormalizePathLayer::trim_trailing_slash()),
        row!("body of the answer", MapResponseBodyLayer::new(Body::wrap::<Body>)),
        row!(
            "a body limit that is wide enough",
            ServiceBuilder::new()
                .layer(RequestBodyLimitLayer::new(1000))
                .layer(MapRequestBodyLayer::new(Body::wrap))
                .into_inner()
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn layers_that_let_pass_change_neither_a_success_nor_the_verdict_on_a_lost_answer() {
    for outside in [true, false] {
        for (name, put) in passing(outside) {
            let server = Server::new(Mood::Answers);
            let client = put(server.client()).build().unwrap();
            write(&client).await.unwrap_or_else(|error| panic!("{name}, {outside}: {error}"));
            read(&client).await.unwrap_or_else(|error| panic!("{name}, {outside}: {error}"));
            assert_eq!(server.reached(), 2, "{name}, {outside}");

            let server = Server::new(Mood::LosesAnswers);
            let client = put(server.client()).build().unwrap();
            let error = write(&client).await.unwrap_err();
            assert!(error.is_ambiguous() && !error.is_rejected(), "{name}, {outside}: {error:?}");
            assert_eq!((error.attempts(), server.reached()), (1, 1), "{name}, {outside}");
            let error = read(&client).await.unwrap_err();
            assert!(!error.is_ambiguous(), "{name}, {outside}: {error:?}");
        }
    }
}
