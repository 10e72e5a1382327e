//! Layers that make requests and errors of their own: what a write reports then is still true.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use funnelflux::prelude::*;
use funnelflux::transport::{
    Body, BoxError, Call, CallOptions, ErrorKind, IntoSeam as _, Operation, Outcome, SeamService,
};
use http::{Method, Request, Response};
use tower::layer::layer_fn;
use tower::timeout::Timeout;
use tower::{ServiceExt as _, service_fn};

use crate::world::{Mood, Server, at, read, write};

/// An error type of a layer's, around one of the SDK's.
#[derive(Debug)]
struct Mine(Error);

impl fmt::Display for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mine")
    }
}

impl std::error::Error for Mine {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// A new request with nothing in its extensions.
fn bare(request: Request<Body>) -> Request<Body> {
    let (parts, body) = request.into_parts();
    let mut bare = Request::new(body);
    (*bare.method_mut(), *bare.uri_mut(), *bare.headers_mut()) =
        (parts.method, parts.uri, parts.headers);
    bare
}

fn cleared(mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().clear();
    request
}

/// The same with something of the layer's own.
fn marked(request: Request<Body>) -> Request<Body> {
    let mut request = bare(request);
    request.extensions_mut().insert("mark");
    request
}

fn without_call(of: fn(Request<Body>) -> Request<Body>) -> impl Fn(SeamService) -> SeamService {
    move |inner| inner.map_request(of).into_seam()
}

/// A second request, without extensions, where the first one failed.
fn second_without_call(inner: SeamService) -> SeamService {
    service_fn(move |request: Request<Body>| {
        let inner = inner.clone();
        async move {
            let (parts, body) = request.into_parts();
            let copy = body.try_clone().unwrap();
            let second = bare(Request::from_parts(parts.clone(), copy));
            let first = inner.clone().oneshot(Request::from_parts(parts, body)).await;
            if first.is_ok() { first } else { inner.oneshot(second).await }
        }
    })
    .into_seam()
}

type Around = Arc<dyn Fn(SeamService) -> SeamService + Send + Sync>;

#[tokio::test(start_paused = true)]
async fn a_request_whose_call_a_layer_dropped_is_not_sent_and_says_so() {
    let rows: [(&str, Around); 5] = [
        ("bare", Arc::new(without_call(bare))),
        ("cleared", Arc::new(without_call(cleared))),
        ("marked", Arc::new(without_call(marked))),
        (
            "under a timeout",
            Arc::new(|inner| {
                Timeout::new(without_call(bare)(inner), Duration::from_millis(20)).into_seam()
            }),
        ),
        (
            "in a type of its own",
            Arc::new(|inner| without_call(bare)(inner).map_err(Mine).into_seam()),
        ),
    ];
    for (name, around) in rows {
        for mood in [Mood::Answers, Mood::LosesAnswers, Mood::TakesItsTime] {
            for outside in [true, false] {
                let (server, around) = (Server::new(mood), around.clone());
                let layer = layer_fn(move |inner| around(inner));
                let client = at!(server.client(), outside, layer).build().unwrap();
                for error in [write(&client).await.unwrap_err(), read(&client).await.unwrap_err()] {
                    let cell = format!("{name}, {mood:?}, {outside}: {error:?}");
                    assert!(error.is_local() && !error.is_ambiguous(), "{cell}");
                    assert_eq!(error.outcome(), Error::local("").outcome(), "{cell}");
                    assert!(error.to_string().contains("clone the extensions"), "{cell}");
                }
                assert_eq!(server.reached(), 0, "{name}, {mood:?}, {outside}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_request_without_the_call_does_not_hide_the_lost_answer_of_the_first() {
    for outside in [true, false] {
        let server = Server::new(Mood::LosesAnswers);
        let layer = layer_fn(second_without_call);
        let client = at!(server.client(), outside, layer).build().unwrap();
        let error = write(&client).await.unwrap_err();
        assert!(error.is_ambiguous(), "{outside}: {error:?}");
        assert_eq!(server.reached(), 1, "{outside}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_sends_a_request_of_its_own_and_nothing_of_the_token_is_shown() {
    fn asks_first(inner: SeamService) -> SeamService {
        service_fn(move |_: Request<Body>| {
            let inner = inner.clone();
            async move {
                let operation = Operation::raw(Method::GET, "/nonce");
                let mut own = Request::get("/nonce").body(Body::empty()).unwrap();
                own.extensions_mut().insert(Call::new(operation, CallOptions::new()));
                inner.oneshot(own).await
            }
        })
        .into_seam()
    }
    for outside in [true, false] {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let says_back = service_fn(move |request: Request<Body>| {
            count.fetch_add(1, SeqCst);
            let said = format!("no good: {:?}", request.headers()["authorization"].to_str());
            async { Err::<Response<Body>, _>(io::Error::other(said)) }
        });
        let builder = Server::new(Mood::Answers).client().transport(says_back);
        let client = at!(builder, outside, layer_fn(asks_first)).build().unwrap();
        let error = write(&client).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.cause());
        assert!(shown.contains("no good") && !shown.contains("secret-token"), "{outside}: {shown}");
        assert_eq!(asked.load(SeqCst), 1, "{outside}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_sdk_comes_out_of_a_layer_again() {
    type Pack = fn(Error) -> BoxError;
    let rows: [(&str, Pack, bool); 9] = [
        ("as it is", Into::into, true),
        ("box", |error| Box::new(error).into(), true),
        ("arc", |error| Arc::new(error).into(), true),
        ("box of an arc", |error| Box::new(Arc::new(error)).into(), false),
        ("io", |error| io::Error::other(error).into(), true),
        ("io around an arc", |error| io::Error::other(Arc::new(error)).into(), true),
        ("io around io", |error| io::Error::other(io::Error::other(error)).into(), true),
        ("a type of its own", |error| Mine(error).into(), false),
        ("a text", |error| error.to_string().into(), false),
    ];
    for (name, pack, is_itself) in rows {
        for outside in [true, false] {
            let cell = format!("{name}, {outside}");
            let server = Server::new(Mood::LosesAnswers);
            let layer = layer_fn(move |inner: SeamService| inner.map_err(pack).into_seam());
            let client = at!(server.client(), outside, layer).build().unwrap();
            let error = write(&client).await.unwrap_err();
            assert!(error.is_ambiguous() && server.reached() == 1, "{cell}: {error:?}");
            assert_eq!(error.is_no_answer(), is_itself, "{cell}: {error:?}");
            let error = read(&client).await.unwrap_err();
            assert_eq!(error.is_transient(), is_itself, "{cell}: {error:?}");
            // One that is itself again is repeated as itself.
            let reads = if outside || is_itself { 3 } else { 1 };
            assert_eq!(server.reached(), 1 + reads, "{cell}");
        }
    }
}

/// The error of a layer that sends by itself, and the kind that its caller sees.
type Own = (&'static str, fn() -> BoxError, ErrorKind);

#[tokio::test(start_paused = true)]
async fn a_layer_that_sends_by_itself_says_that_the_outcome_is_unknown() {
    let rows: [Own; 5] = [
        ("no answer", || Error::no_answer("lost").into(), ErrorKind::NoAnswer),
        ("marked", || Error::local("lost").into_ambiguous().into(), ErrorKind::Local),
        (
            "marked, in a type of its own",
            || Mine(Error::local("lost").into_ambiguous()).into(),
            ErrorKind::Foreign,
        ),
        (
            "marked, in two types",
            || io::Error::other(Mine(Error::no_answer("lost").into_ambiguous())).into(),
            ErrorKind::Foreign,
        ),
        (
            "a refused answer that is marked",
            || Error::refused(None, "lost").into_ambiguous().into(),
            ErrorKind::Refused,
        ),
    ];
    for (name, make, kind) in rows {
        for outside in [true, false] {
            let server = Server::new(Mood::Answers);
            let sends = layer_fn(move |_: SeamService| {
                service_fn(move |_: Request<Body>| async move { Err::<Response<Body>, _>(make()) })
            });
            let client = at!(server.client(), outside, sends).build().unwrap();
            let error = write(&client).await.unwrap_err();
            assert!(error.is_ambiguous(), "{name}, {outside}: {error:?}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{name}, {outside}");
            assert_eq!(error.kind(), kind, "{name}, {outside}");
            assert_eq!(error.is_no_answer(), kind == ErrorKind::NoAnswer, "{name}, {outside}");
            assert_eq!(server.reached(), 0, "{name}, {outside}");
        }
    }
    // A read is never in doubt.
    let sends = layer_fn(|_: SeamService| {
        service_fn(async |_: Request<Body>| Err::<Response<Body>, _>(Error::no_answer("lost")))
    });
    let client = Server::new(Mood::Answers).client().layer(sends).build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert!(error.is_no_answer() && !error.is_ambiguous(), "{error:?}");
}
