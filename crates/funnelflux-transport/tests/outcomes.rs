//! The truth table of a call: every way an attempt can end × every idempotency → the outcome, and
//! whether the request is sent again. The built stack and one composed by hand must agree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux_transport::{
    AccessToken, BaseUrl, Body, BoxError, CallOptions, Client, Error, Idempotency, IntoSeam,
    Outcome, RateLimit, RetryPolicy, SeamService, Secret, Timer, TokenProvider, TokioTimer, layers,
};
use http::{HeaderValue, Request, Response};
use support::*;
use tower::{ServiceBuilder, ServiceExt as _};

type Answer = Result<Response<Body>, BoxError>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;
type UserLayer = fn(SeamService, Request<Body>) -> Answering;

const SECOND: Duration = Duration::from_secs(1);

const EVERY: [Idempotency; 5] = [
    Idempotency::Safe,
    Idempotency::Idempotent,
    Idempotency::CallerKeyed,
    Idempotency::QueuedSideEffect,
    Idempotency::NotIdempotent,
];

/// What the outcome of a failed attempt is, and whether the request is sent again.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// Nothing was done, whatever the operation is.
    Nothing { transient: bool, again: bool },
    /// The server said no.
    Refused,
    /// It went well, and the answer cannot be read: a write may have had it from something else.
    Unread,
    /// A write may have taken effect. `transient`: a repeatable operation is sent again.
    Open { transient: bool },
    /// A write may have taken effect, and the error says that the *last* sending did nothing.
    OpenBefore { error: OutcomeOfRead, again: bool },
}

/// What the last sending did, which is all that counts for a read.
#[derive(Clone, Copy, Debug)]
enum OutcomeOfRead {
    Transient,
    Refused,
    Local,
}

impl Expected {
    fn of(self, idempotency: Idempotency) -> (Outcome, bool) {
        let safe = idempotency.is_safe();
        let repeatable = idempotency.is_repeatable();
        match self {
            Self::Nothing { transient, again } => (not_done(transient), again),
            Self::Refused => (Outcome::Refused, false),
            Self::Unread if safe => (Outcome::Done, false),
            Self::Unread => (Outcome::Unknown, false),
            Self::Open { transient } if safe => (not_done(transient), transient),
            Self::Open { transient } => (Outcome::Unknown, transient && repeatable),
            Self::OpenBefore { error, again } if safe => match error {
                OutcomeOfRead::Transient => (not_done(true), again),
                OutcomeOfRead::Refused => (Outcome::Refused, again),
                OutcomeOfRead::Local => (not_done(false), again),
            },
            Self::OpenBefore { again, .. } => (Outcome::Unknown, again && repeatable),
        }
    }
}

/// `Outcome::NotDone` cannot be written outside its crate, so that it can grow.
fn not_done(transient: bool) -> Outcome {
    let error = if transient { Error::not_sent("") } else { Error::local("") };
    error.outcome()
}

/// What the transport does with a request.
enum Reply {
    Answer(Result<Response<Body>, Error>),
    Foreign,
    Silence,
    CutBody,
}

/// One way an attempt can end.
struct End {
    name: String,
    /// What the transport does with the request of this number, from 1. The one after the last
    /// failure is answered well.
    transport: Box<dyn Fn(usize) -> Reply + Send + Sync>,
    token: Option<fn() -> Error>,
    call_layer: Option<UserLayer>,
    attempt_layer: Option<UserLayer>,
    options: CallOptions,
    expected: Expected,
}

impl End {
    fn new(
        name: impl Into<String>,
        transport: impl Fn(usize) -> Reply + Send + Sync + 'static,
        expected: Expected,
    ) -> Self {
        Self {
            name: name.into(),
            transport: Box::new(transport),
            token: None,
            call_layer: None,
            attempt_layer: None,
            options: CallOptions::new(),
            expected,
        }
    }
}

fn well() -> Reply {
    Reply::Answer(ok("{}"))
}

/// The first request fails, later ones are answered well.
fn once(first: impl Fn() -> Reply + Send + Sync + 'static) -> impl Fn(usize) -> Reply {
    move |n| if n == 1 { first() } else { well() }
}

fn table() -> Vec<End> {
    use Expected::{Nothing, Open, OpenBefore, Refused, Unread};
    let mut table = vec![
        End::new(
            "no connection",
            once(|| Reply::Answer(Err(Error::not_sent("refused")))),
            Nothing { transient: true, again: true },
        ),
        End::new(
            "reset",
            once(|| Reply::Answer(Err(Error::no_answer("reset")))),
            Open { transient: true },
        ),
        End::new("no answer in time", once(|| Reply::Silence), Open { transient: true }),
        End::new("a body cut short", once(|| Reply::CutBody), Open { transient: true }),
        End::new("an error of a foreign type", once(|| Reply::Foreign), Open { transient: false }),
        End::new(
            "a transport that fails locally",
            once(|| Reply::Answer(Err(Error::local("no key to sign with")))),
            Nothing { transient: false, again: false },
        ),
        End {
            options: CallOptions::new().with_max_response_bytes(1),
            ..End::new("an answer that is too large", |_| well(), Unread)
        },
        End {
            options: CallOptions::new().with_timeout(SECOND / 2),
            ..End::new(
                "the call's time runs out",
                |_| Reply::Silence,
                OpenBefore { error: OutcomeOfRead::Transient, again: false },
            )
        },
        End {
            token: Some(|| Error::not_sent("no name")),
            ..End::new(
                "no connection for a token",
                |_| well(),
                Nothing { transient: true, again: true },
            )
        },
        End {
            token: Some(|| Error::no_answer("reset")),
            ..End::new("a lost token", |_| well(), Nothing { transient: true, again: false })
        },
        End {
            token: Some(|| Error::unexpected_answer("no JSON")),
            ..End::new(
                "a token that cannot be read",
                |_| well(),
                Nothing { transient: false, again: false },
            )
        },
        End {
            token: Some(|| Error::from_boxed("broken".into())),
            ..End::new(
                "a token provider that fails",
                |_| well(),
                Nothing { transient: false, again: false },
            )
        },
        End {
            attempt_layer: Some(to_another_host),
            ..End::new("another host", |_| well(), Nothing { transient: false, again: false })
        },
        End {
            attempt_layer: Some(half_a_second),
            ..End::new(
                "a layer that runs out of time",
                once(|| Reply::Silence),
                Open { transient: true },
            )
        },
        End {
            attempt_layer: Some(fails_by_itself),
            ..End::new(
                "a layer that fails without the transport",
                |_| well(),
                Nothing { transient: false, again: false },
            )
        },
        End {
            attempt_layer: Some(refuses),
            ..End::new(
                "a layer that refuses",
                |_| well(),
                Nothing { transient: false, again: false },
            )
        },
        End {
            call_layer: Some(gives_up),
            ..End::new(
                "a call that a layer gives up",
                |_| Reply::Silence,
                OpenBefore { error: OutcomeOfRead::Local, again: false },
            )
        },
    ];
    for code in [429, 425] {
        let transport = once(move || Reply::Answer(status(code)));
        table.push(End::new(code.to_string(), transport, Nothing { transient: true, again: true }));
    }
    let busy = || Reply::Answer(with_header(503, "retry-after", "1"));
    table.push(End::new(
        "503 with Retry-After",
        once(busy),
        Nothing { transient: true, again: true },
    ));
    for code in [408, 500, 502, 503, 504, 505, 524] {
        let transport = once(move || Reply::Answer(status(code)));
        table.push(End::new(code.to_string(), transport, Open { transient: true }));
    }
    for code in [302, 400, 401, 403, 404, 409, 410, 422, 451, 501] {
        let transport = once(move || Reply::Answer(status(code)));
        table.push(End::new(code.to_string(), transport, Refused));
    }
    // A layer of the user's that sends a request twice within one attempt.
    type Second = (&'static str, fn() -> Reply, OutcomeOfRead, bool);
    let seconds: [Second; 2] = [
        (
            "no connection",
            || Reply::Answer(Err(Error::not_sent("refused"))),
            OutcomeOfRead::Transient,
            true,
        ),
        ("422", || Reply::Answer(status(422)), OutcomeOfRead::Refused, false),
    ];
    for (name, second, error, again) in seconds {
        for (first_name, first) in [
            ("reset", (|| Reply::Answer(Err(Error::no_answer("reset")))) as fn() -> Reply),
            ("500", || Reply::Answer(status(500))),
        ] {
            let transport = move |n| match n {
                1 => first(),
                2 => second(),
                _ => well(),
            };
            table.push(End {
                attempt_layer: Some(twice),
                ..End::new(
                    format!("{first_name}, then {name} inside"),
                    transport,
                    OpenBefore { error, again },
                )
            });
        }
    }
    table
}

fn to_another_host(inner: SeamService, mut request: Request<Body>) -> Answering {
    *request.uri_mut() = "https://elsewhere.example/x".parse().unwrap();
    Box::pin(async move { Ok(inner.oneshot(request).await?) })
}

fn half_a_second(inner: SeamService, request: Request<Body>) -> Answering {
    Box::pin(tower::timeout::Timeout::new(inner, SECOND / 2).oneshot(request))
}

fn fails_by_itself(_: SeamService, _: Request<Body>) -> Answering {
    Box::pin(async { Err(io::Error::other("whatever").into()) })
}

fn refuses(_: SeamService, _: Request<Body>) -> Answering {
    Box::pin(async { Err(Error::local("a dry run").into()) })
}

/// Drops the call while its answer is awaited.
fn gives_up(inner: SeamService, request: Request<Body>) -> Answering {
    Box::pin(async move {
        let call = inner.oneshot(request);
        match tokio::time::timeout(SECOND / 2, call).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Error::local("given up").into()),
        }
    })
}

fn twice(inner: SeamService, request: Request<Body>) -> Answering {
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let again = Request::from_parts(parts.clone(), body.try_clone().unwrap());
        match inner.clone().oneshot(Request::from_parts(parts, body)).await {
            Ok(answer) if answer.status().is_success() => Ok(answer),
            _ => Ok(inner.oneshot(again).await?),
        }
    })
}

/// Fails once, and then has a token.
#[derive(Debug)]
struct Tokens {
    failure: fn() -> Error,
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl TokenProvider for Tokens {
    async fn token(&self) -> Result<AccessToken, Error> {
        match self.asked.fetch_add(1, Ordering::SeqCst) {
            0 => Err((self.failure)()),
            _ => AccessToken::new(Secret::new("one"), None),
        }
    }

    fn reject(&self, _: &AccessToken) {}
}

/// The transport of an end, and the provider of tokens.
fn parts(end: Arc<End>) -> (SeamService, Option<Arc<dyn TokenProvider>>) {
    let asked = AtomicUsize::new(0);
    let tokens =
        end.token.map(|failure| -> Arc<dyn TokenProvider> { Arc::new(Tokens { failure, asked }) });
    let requests = Arc::new(AtomicUsize::new(0));
    let transport = tower::service_fn(move |_: Request<Body>| {
        let reply = (end.transport)(requests.fetch_add(1, Ordering::SeqCst) + 1);
        async move {
            match reply {
                Reply::Answer(answer) => Ok::<_, BoxError>(answer?),
                Reply::Foreign => Err(io::Error::from(io::ErrorKind::ConnectionReset).into()),
                Reply::Silence => std::future::pending().await,
                Reply::CutBody => {
                    let frames = vec![
                        Ok(http_body::Frame::data(bytes::Bytes::from_static(b"["))),
                        Err(io::Error::other("reset")),
                    ];
                    let stream =
                        http_body_util::StreamBody::new(futures_util::stream::iter(frames));
                    Ok(Response::new(Body::wrap(stream)))
                }
            }
        }
    });
    (transport.into_seam(), tokens)
}

fn built(end: &Arc<End>) -> Client {
    let (transport, tokens) = parts(end.clone());
    let mut builder = Client::builder()
        .transport(transport)
        .rate_limit(RateLimit::unlimited())
        .attempt_timeout(SECOND)
        .report_attempt_timeout(SECOND);
    if let Some(tokens) = tokens {
        builder = builder.token_provider(tokens);
    }
    let layer = |layer: UserLayer| {
        tower_layer::layer_fn(move |inner: SeamService| {
            tower::service_fn(move |request| layer(inner.clone(), request))
        })
    };
    if let Some(user) = end.call_layer {
        builder = builder.layer(layer(user));
    }
    if let Some(user) = end.attempt_layer {
        builder = builder.attempt_layer(layer(user));
    }
    builder.build().unwrap()
}

/// The same steps, put together by hand.
fn composed(end: &Arc<End>) -> Client {
    fn wrap<B>(layer: Option<UserLayer>, inner: impl IntoSeam<B>) -> SeamService {
        let inner = inner.into_seam();
        match layer {
            Some(user) => {
                tower::service_fn(move |request| user(inner.clone(), request)).into_seam()
            }
            None => inner,
        }
    }
    let (transport, tokens) = parts(end.clone());
    let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
    let base = BaseUrl::vendor();
    let inside = ServiceBuilder::new()
        .layer(layers::BaseLayer::new(base.clone(), HeaderValue::from_static("test")))
        .layer(layers::AuthLayer::new(tokens, base.clone(), timer.clone()))
        .service(transport);
    let attempts = ServiceBuilder::new()
        .layer(layers::RetryLayer::new(timer.clone(), RetryPolicy::new()))
        .layer(layers::AttemptLayer::new(timer.clone(), base))
        .layer(layers::LimitLayer::new(timer.clone(), &RateLimit::unlimited()))
        .layer(layers::AttemptTimeoutLayer::new(timer.clone(), SECOND, SECOND))
        .layer(layers::ClassifyLayer::new(timer.clone()))
        .service(wrap(end.attempt_layer, inside));
    let call = ServiceBuilder::new()
        .layer(layers::CallLayer::new(timer.clone()))
        .layer(layers::DeadlineLayer::new(timer, SECOND * 60))
        .service(wrap(end.call_layer, attempts));
    Client::from_stack(call)
}

async fn check(client_of: fn(&Arc<End>) -> Client) {
    for end in table() {
        let end = Arc::new(end);
        for idempotency in EVERY {
            let cell = format!("{}, {idempotency:?}", end.name);
            let (outcome, again) = end.expected.of(idempotency);
            let call = |options: CallOptions| {
                let client = client_of(&end);
                async move {
                    let call = client.call(&CONVERSIONS).json_text("{}").with_options(options);
                    call.with_idempotency(idempotency).send().await
                }
            };
            let error = call(end.options.clone().with_max_attempts(1)).await.expect_err(&cell);
            assert_eq!(error.outcome(), outcome, "{cell}: {error:?}");
            assert_eq!(error.is_ambiguous(), outcome == Outcome::Unknown, "{cell}: {error:?}");
            let repeated = call(end.options.clone()).await;
            assert_eq!(repeated.is_ok(), again, "{cell}: {repeated:?}");
            if let Err(error) = repeated {
                assert_eq!(error.outcome(), outcome, "{cell}: {error:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_built_stack_keeps_the_table() {
    check(built).await;
}

#[tokio::test(start_paused = true)]
async fn a_stack_composed_by_hand_keeps_the_same_table() {
    check(composed).await;
}
