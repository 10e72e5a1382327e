//! When the outcome of a write is unknown, in built-in stacks and in stacks composed by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use funnelflux_transport::{
    AccessToken, Body, Client, Error, IntoSeam as _, Operation, RetryPolicy, SeamService, Secret,
    Timer, TokenProvider, TokioTimer, layers,
};
use http::{Method, Request, Response};
use support::*;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};

/// A provider whose own requests fail.
#[derive(Debug)]
struct NoToken {
    failure: fn() -> Error,
    asked: AtomicUsize,
}

impl NoToken {
    fn new(failure: fn() -> Error) -> Self {
        Self { failure, asked: AtomicUsize::new(0) }
    }
}

#[async_trait::async_trait]
impl TokenProvider for NoToken {
    async fn token(&self) -> Result<AccessToken, Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Err((self.failure)())
    }

    fn reject(&self, _: &AccessToken) {}
}

/// The error of a token endpoint's 502: an ambiguous error about a request of its own.
fn bad_gateway() -> Error {
    let server = Server::new(|_, _| status(502));
    let client = client(&server).retry(RetryPolicy::never()).build().unwrap();
    let call = client.call(&CONVERSIONS).json_text("{}").send();
    let error = futures_util::FutureExt::now_or_never(call).unwrap().unwrap_err();
    assert!(error.is_ambiguous());
    error
}

#[tokio::test(start_paused = true)]
async fn a_write_that_got_no_token_was_not_sent_whatever_became_of_the_token() {
    for failure in [bad_gateway, || Error::no_answer("reset"), || Error::local("no such file")] {
        let server = Server::new(|_, _| ok("{}"));
        let client =
            client(&server).token_provider(Arc::new(NoToken::new(failure))).build().unwrap();
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert!(!error.is_ambiguous() && server.requests() == 0, "{error}");
        assert_eq!(error.operation().unwrap().id(), "reporting.conversions.update");
        assert!(!error.to_string().contains("took effect"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_tried_for_again_only_if_nothing_was_presented_for_it() {
    for (failure, times) in [
        ((|| Error::not_sent("no name")) as fn() -> Error, 3),
        (bad_gateway, 1),
        (|| Error::no_answer("reset"), 1),
        (|| Error::unauthorised("revoked"), 1),
        (|| Error::local("no such file"), 1),
    ] {
        let server = Server::new(|_, _| ok("{}"));
        let tokens = Arc::new(NoToken::new(failure));
        let client = client(&server).token_provider(tokens.clone()).build().unwrap();
        for call in [client.call(&CONVERSIONS), client.call(&REPORT)] {
            let before = tokens.asked.load(Ordering::SeqCst);
            let error = call.json_text("{}").send().await.unwrap_err();
            assert_eq!(tokens.asked.load(Ordering::SeqCst) - before, times, "{error}");
        }
    }
}

/// A transport that speaks of its failures in another type.
fn foreign() -> impl tower_service::Service<
    Request<Body>,
    Response = Response<Body>,
    Error = io::Error,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(|_: Request<Body>| async {
        Err::<Response<Body>, _>(io::Error::from(io::ErrorKind::ConnectionReset))
    })
}

#[tokio::test(start_paused = true)]
async fn a_foreign_transport_s_failure_says_nothing_so_a_write_is_in_doubt() {
    for client in
        [Client::builder().transport(foreign()).build().unwrap(), Client::from_service(foreign())]
    {
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert!(error.is_ambiguous() && error.is_local(), "{error}");
        let error = client.call(&REPORT).json_text("{}").send().await.unwrap_err();
        assert!(!error.is_ambiguous(), "a read leaves nothing behind");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_refuses_before_anything_is_sent_leaves_no_doubt() {
    let server = Server::new(|_, _| ok("{}"));
    let dry = |request: Request<Body>| async move {
        drop(request);
        Err::<Response<Body>, _>(io::Error::other("a dry run"))
    };
    let refuse = tower_layer::layer_fn(move |_| tower::service_fn(dry));
    let client = client(&server).layer(refuse).build().unwrap();
    let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert!(!error.is_ambiguous() && error.is_local(), "{error}");
}

/// Stacks of the user's own, each with some of the layers, over one that loses every answer.
fn stacks() -> Vec<Client> {
    let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
    let lost = tower::service_fn(|_: Request<Body>| async {
        Err::<Response<Body>, _>(Error::no_answer("reset"))
    });
    let retry = layers::RetryLayer::new(timer.clone(), RetryPolicy::new());
    let classify = layers::ClassifyLayer::new(timer.clone());
    let call = layers::CallLayer::new(timer.clone());
    let second = Duration::from_secs(1);
    let attempt = layers::AttemptTimeoutLayer::new(timer.clone(), second, second);
    let deadline = layers::DeadlineLayer::new(timer, second);
    vec![
        Client::from_service(lost),
        Client::from_service(
            ServiceBuilder::new().layer(retry.clone()).layer(classify.clone()).service(lost),
        ),
        Client::from_service(
            ServiceBuilder::new().layer(call.clone()).layer(classify.clone()).service(lost),
        ),
        Client::from_service(
            ServiceBuilder::new().layer(call).layer(deadline).layer(retry).service(lost),
        ),
        Client::from_service(ServiceBuilder::new().layer(attempt).layer(classify).service(lost)),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_a_doubt_in_any_stack_and_the_error_says_of_what() {
    for (number, client) in stacks().iter().enumerate() {
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert!(error.is_ambiguous(), "{number}: {error:?}");
        assert_eq!(error.operation().unwrap().id(), "reporting.conversions.update", "{number}");
        let report = error.support_report().to_string();
        assert!(report.contains("PUT /reporting/update/conversions"), "{report}");
        let error = client.call(&REPORT).json_text("{}").send().await.unwrap_err();
        assert!(!error.is_ambiguous(), "{number}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_alone_cannot_know_that_nothing_was_sent() {
    let never = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, Error>>()
    });
    let deadline = layers::DeadlineLayer::new(Arc::new(TokioTimer), Duration::from_secs(1));
    let client = Client::from_service(ServiceBuilder::new().layer(deadline).service(never));
    let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn only_a_stack_that_is_declared_complete_knows_that_a_layer_sent_nothing() {
    // A layer that answers no request and lets none through.
    let open_circuit = || {
        let refuse = async |_: Request<Body>| {
            Err::<Response<Body>, _>(io::Error::other("the circuit is open"))
        };
        tower::service_fn(refuse).into_seam()
    };
    let stack =
        || layers::RetryLayer::new(Arc::new(TokioTimer), RetryPolicy::new()).layer(open_circuit());
    for (client, is_ambiguous) in
        [(Client::from_service(stack()), true), (Client::from_stack(stack()), false)]
    {
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert_eq!(error.is_ambiguous(), is_ambiguous, "{error:?}");
        assert_eq!(error.is_rejected(), !is_ambiguous, "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clear_no_is_no_doubt_in_any_stack() {
    let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
    let server = Server::new(|_, _| status(422));
    let stack = ServiceBuilder::new()
        .layer(layers::CallLayer::new(timer.clone()))
        .layer(layers::ClassifyLayer::new(timer))
        .service(server);
    let error =
        Client::from_service(stack).call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert!(!error.is_ambiguous() && error.status().unwrap() == 422, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_write_outside_the_contract_is_sent_once_whatever_its_method() {
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::POST] {
        let server = Server::new(|_, _| Err(Error::no_answer("reset")));
        let client = client(&server).build().unwrap();
        let raw = Operation::raw(method.clone(), "/reporting/update/conversions");
        let error = client.call(raw).json_text("{}").send().await.unwrap_err();
        assert_eq!((server.requests(), error.is_ambiguous()), (1, true), "{method}");
    }
    let server = Server::new(|_, _| Err(Error::no_answer("reset")));
    let read = Operation::raw(Method::GET, "/x");
    let error = client(&server).build().unwrap().call(read).send().await.unwrap_err();
    assert_eq!((server.requests(), error.is_ambiguous()), (3, false));
}

/// Has a token at hand the first time, and cannot get another.
#[derive(Debug, Default)]
struct OneToken(AtomicUsize);

#[async_trait::async_trait]
impl TokenProvider for OneToken {
    fn ready_token(&self) -> Option<AccessToken> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        first.then(|| AccessToken::new(Secret::new("one"), None).unwrap())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        Err(Error::not_sent("no name"))
    }

    fn reject(&self, _: &AccessToken) {}
}

/// A layer that sends a request again on its own when the first answer is no good.
async fn twice(inner: SeamService, request: Request<Body>) -> Result<Response<Body>, Error> {
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), body.try_clone().unwrap());
    match inner.clone().oneshot(Request::from_parts(parts, body)).await {
        Ok(answer) if answer.status().is_success() => Ok(answer),
        _ => inner.oneshot(again).await,
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_inside_has_sent_before_stays_in_doubt() {
    type Reply = fn() -> Result<Response<Body>, Error>;
    for (first, ambiguous) in [
        ((|| Err(Error::no_answer("reset"))) as Reply, true),
        (|| status(500), true),
        (|| status(503), true),
        (|| with_header(503, "retry-after", "1"), false),
        (|| status(422), false),
        (|| Err(Error::not_sent("no connection")), false),
    ] {
        let server = Server::new(move |_, _| first());
        let repeat = tower_layer::layer_fn(|inner: SeamService| {
            tower::service_fn(move |request| twice(inner.clone(), request))
        });
        let client = client(&server)
            .attempt_layer(repeat)
            .token_provider(Arc::new(OneToken::default()))
            .build()
            .unwrap();
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert_eq!(error.is_ambiguous(), ambiguous, "{:?}: {error}", first().map(|r| r.status()));
        assert_eq!((server.requests(), error.attempts()), (1, 1), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_got_as_far_as_the_transport_counts_as_an_attempt() {
    let server = Server::new(|_, _| ok("{}"));
    let tokens = Arc::new(NoToken::new(|| Error::not_sent("no name")));
    let client = client(&server).token_provider(tokens).build().unwrap();
    let error = client.call(&REPORT).send().await.unwrap_err();
    assert_eq!(error.attempts(), 0);
    assert!(!error.to_string().contains("attempts"), "{error}");

    let server = Server::new(|_, _| status(500));
    let tokens = Arc::new(OneToken::default());
    let client = support::client(&server).token_provider(tokens).build().unwrap();
    let error = client.call(&REPORT).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.requests()), (1, 1), "{error}");
}
