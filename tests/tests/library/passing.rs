//! The layers of tower and tower-http, a row each, at both places: they change neither a success nor the
//! verdict on a lost answer, and what they refuse by themselves was not sent.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use funnelflux::Builder;
use funnelflux::prelude::*;
use funnelflux::transport::{Body, BoxError, IntoSeam as _, Outcome, SeamFuture, SeamService};
use futures_util::future::{Ready, ready};
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, REFERER};
use http::{HeaderValue, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tower::buffer::BufferLayer;
use tower::filter::{AsyncFilterLayer, FilterLayer};
use tower::layer::layer_fn;
use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer, RateLimitLayer};
use tower::load_shed::LoadShedLayer;
use tower::retry::RetryLayer;
use tower::spawn_ready::SpawnReadyLayer;
use tower::steer::Steer;
use tower::timeout::TimeoutLayer;
use tower::util::BoxCloneSyncServiceLayer;
use tower::{ServiceBuilder, ServiceExt as _, service_fn, util};
use tower_http::add_extension::AddExtensionLayer;
use tower_http::auth::{AddAuthorizationLayer, AsyncRequireAuthorizationLayer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::CorsLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::decompression::{DecompressionLayer, RequestDecompressionLayer};
use tower_http::follow_redirect::FollowRedirectLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::metrics::InFlightRequestsLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::on_early_drop::OnEarlyDropLayer;
use tower_http::propagate_header::PropagateHeaderLayer;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::sensitive_headers::SetSensitiveHeadersLayer;
use tower_http::set_header::{SetRequestHeaderLayer, SetResponseHeaderLayer};
use tower_http::set_status::SetStatusLayer;
use tower_http::timeout::{
    RequestBodyDeadlineLayer, RequestBodyTimeoutLayer, ResponseBodyDeadlineLayer,
    ResponseBodyTimeoutLayer, TimeoutLayer as HttpTimeoutLayer,
};
use tower_http::trace::TraceLayer;
use tower_http::validate_request::ValidateRequestHeaderLayer;

use crate::layers::{closed, full};
use crate::world::{Mood, Server, at, read, write};

const SECOND: Duration = Duration::from_secs(1);
const OF_OURS: HeaderValue = HeaderValue::from_static("https://example.com");

/// Puts a layer into a builder.
pub(crate) type Around = Box<dyn Fn(Builder) -> Builder>;

/// What the caller sees of a request that a layer refused by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sees {
    /// An error of the layer.
    Rejected,
    /// The end of the layer's own time, or of the call's while the layer lets nothing through.
    Timeout,
    /// An answer of this status that the layer made.
    Status(u16),
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// The layer as it lets a request pass.
    pub(crate) passing: Around,
    /// The same as it refuses, where it can.
    refusing: Option<(Sees, Around)>,
}

/// Never repeats.
#[derive(Clone)]
struct Once;

impl<R, E> tower::retry::Policy<Request<Body>, R, E> for Once {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut Request<Body>, _: &mut Result<R, E>) -> Option<Ready<()>> {
        None
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        let body = request.body().try_clone()?;
        let mut copy = Request::new(body);
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        Some(copy)
    }
}

#[derive(Clone)]
struct Seven;

impl MakeRequestId for Seven {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        Some(RequestId::new(HeaderValue::from_static("7")))
    }
}

/// A service that takes requests and never answers.
fn silent(_: SeamService) -> SeamService {
    service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, BoxError>>())
        .into_seam()
}

fn panics(_: SeamService) -> SeamService {
    service_fn(|_: Request<Body>| -> Ready<Result<Response<Body>, BoxError>> { panic!("at once") })
        .into_seam()
}

/// Changes a request before the next layer sees it.
macro_rules! after {
    (|$request:ident| $change:expr, $layer:expr) => {{
        let change = util::MapRequestLayer::new(|mut $request: Request<Body>| {
            $change;
            $request
        });
        ServiceBuilder::new().layer(change).layer($layer).into_inner()
    }};
}

/// A layer, then another.
macro_rules! stack {
    ($($layer:expr),+ $(,)?) => {
        ServiceBuilder::new()$(.layer($layer))+.into_inner()
    };
}

/// Every layer, per call or per attempt.
pub(crate) fn rows(outside: bool) -> Vec<Row> {
    macro_rules! around {
        ($layer:expr) => {
            Box::new(move |builder: Builder| at!(builder, outside, $layer))
        };
    }
    macro_rules! row {
        ($name:literal, $layer:expr) => {
            Row { name: $name, passing: around!($layer), refusing: None }
        };
        ($name:literal, $layer:expr, $sees:expr, $refusing:expr) => {
            Row {
                name: $name,
                passing: around!($layer),
                refusing: Some(($sees, around!($refusing))),
            }
        };
    }
    let buffer = BufferLayer::<Request<Body>>::new;
    let none = || Arc::new(Semaphore::new(0));
    vec![
        // tower
        row!(
            "timeout",
            TimeoutLayer::new(SECOND),
            Sees::Timeout,
            stack![TimeoutLayer::new(SECOND), layer_fn(silent)]
        ),
        row!(
            "concurrency limit",
            ConcurrencyLimitLayer::new(1),
            Sees::Timeout,
            ConcurrencyLimitLayer::new(0)
        ),
        row!(
            "global concurrency limit",
            GlobalConcurrencyLimitLayer::new(1),
            Sees::Timeout,
            GlobalConcurrencyLimitLayer::with_semaphore(none())
        ),
        row!(
            "load shedding",
            stack![LoadShedLayer::new(), ConcurrencyLimitLayer::new(8)],
            Sees::Rejected,
            stack![LoadShedLayer::new(), ConcurrencyLimitLayer::new(0)]
        ),
        row!(
            "filter",
            FilterLayer::new(|r: Request<Body>| Ok::<_, BoxError>(r)),
            Sees::Rejected,
            FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>("no"))
        ),
        row!(
            "async filter",
            AsyncFilterLayer::new(|r: Request<Body>| async { Ok::<_, BoxError>(r) }),
            Sees::Rejected,
            AsyncFilterLayer::new(|_: Request<Body>| async {
                Err::<Request<Body>, BoxError>("no".into())
            })
        ),
        row!("buffer", buffer(8), Sees::Rejected, stack![buffer(8), layer_fn(closed)]),
        row!(
            "buffer and rate limit",
            stack![buffer(8), RateLimitLayer::new(100, SECOND)],
            Sees::Timeout,
            stack![buffer(8), RateLimitLayer::new(1, SECOND), layer_fn(full)]
        ),
        row!(
            "buffer and spawn ready",
            stack![buffer(8), SpawnReadyLayer::new()],
            Sees::Rejected,
            stack![buffer(8), SpawnReadyLayer::new(), layer_fn(closed)]
        ),
        row!(
            "retry",
            RetryLayer::new(Once),
            Sees::Rejected,
            stack![RetryLayer::new(Once), layer_fn(closed)]
        ),
        row!(
            "steer",
            stack![
                buffer(8),
                layer_fn(|inner: SeamService| Steer::new(
                    [inner],
                    |_: &Request<Body>, _: &[SeamService]| 0
                ))
            ]
        ),
        row!(
            "boxed",
            BoxCloneSyncServiceLayer::new(TimeoutLayer::new(SECOND)),
            Sees::Timeout,
            BoxCloneSyncServiceLayer::new(stack![TimeoutLayer::new(SECOND), layer_fn(silent)])
        ),
        row!(
            "optional",
            util::option_layer(Some(ConcurrencyLimitLayer::new(8))),
            Sees::Timeout,
            util::option_layer(Some(ConcurrencyLimitLayer::new(0)))
        ),
        row!(
            "function",
            layer_fn(|inner: SeamService| service_fn(move |r| inner.clone().oneshot(r))),
            Sees::Rejected,
            layer_fn(|_: SeamService| service_fn(|_: Request<Body>| ready(
                Err::<Response<Body>, _>("no")
            )))
        ),
        row!("map request", util::MapRequestLayer::new(|r: Request<Body>| r)),
        row!("map response", util::MapResponseLayer::new(|r: Response<Body>| r)),
        row!(
            "map error",
            util::MapErrLayer::new(|e: Error| io::Error::other(e)),
            Sees::Rejected,
            stack![
                util::MapErrLayer::new(|e: BoxError| io::Error::other(e)),
                FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>("no"))
            ]
        ),
        row!("map result", util::MapResultLayer::new(|r: Result<Response<Body>, Error>| r)),
        row!("map future", util::MapFutureLayer::new(|f: SeamFuture| f)),
        row!("and then", util::AndThenLayer::new(|r: Response<Body>| ready(Ok::<_, Error>(r)))),
        row!("then", util::ThenLayer::new(|r: Result<Response<Body>, Error>| ready(r))),
        row!(
            "a pair of layers",
            (TimeoutLayer::new(SECOND), ConcurrencyLimitLayer::new(1)),
            Sees::Timeout,
            (TimeoutLayer::new(SECOND), ConcurrencyLimitLayer::new(0))
        ),
        row!(
            "five layers",
            stack![
                TimeoutLayer::new(SECOND),
                ConcurrencyLimitLayer::new(8),
                buffer(8),
                RateLimitLayer::new(100, SECOND),
                TraceLayer::new_for_http()
            ],
            Sees::Timeout,
            stack![
                TimeoutLayer::new(SECOND),
                ConcurrencyLimitLayer::new(0),
                buffer(8),
                RateLimitLayer::new(100, SECOND),
                TraceLayer::new_for_http()
            ]
        ),
        // tower-http
        row!("trace", TraceLayer::new_for_http()),
        row!("set header", SetRequestHeaderLayer::overriding(REFERER, OF_OURS)),
        row!("set response header", SetResponseHeaderLayer::overriding(REFERER, OF_OURS)),
        row!("propagate header", PropagateHeaderLayer::new(REFERER)),
        row!("set request id", SetRequestIdLayer::x_request_id(Seven)),
        row!(
            "propagate request id",
            stack![SetRequestIdLayer::x_request_id(Seven), PropagateRequestIdLayer::x_request_id()]
        ),
        row!("add authorization", AddAuthorizationLayer::bearer("other")),
        row!(
            "require authorization",
            AsyncRequireAuthorizationLayer::new(|r: Request<Body>| async {
                Ok::<_, Response<Body>>(r)
            }),
            Sees::Status(403),
            AsyncRequireAuthorizationLayer::new(|_: Request<Body>| async {
                let mut answer = Response::new(Body::empty());
                *answer.status_mut() = StatusCode::FORBIDDEN;
                Err::<Request<Body>, _>(answer)
            })
        ),
        row!(
            "validate request",
            ValidateRequestHeaderLayer::accept("application/json"),
            Sees::Status(406),
            after!(
                |r| r.headers_mut().insert(ACCEPT, HeaderValue::from_static("text/plain")),
                ValidateRequestHeaderLayer::accept("application/json")
            )
        ),
        row!("csrf", CsrfLayer::new()),
        row!("cors", CorsLayer::permissive()),
        row!(
            "catch panic",
            CatchPanicLayer::new(),
            Sees::Status(500),
            stack![CatchPanicLayer::new(), layer_fn(panics)]
        ),
        row!(
            "http timeout",
            HttpTimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SECOND),
            Sees::Status(408),
            stack![
                HttpTimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SECOND),
                layer_fn(silent)
            ]
        ),
        row!(
            "timeout of the request's body",
            stack![RequestBodyTimeoutLayer::new(SECOND), MapRequestBodyLayer::new(Body::wrap)]
        ),
        row!(
            "deadline of the request's body",
            stack![RequestBodyDeadlineLayer::new(SECOND), MapRequestBodyLayer::new(Body::wrap)]
        ),
        row!("timeout of the answer's body", ResponseBodyTimeoutLayer::new(SECOND)),
        row!("deadline of the answer's body", ResponseBodyDeadlineLayer::new(SECOND)),
        row!(
            "limit of the request's body",
            stack![RequestBodyLimitLayer::new(1000), MapRequestBodyLayer::new(Body::wrap)],
            Sees::Status(413),
            after!(
                |r| r.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("1001")),
                stack![RequestBodyLimitLayer::new(1000), MapRequestBodyLayer::new(Body::wrap)]
            )
        ),
        row!("compression", CompressionLayer::new()),
        row!(
            "decompression",
            stack![
                DecompressionLayer::new(),
                CompressionLayer::new().compress_when(SizeAbove::new(0))
            ]
        ),
        row!(
            "request decompression",
            stack![RequestDecompressionLayer::new(), MapRequestBodyLayer::new(Body::wrap)],
            Sees::Status(415),
            after!(
                |r| r.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("zstd")),
                stack![RequestDecompressionLayer::new(), MapRequestBodyLayer::new(Body::wrap)]
            )
        ),
        row!("map request body", MapRequestBodyLayer::new(Body::wrap::<Body>)),
        row!("map response body", MapResponseBodyLayer::new(Body::wrap::<Body>)),
        row!("follow redirect", FollowRedirectLayer::new()),
        row!("normalize path", NormalizePathLayer::trim_trailing_slash()),
        row!("add extension", AddExtensionLayer::new(7_u8)),
        row!("sensitive headers", SetSensitiveHeadersLayer::new([REFERER])),
        row!("requests in flight", InFlightRequestsLayer::pair().0),
        row!("set status", SetStatusLayer::new(StatusCode::OK)),
        row!("on early drop", OnEarlyDropLayer::builder()),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_layer_changes_neither_a_success_nor_the_verdict_on_a_lost_answer() {
    for outside in [true, false] {
        for Row { name, passing, .. } in rows(outside) {
            let server = Server::new(Mood::Answers);
            let client = passing(server.client()).build().unwrap();
            write(&client).await.unwrap_or_else(|error| panic!("{name}, {outside}: {error}"));
            read(&client).await.unwrap_or_else(|error| panic!("{name}, {outside}: {error}"));
            assert_eq!(server.reached(), 2, "{name}, {outside}");

            let server = Server::new(Mood::LosesAnswers);
            let client = passing(server.client()).build().unwrap();
            let error = write(&client).await.unwrap_err();
            assert!(error.is_ambiguous() && !error.is_rejected(), "{name}, {outside}: {error:?}");
            assert_eq!((error.attempts(), server.reached()), (1, 1), "{name}, {outside}");
            let error = read(&client).await.unwrap_err();
            assert!(!error.is_ambiguous(), "{name}, {outside}: {error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_refuses_by_itself_was_not_sent_and_says_so() {
    let mut seen = 0;
    for outside in [true, false] {
        let refusing = |row: Row| row.refusing.map(|(sees, around)| (row.name, sees, around));
        for (name, sees, around) in rows(outside).into_iter().filter_map(refusing) {
            let server = Server::new(Mood::Answers);
            let client = around(server.client().timeout(10 * SECOND)).build().unwrap();
            for (call, result) in [("write", write(&client).await), ("read", read(&client).await)] {
                let cell = format!("{name}, {outside}, {call}: {result:?}");
                assert_eq!(server.reached(), 0, "{cell}");
                let error = match (sees, result) {
                    // Outside of the retries an answer is passed on as it is.
                    (Sees::Status(_), Ok(())) if outside => continue,
                    (_, result) => result.expect_err(&cell),
                };
                let not_done =
                    matches!(error.outcome(), Outcome::NotDone { .. } | Outcome::Refused);
                assert!(!error.is_ambiguous() && not_done, "{cell}");
                match sees {
                    Sees::Rejected => assert!(error.is_rejected() && error.is_local(), "{cell}"),
                    Sees::Timeout => assert!(error.is_timeout() && !error.is_rejected(), "{cell}"),
                    Sees::Status(code) => assert_eq!(error.status().unwrap(), code, "{cell}"),
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "{seen}");
}
