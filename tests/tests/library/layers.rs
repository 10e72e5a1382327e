//! Layers of tower and tower-http that turn a request away, at both places: nothing reached the
//! transport, so a write was not done, whatever type the layer's error has.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use funnelflux::Builder;
use funnelflux::auth::Tokens;
use funnelflux::prelude::*;
use funnelflux::transport::{
    Body, BoxError, Call, ErrorKind, Event, IntoSeam as _, Outcome, SeamService,
};
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::{Method, Request, Response, StatusCode};
use http_body_util::StreamBody;
use tokio::time::timeout;
use tower::filter::{AsyncFilterLayer, FilterLayer};
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::{Service, ServiceBuilder, ServiceExt as _, service_fn, util};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;

use crate::passing::Around;
use crate::world::{Mood, Server, at, create, read, write};

/// A builder with a layer at one of the two places.
type Place = fn(Builder, Turning) -> Builder;

const PLACES: [(&str, Place); 2] = [
    ("call", |builder, turning| turning.put(builder, true)),
    ("attempt", |builder, turning| turning.put(builder, false)),
];

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
                let stack = ServiceBuilder::new()
                    .layer(LoadShedLayer::new())
                    .layer(tower::layer::layer_fn(full))
                    .into_inner();
                at!(builder, outside, stack)
            }
            Self::ClosedWhenAsked => at!(builder, outside, tower::layer::layer_fn(closed)),
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

/// A service that is not ready.
#[derive(Clone)]
pub(crate) struct Unready(SeamService, fn() -> Poll<Result<(), BoxError>>);

impl Service<Request<Body>> for Unready {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        (self.1)()
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move { Ok(answer.await?) })
    }
}

/// Never has room.
pub(crate) fn full(inner: SeamService) -> Unready {
    Unready(inner, || Poll::Pending)
}

/// Fails when it is asked whether it is ready, as a closed queue does.
pub(crate) fn closed(inner: SeamService) -> Unready {
    Unready(inner, || Poll::Ready(Err("the queue is closed".into())))
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
        let told = "turned away before it was sent: the circuit is open";
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_a_layer_turned_away_has_not_used_the_refresh_token_up() {
    for outside in [true, false] {
        let server = Server::new(Mood::Answers);
        let is_open = Arc::new(AtomicBool::new(true));
        let state = is_open.clone();
        let breaker = FilterLayer::new(move |request: Request<Body>| {
            let turned_away =
                state.load(SeqCst) && request.uri().path().ends_with("/auth/validate");
            if turned_away { Err("the circuit is open") } else { Ok(request) }
        });
        let tokens = Tokens::new("old").with_refresh_token("r").with_expiry(SystemTime::UNIX_EPOCH);
        let client = at!(server.client().tokens(tokens), outside, breaker).build().unwrap();
        for _ in 0..2 {
            let error = write(&client).await.unwrap_err();
            assert!(error.to_string().contains("the circuit is open"), "{outside}: {error}");
            assert!(!error.is_ambiguous() && server.reached() == 0, "{outside}: {error:?}");
        }
        is_open.store(false, SeqCst);
        // The answer of this server holds no tokens, but it was asked for them, and without a pause.
        let error = write(&client).await.unwrap_err();
        assert!(error.is_decode() && server.reached() == 1, "{outside}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_answers_by_itself_is_no_doubt_either() {
    for outside in [true, false] {
        let limit = ServiceBuilder::new()
            .layer(util::MapRequestLayer::new(|mut request: Request<Body>| {
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
            let layer = util::MapRequestLayer::new(swap);
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

/// Hands each request to a task, which waits a second before it goes on, and counts those that went on.
fn later(
    late: Arc<AtomicUsize>,
) -> impl tower::Layer<SeamService, Service = SeamService> + Clone + Send + Sync + 'static {
    tower::layer::layer_fn(move |inner: SeamService| {
        let late = late.clone();
        service_fn(move |request: Request<Body>| {
            let (inner, late) = (inner.clone(), late.clone());
            let task = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let answer = inner.oneshot(request).await;
                late.fetch_add(1, SeqCst);
                answer
            });
            async move { Ok::<_, BoxError>(task.await??) }
        })
        .into_seam()
    })
}

#[tokio::test(start_paused = true)]
async fn a_request_that_a_layer_keeps_for_later_is_not_sent_once_its_call_has_ended() {
    for outside in [true, false] {
        let (server, late) = (Server::new(Mood::Answers), Arc::new(AtomicUsize::new(0)));
        let hasty = TimeoutLayer::new(Duration::from_millis(20));
        let stack = ServiceBuilder::new().layer(hasty).layer(later(late.clone())).into_inner();
        let client = at!(server.client(), outside, stack).build().unwrap();
        let error = write(&client).await.unwrap_err();
        assert!(error.is_timeout() && !error.is_ambiguous(), "{outside}: {error:?}");
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!((late.load(SeqCst), server.reached()), (1, 0), "{outside}");
        assert_eq!(error.attempts(), 0, "{outside}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_a_layer_keeps_for_later_is_not_sent_once_its_call_was_dropped() {
    for outside in [true, false] {
        for (millis, maybe_sent) in [(1, false), (999, false), (1003, true)] {
            let cell = format!("{outside}, {millis} ms");
            let server = Server::new(Mood::TakesItsTime);
            let (late, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
            let seen = ends.clone();
            let builder = server.client().observer(move |_: &Call, event: &Event<'_>| {
                if let Event::Dropped { maybe_sent, .. } = event {
                    seen.lock().unwrap().push(*maybe_sent);
                }
            });
            let client = at!(builder, outside, later(late.clone())).build().unwrap();
            let given_up = timeout(Duration::from_millis(millis), write(&client)).await;
            assert!(given_up.is_err(), "{cell}");
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert_eq!(*ends.lock().unwrap(), [maybe_sent], "{cell}");
            assert_eq!(late.load(SeqCst), 1, "{cell}");
            assert_eq!(server.reached(), usize::from(maybe_sent), "{cell}");
        }
    }
}
