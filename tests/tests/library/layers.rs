//! Layers of tower and tower-http that turn a request away, at both places: nothing reached the
//! transport, so a write was not done, whatever type the layer's error has.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use funnelflux::Builder;
use funnelflux::prelude::*;
use funnelflux::transport::{Body, BoxError, ErrorKind, Outcome, SeamService};
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::{Method, Request, Response, StatusCode};
use http_body_util::StreamBody;
use tower::filter::{AsyncFilterLayer, FilterLayer};
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::{Layer, Service, ServiceBuilder, ServiceExt as _, service_fn};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;

use crate::world::{Mood, Server, create, read, write};

/// A builder with a layer at one of the two places.
type Place = fn(Builder, Turning) -> Builder;

const PLACES: [(&str, Place); 2] = [
    ("call", |builder, turning| turning.put(builder, true)),
    ("attempt", |builder, turning| turning.put(builder, false)),
];

macro_rules! at {
    ($builder:expr, $outside:expr, $layer:expr) => {
        if $outside { $builder.layer($layer) } else { $builder.attempt_layer($layer) }
    };
}

/// The ways to turn a request away.
#[derive(Clone, Copy, Debug)]
enum Turning {
    Filter,
    FilterWithAnIoError,
    AsyncFilter,
    LoadShed,
    ClosedWhenAsked,
    FailsBeforeItCalls,
    CircuitBreaker,
    ThenFails,
    ForeignBoxOfSdkError,
    LocalError,
    NotSentError,
    TimeoutOverAWait,
}

const EVERY: [Turning; 12] = [
    Turning::Filter,
    Turning::FilterWithAnIoError,
    Turning::AsyncFilter,
    Turning::LoadShed,
    Turning::ClosedWhenAsked,
    Turning::FailsBeforeItCalls,
    Turning::CircuitBreaker,
    Turning::ThenFails,
    Turning::ForeignBoxOfSdkError,
    Turning::LocalError,
    Turning::NotSentError,
    Turning::TimeoutOverAWait,
];

impl Turning {
    fn put(self, builder: Builder, outside: bool) -> Builder {
        match self {
            Self::Filter => at!(
                builder,
                outside,
                FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>("reads only"))
            ),
            Self::FilterWithAnIoError => at!(
                builder,
                outside,
                FilterLayer::new(|_: Request<Body>| {
                    Err::<Request<Body>, _>(io::Error::from(io::ErrorKind::ConnectionReset))
                })
            ),
            Self::AsyncFilter => at!(
                builder,
                outside,
                AsyncFilterLayer::new(|_: Request<Body>| async {
                    Err::<Request<Body>, BoxError>("reads only".into())
                })
            ),
            Self::LoadShed => {
                let stack =
                    ServiceBuilder::new().layer(LoadShedLayer::new()).layer(FullLayer).into_inner();
                at!(builder, outside, stack)
            }
            Self::ClosedWhenAsked => at!(builder, outside, ClosedLayer),
            Self::FailsBeforeItCalls => at!(
                builder,
                outside,
                tower::layer::layer_fn(|inner: SeamService| {
                    service_fn(move |_: Request<Body>| {
                        let _inner = inner.clone();
                        async { Err::<Response<Body>, _>(io::Error::other("no key to sign with")) }
                    })
                })
            ),
            Self::CircuitBreaker => at!(builder, outside, tower::layer::layer_fn(Breaker)),
            Self::ThenFails => at!(
                builder,
                outside,
                tower::layer::layer_fn(|_: SeamService| {
                    service_fn(|_: Request<Body>| {
                        ready(Ok::<_, BoxError>(Response::new(Body::empty())))
                    })
                    .then(|_| ready(Err::<Response<Body>, BoxError>("never mind".into())))
                })
            ),
            Self::ForeignBoxOfSdkError => at!(
                builder,
                outside,
                FilterLayer::new(|_: Request<Body>| {
                    Err::<Request<Body>, BoxError>(Error::invalid_request("a dry run").into())
                })
            ),
            Self::LocalError => at!(
                builder,
                outside,
                FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>(Error::local("no")))
            ),
            Self::NotSentError => at!(
                builder,
                outside,
                FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>(Error::not_sent("no")))
            ),
            Self::TimeoutOverAWait => {
                let stall = tower::layer::layer_fn(|_: SeamService| {
                    service_fn(|_: Request<Body>| {
                        std::future::pending::<Result<Response<Body>, BoxError>>()
                    })
                });
                let stack = ServiceBuilder::new()
                    .layer(TimeoutLayer::new(Duration::from_millis(20)))
                    .layer(stall)
                    .into_inner();
                at!(builder, outside, stack)
            }
        }
    }

    /// Whether the error has a type that is not the SDK's.
    fn is_foreign(self) -> bool {
        !matches!(
            self,
            Self::ForeignBoxOfSdkError
                | Self::LocalError
                | Self::NotSentError
                | Self::TimeoutOverAWait
        )
    }
}

/// Has no room, and so is never ready.
#[derive(Clone)]
struct FullLayer;

#[derive(Clone)]
struct Full(SeamService);

impl Layer<SeamService> for FullLayer {
    type Service = Full;

    fn layer(&self, inner: SeamService) -> Full {
        Full(inner)
    }
}

impl Service<Request<Body>> for Full {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Pending
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move { Ok(answer.await?) })
    }
}

/// Fails when it is asked whether it is ready, as a closed queue does.
#[derive(Clone)]
struct ClosedLayer;

#[derive(Clone)]
struct Closed(SeamService);

impl Layer<SeamService> for ClosedLayer {
    type Service = Closed;

    fn layer(&self, inner: SeamService) -> Closed {
        Closed(inner)
    }
}

impl Service<Request<Body>> for Closed {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Err("the queue is closed".into()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move { Ok(answer.await?) })
    }
}

/// A circuit breaker that is open, with an error type of its own.
#[derive(Clone)]
struct Breaker(SeamService);

#[derive(Debug, PartialEq)]
struct Open;

impl std::fmt::Display for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the circuit is open")
    }
}

impl std::error::Error for Open {}

impl Service<Request<Body>> for Breaker {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Either<
        Ready<Result<Response<Body>, BoxError>>,
        BoxFuture<'static, Result<Response<Body>, BoxError>>,
    >;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        Either::Left(ready(Err(Open.into())))
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_turns_away_was_not_done_and_is_not_repeated() {
    for turning in EVERY {
        for (place, put) in PLACES {
            let cell = format!("{turning:?}, {place}");
            let server = Server::new(Mood::Answers);
            let client = put(server.client(), turning).build().unwrap();
            for (call, error) in [
                ("a write", write(&client).await.expect_err(&cell)),
                ("a create", create(&client).await.map(drop).expect_err(&cell)),
                ("a read", read(&client).await.expect_err(&cell)),
            ] {
                let cell = format!("{cell}, {call}: {error:?}");
                assert!(!error.is_ambiguous() && error.attempts() == 0, "{cell}");
                assert!(matches!(error.outcome(), Outcome::NotDone { .. }), "{cell}");
                assert_eq!(error.is_rejected(), turning.is_foreign(), "{cell}");
                if turning.is_foreign() {
                    assert!(error.is_local() && !error.is_transient(), "{cell}");
                    assert_eq!((error.kind(), error.label()), (ErrorKind::Rejected, "rejected"));
                }
            }
            assert_eq!(server.reached(), 0, "{cell}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_cause_of_a_rejection_can_be_asked_for() {
    for (place, put) in PLACES {
        let client = put(Server::new(Mood::Answers).client(), Turning::CircuitBreaker);
        let error = write(&client.build().unwrap()).await.unwrap_err();
        assert_eq!(error.cause().unwrap().downcast_ref(), Some(&Open), "{place}");
        assert!(error.to_string().contains("the circuit is open"), "{error}");
    }
}

/// Puts a layer into a builder.
type Around = Box<dyn Fn(Builder) -> Builder>;

/// Layers that let a request pass.
fn passing(outside: bool) -> Vec<(&'static str, Around)> {
    macro_rules! row {
        ($name:literal, $layer:expr) => {
            ($name, Box::new(move |builder: Builder| at!(builder, outside, $layer)))
        };
    }
    vec![
        row!("timeout", TimeoutLayer::new(Duration::from_secs(1))),
        row!("concurrency limit", ConcurrencyLimitLayer::new(1)),
        row!("filter", FilterLayer::new(|r: Request<Body>| Ok::<_, BoxError>(r))),
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
        row!("map request", tower::util::MapRequestLayer::new(|r: Request<Body>| r)),
        row!("map response", tower::util::MapResponseLayer::new(|r: Response<Body>| r)),
        row!("map error", tower::util::MapErrLayer::new(|e: Error| io::Error::other(e))),
        row!("trace", tower_http::trace::TraceLayer::new_for_http()),
        row!("catch panic", tower_http::catch_panic::CatchPanicLayer::new()),
        row!("sensitive", tower_http::sensitive_headers::SetSensitiveHeadersLayer::new([])),
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

#[tokio::test(start_paused = true)]
async fn a_layer_that_answers_by_itself_is_no_doubt_either() {
    for outside in [true, false] {
        let limit = ServiceBuilder::new()
            .layer(tower::util::MapRequestLayer::new(|mut request: Request<Body>| {
                let length = request.body().as_bytes().unwrap_or_default().len();
                request.headers_mut().insert("content-length", length.into());
                request
            }))
            .layer(RequestBodyLimitLayer::new(3))
            .layer(MapRequestBodyLayer::new(Body::wrap))
            .into_inner();
        let mut rows: Vec<(u16, Around)> =
            vec![(413, Box::new(move |builder| at!(builder, outside, limit.clone())))];
        for status in [403, 408, 422, 429, 500, 502, 503, 504] {
            let answers = tower::layer::layer_fn(move |_: SeamService| {
                service_fn(move |_: Request<Body>| {
                    let mut answer = Response::new(Body::empty());
                    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
                    ready(Ok::<_, BoxError>(answer))
                })
            });
            rows.push((status, Box::new(move |builder| at!(builder, outside, answers))));
        }
        for (status, put) in rows {
            let server = Server::new(Mood::Answers);
            let client = put(server.client()).build().unwrap();
            let result = write(&client).await;
            assert_eq!(server.reached(), 0, "{status}, {outside}");
            // Outside of the retries an answer is passed on as it is.
            if let Err(error) = result {
                assert!(!error.is_ambiguous(), "{status}, {outside}: {error:?}");
                assert_eq!(error.status().unwrap().as_u16(), status, "{outside}");
            }
        }
    }
}

/// A body that is cut by an error of its own.
fn broken_body(before: usize) -> Body {
    let chunks = (0..before).map(|_| Ok(http_body::Frame::data(Bytes::from_static(b"[1,"))));
    let broken = std::iter::once(Err(io::Error::other("the file went away")));
    Body::wrap(StreamBody::new(futures_util::stream::iter(chunks.chain(broken))))
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_caller_s_own_body_is_its_own_and_is_not_repeated() {
    for before in [0, 1, 5] {
        for (name, at) in [("call", 0), ("attempt", 1), ("none", 2)] {
            let server = Server::new(Mood::Reads);
            let swap = move |request: Request<Body>| request.map(|_| broken_body(before));
            let layer = tower::util::MapRequestLayer::new(swap);
            let client = match at {
                0 => server.client().layer(layer),
                1 => server.client().attempt_layer(layer),
                _ => server.client(),
            };
            let client = client.build().unwrap();
            for method in [Method::GET, Method::PUT, Method::POST] {
                let call = client.call_raw(method.clone(), "/reporting/update/conversions");
                let body = if at == 2 { broken_body(before) } else { Body::from("[]") };
                let seen = server.reached();
                let error = call.body(body).send().await.unwrap_err();
                let cell = format!("{before} {name} {method}: {error:?}");
                assert!(error.is_local() && !error.is_ambiguous(), "{cell}");
                assert!(matches!(error.outcome(), Outcome::NotDone { .. }), "{cell}");
                assert_eq!(server.reached() - seen, 1, "{cell}");
                assert!(error.to_string().contains("the file went away"), "{cell}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_limit_that_is_hit_inside_the_stream_is_local() {
    let server = Server::new(Mood::Reads);
    let limit = ServiceBuilder::new()
        .layer(RequestBodyLimitLayer::new(3))
        .layer(MapRequestBodyLayer::new(Body::wrap))
        .into_inner();
    let client = server.client().attempt_layer(limit).build().unwrap();
    let call = client.call_raw(Method::POST, "/reporting/drilldown").json_text("[1, 2, 3]");
    let error = call.send().await.unwrap_err();
    assert!(error.is_local() && !error.is_ambiguous(), "{error:?}");
    assert_eq!(server.reached(), 1, "{error:?}");
    assert!(error.to_string().contains("length limit exceeded"), "{error}");
}

/// A layer that does its work after the answer, and fails.
fn fails_afterwards(
    inner: SeamService,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = BoxError, Future: Send + 'static>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |request: Request<Body>| {
        let inner = inner.clone();
        async move {
            inner.oneshot(request).await?;
            Err(io::Error::other("the audit log is full").into())
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_fails_after_a_good_answer_leaves_a_write_in_doubt() {
    for outside in [true, false] {
        let server = Server::new(Mood::Answers);
        let layer = tower::layer::layer_fn(fails_afterwards);
        let client = at!(server.client(), outside, layer).build().unwrap();
        let error = write(&client).await.unwrap_err();
        assert!(error.is_ambiguous() && !error.is_rejected(), "{outside}: {error:?}");
        assert_eq!((error.attempts(), server.reached()), (1, 1), "{outside}: {error:?}");
        let error = read(&client).await.unwrap_err();
        assert!(!error.is_ambiguous(), "{outside}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_a_layer_keeps_for_later_is_not_sent_once_its_call_has_ended() {
    for outside in [true, false] {
        let server = Server::new(Mood::Answers);
        let late = Arc::new(AtomicUsize::new(0));
        let counted = late.clone();
        // Hands the request to a task, which waits a second before it goes on.
        let later = tower::layer::layer_fn(move |inner: SeamService| {
            let counted = counted.clone();
            service_fn(move |request: Request<Body>| {
                let (inner, counted) = (inner.clone(), counted.clone());
                let task = tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    let answer = inner.oneshot(request).await;
                    counted.fetch_add(1, SeqCst);
                    answer
                });
                async move { Ok::<_, BoxError>(task.await??) }
            })
        });
        let hasty = TimeoutLayer::new(Duration::from_millis(20));
        let stack = ServiceBuilder::new().layer(hasty).layer(later).into_inner();
        let client = at!(server.client(), outside, stack).build().unwrap();
        let error = write(&client).await.unwrap_err();
        assert!(error.is_timeout() && !error.is_ambiguous(), "{outside}: {error:?}");
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!((late.load(SeqCst), server.reached()), (1, 0), "{outside}");
    }
}
