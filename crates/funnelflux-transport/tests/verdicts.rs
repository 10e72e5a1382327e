//! What an answer of the right status means: done, refused, or unknown for a write; read or not for a
//! read. And the codings and marks that an answer may have.
#![cfg(feature = "gzip")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::future::ready;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use flate2::Compression;
use flate2::write::GzEncoder;
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::http::{Method, Request, Response};
use funnelflux_transport::{
    AccessToken, Body, CallOptions, Client, Error, Outcome, RateLimit, TokenProvider,
};

const JSON: &[u8] = br#"{"id":"x"}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(to_bytes);
    mark.iter().copied().chain(units).collect()
}

/// A body in chunks of one byte.
struct Drops(Bytes);

impl funnelflux_transport::http_body::Body for Drops {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<funnelflux_transport::http_body::Frame<Bytes>, Error>>> {
        let rest = &mut self.0;
        let frame = (!rest.is_empty()).then(|| rest.split_to(1));
        std::task::Poll::Ready(frame.map(|b| Ok(funnelflux_transport::http_body::Frame::data(b))))
    }
}

/// A client of a server that always answers this, and the number of its requests.
fn client(status: u16, coding: &'static str, body: Vec<u8>) -> (Client, Arc<AtomicUsize>) {
    let body = Bytes::from(body);
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let server = tower::service_fn(move |_: Request<Body>| {
        count.fetch_add(1, Ordering::Relaxed);
        let mut answer = Response::builder().status(status);
        if !coding.is_empty() {
            answer = answer.header("content-encoding", coding);
        }
        ready(Ok::<_, Error>(answer.body(Body::wrap(Drops(body.clone()))).unwrap()))
    });
    let builder = Client::builder().transport(server).rate_limit(RateLimit::unlimited());
    (builder.build().unwrap(), requests)
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read() {
    let deep = |depth: usize| ("[".repeat(depth) + &"]".repeat(depth)).into_bytes();
    let long = format!("[{}]", "1,".repeat(5_000)).into_bytes();
    let cut_gzip = gzip(&long).into_iter().take(20).collect();
    for (what, status, coding, body) in [
        ("a page", 200, "", b"<html>log in</html>".to_vec()),
        ("a page behind a mark", 200, "", b"\xef\xbb\xbf  <!doctype html>".to_vec()),
        ("XML", 201, "", b"<?xml version=\"1.0\"?><ok/>".to_vec()),
        ("a cut object", 200, "", br#"{"id":"x","na"#.to_vec()),
        ("a cut list", 202, "", b"[1,2".to_vec()),
        ("a cut text", 200, "", b"\"done".to_vec()),
        ("two objects", 200, "", b"{}{}".to_vec()),
        ("Latin-1", 200, "", b"{\"name\":\"caf\xe9\"}".to_vec()),
        ("UTF-16, marked", 200, "", utf16("{}", u16::to_le_bytes, b"\xff\xfe")),
        ("UTF-16, big end first", 200, "", utf16("{}", u16::to_be_bytes, b"\xfe\xff")),
        ("UTF-16 without a mark", 200, "", utf16("{\"a\":1}", u16::to_le_bytes, b"")),
        ("nothing but NUL", 200, "", vec![0; 100]),
        ("colours of a terminal", 200, "", b"\x1b[31mfail".to_vec()),
        ("a warning before an object", 200, "", b"Warning: line 3 {\"ok\":1}".to_vec()),
        ("gzip without a header", 200, "", gzip(b"{}")),
        ("a call in JavaScript", 200, "", b"done({\"success\":false});".to_vec()),
        ("a guard before an object", 200, "", b")]}',\n{}".to_vec()),
        ("nested deeply", 200, "", deep(129)),
        ("nested without end", 200, "", vec![b'['; 5_000]),
        ("too large", 200, "", b"x".repeat(200_000)),
        ("an unknown coding", 200, "br", b"\x0b\x02\x80{}\x03".to_vec()),
        ("a coding that is not what it says", 200, "gzip", b"{}".to_vec()),
        ("a coding that was cut", 200, "gzip", cut_gzip),
        ("switching protocols", 101, "", Vec::new()),
        ("see other", 303, "", Vec::new()),
    ] {
        let (client, requests) = client(status, coding, body);
        let options = CallOptions::new().with_max_response_bytes(100_000);
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let call = client.call_raw(method, "/x").json_text("{}");
            let error = call.with_options(options.clone()).send().await.unwrap_err();
            assert!(error.is_ambiguous(), "{what}: {error}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{what}: {error}");
        }
        assert_eq!(requests.swap(0, Ordering::Relaxed), 3, "{what}: a write is sent once");
        let read = client.call_raw(Method::GET, "/x").with_options(options).send().await;
        let error = match read {
            Ok(answer) => answer.readable().expect_err(what),
            Err(error) => error,
        };
        assert!(!error.is_ambiguous() && error.outcome() != Outcome::Unknown, "{what}: {error}");
        let is_lost = coding == "gzip";
        assert_eq!(requests.load(Ordering::Relaxed), if is_lost { 3 } else { 1 }, "{what}");
    }
}

#[tokio::test]
async fn an_answer_that_can_be_read_is_a_write_s_success() {
    let deep = ("[".repeat(128) + &"]".repeat(128)).into_bytes();
    let brackets = format!("{{\"name\":\"{}\\\"{}\"}}", "[".repeat(200), "{".repeat(200));
    for (status, body) in [
        (204, Vec::new()),
        (200, b"  \n".to_vec()),
        (200, b"ok".to_vec()),
        (200, b"null".to_vec()),
        (202, b"true".to_vec()),
        (200, b"\"queued\"".to_vec()),
        (200, b"{}\n".to_vec()),
        (200, b"\xef\xbb\xbf{}".to_vec()),
        (201, "{\"name\":\"café\"}".into()),
        (200, deep),
        (200, brackets.into_bytes()),
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let (client, _) = client(status, "", body);
        let sent = client.call_raw(Method::POST, "/x").json_text("{}").send().await;
        assert!(sent.is_ok(), "{shown}: {}", sent.unwrap_err());
    }
}

#[tokio::test]
async fn a_refusal_in_a_normal_answer() {
    for body in [
        r#"{"error":{"code":400,"message":"no"}}"#,
        r#"{"errors":["no"]}"#,
        r#"{"success":"false","message":"no"}"#,
        r#"{"error":"x","error_description":"no"}"#,
        r#"{"status":"error","message":"no"}"#,
        r#"[{"success":true},{"success":false,"message":"no"}]"#,
        r#"[{"id":"x","success":true},{"id":"y","success":false,"message":"no"}]"#,
        r#"[{"error":{"code":400,"message":"no"}}]"#,
        r#"{"data":[{"success":true},{"success":false,"message":"no"}]}"#,
        r#"{"result":[{"error":{"code":400,"message":"no"}}]}"#,
        r#"{"success":"failed","message":"no"}"#,
        r#"{"error":400,"message":"no"}"#,
        r#"{"status":false,"message":"no"}"#,
        "false",
        " \"False\"\n",
        r#"{"Success":"No","message":"no"}"#,
        r#"{"success":0,"message":"no"}"#,
        r#"{"ok":false,"error":"no"}"#,
        r#"{"STATUS":"ERROR","message":"no"}"#,
        r#"{"status":"Failed","message":"no"}"#,
        r#"{"status":422,"detail":"no"}"#,
        r#"{"statusCode":"500","message":"no"}"#,
        r#"{"code":"400","message":"no"}"#,
        r#"{"error":"no such thing"}"#,
        r#"{"error":true,"message":"no"}"#,
        r#"{"errors":{"name":"no"}}"#,
        r#"{"success":true,"errors":[{"message":"no"}]}"#,
        r#"{"data":{"success":false,"message":"no"}}"#,
    ] {
        let (client, requests) = client(200, "", body.into());
        let error = client.call_raw(Method::PUT, "/x").json_text("{}").send().await.unwrap_err();
        assert!(error.is_refused() && !error.is_ambiguous(), "{body}: {error}");
        assert!(error.to_string().contains("no"), "{body}: {error}");
        assert_eq!(error.body_excerpt(), body.as_bytes());
        assert_eq!(requests.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_list_of_objects_is_a_write_s_success_whatever_members_they_have() {
    for body in [
        "[]",
        r#"[{"idFunnel":"x","status":"failed"}]"#,
        r#"[{"idFunnel":"x","errors":["shown on the page"]}]"#,
        r#"[{"idFunnel":"x","error":"shown on the page"},{"idFunnel":"y"}]"#,
    ] {
        let (client, _) = client(200, "", body.into());
        let sent = client.call_raw(Method::PUT, "/x").json_text("{}").send().await;
        assert!(sent.is_ok(), "{body}: {}", sent.unwrap_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_streamed_answer_breaks_off_is_ambiguous() {
    struct Breaks(bool);
    impl funnelflux_transport::http_body::Body for Breaks {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<funnelflux_transport::http_body::Frame<Bytes>, Error>>>
        {
            let is_first = std::mem::replace(&mut self.0, true);
            let frame = Bytes::from_static(b"{\"id\":");
            std::task::Poll::Ready(Some(match is_first {
                false => Ok(funnelflux_transport::http_body::Frame::data(frame)),
                true => Err(Error::no_answer("reset")),
            }))
        }
    }
    let server = tower::service_fn(|_: Request<Body>| {
        ready(Ok::<_, Error>(Response::new(Body::wrap(Breaks(false)))))
    });
    let streamed = || CallOptions::new().with_streaming();
    let built = Client::builder().transport(server).build().unwrap();
    for (client, options) in [
        (&built, CallOptions::new()),
        (&built, streamed()),
        (&Client::from_service(server), CallOptions::new()),
    ] {
        for (method, is_write) in [(Method::PUT, true), (Method::GET, false)] {
            let call = client.call_raw(method, "/x").with_options(options.clone());
            let error = call.send().await.unwrap_err();
            assert_eq!(error.is_ambiguous(), is_write, "{error}");
            assert_eq!(error.outcome() == Outcome::Unknown, is_write, "{error}");
            assert!(error.to_string().contains("the answer broke off"), "{error}");
        }
    }
}

#[tokio::test]
async fn codings_are_undone_however_they_are_spelled_and_put_together() {
    let (half, rest) = JSON.split_at(4);
    let marked = [b"\xef\xbb\xbf", JSON].concat();
    for (coding, body) in [
        ("gzip", gzip(JSON)),
        ("GZIP", gzip(JSON)),
        ("GZip", gzip(JSON)),
        ("x-gzip", gzip(JSON)),
        ("X-Gzip", gzip(JSON)),
        (" gzip ", gzip(JSON)),
        ("gzip", [gzip(half), gzip(rest)].concat()),
        ("gzip", [gzip(half), gzip(b""), gzip(rest)].concat()),
        ("x-gzip", JSON.chunks(1).flat_map(gzip).collect()),
        ("gzip, gzip", gzip(&gzip(JSON))),
        ("identity", JSON.to_vec()),
        ("Identity", JSON.to_vec()),
        ("identity, gzip", gzip(JSON)),
        ("", JSON.to_vec()),
        ("", marked.clone()),
        ("gzip", gzip(&marked)),
    ] {
        for method in [Method::GET, Method::POST] {
            let (client, _) = client(200, coding, body.clone());
            let answer = client.call_raw(method, "/x").send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{coding}: {error}"));
            assert_eq!(&answer[..], JSON, "{coding}");
            assert!(!answer.headers().contains_key("content-length"), "{coding}");
        }
    }
    let (client, _) = client(200, "gzip", Vec::new());
    assert!(client.call_raw(Method::GET, "/x").send().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_coding_that_was_not_asked_for_is_named() {
    for (coding, named) in [
        ("br", "br"),
        ("BR", "br"),
        ("deflate", "deflate"),
        ("zstd", "zstd"),
        ("compress", "compress"),
        ("x-compress", "x-compress"),
        ("gzip, br", "gzip, br"),
        ("br, gzip", "br, gzip"),
        ("gzipped", "gzipped"),
        ("aws-chunked", "aws-chunked"),
        ("dcb", "dcb"),
        ("gzip, gzip, gzip, gzip, gzip", "gzip, gzip, gzip, gzip, gzip"),
    ] {
        let (client, requests) = client(200, coding, b"\x01\x02".to_vec());
        let error = client.call_raw(Method::GET, "/x").send().await.unwrap_err();
        assert!(error.is_decode() && !error.is_ambiguous(), "{coding}: {error}");
        assert!(error.to_string().contains(&format!("coded as {named:?}")), "{coding}: {error}");
        assert_eq!(requests.load(Ordering::Relaxed), 1, "{coding}");
    }
}

#[tokio::test]
async fn where_a_redirect_points_is_told_without_its_secrets() {
    for (location, told) in [
        ("/v1/elsewhere", "/v1/elsewhere"),
        ("https://other.example/login?next=abc&token=s3cret", "https://other.example/login?next="),
    ] {
        let server = tower::service_fn(move |_: Request<Body>| {
            let answer = Response::builder().status(303).header("location", location);
            ready(Ok::<_, Error>(answer.body(Body::empty()).unwrap()))
        });
        let client = Client::builder().transport(server).build().unwrap();
        let error = client.call_raw(Method::GET, "/x").send().await.unwrap_err().to_string();
        assert!(error.contains("303") && error.contains(told), "{error}");
        assert!(!error.contains("s3cret") && !error.contains("abc"), "{error}");
    }
}

/// A source of tokens that asks an issuer through a client of its own.
#[derive(Debug)]
struct Asking(Client);

#[async_trait]
impl TokenProvider for Asking {
    async fn token(&self) -> Result<AccessToken, Error> {
        self.0.call_raw(Method::GET, "/token").send().await?;
        AccessToken::new("a".into(), None)
    }

    fn reject(&self, _: &AccessToken) {}
}

#[tokio::test(start_paused = true)]
async fn attempts_and_reasons_are_the_true_ones() {
    let failures: [Failing; 11] = [
        ("no name", || Err(Error::not_sent("no name")), 3),
        ("reset", || Err(Error::no_answer("reset")), 3),
        ("500", || status(500), 3),
        ("502", || status(502), 3),
        ("503", || status(503), 3),
        ("504", || status(504), 3),
        ("520", || status(520), 3),
        ("408", || status(408), 3),
        ("429", || status(429), 3),
        ("403", || status(403), 1),
        ("404", || status(404), 1),
    ];
    for (what, failure, expected) in failures {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let server = tower::service_fn(move |request: Request<Body>| {
            assert_eq!(request.uri().path(), "/v1/token", "the call itself is never sent");
            count.fetch_add(1, Ordering::Relaxed);
            ready(failure())
        });
        let client = Client::builder()
            .transport(server)
            .token_provider_from(|anonymous| Arc::new(Asking(anonymous)))
            .timeout(Duration::from_secs(600))
            .build()
            .unwrap();
        for method in [Method::GET, Method::PUT] {
            let error = client.call_raw(method, "/x").send().await.unwrap_err();
            assert!(!error.is_ambiguous(), "{what}: {error}");
            assert_eq!(asked.swap(0, Ordering::Relaxed), expected, "{what}: {error}");
            let told = format!("; {expected} attempts");
            assert_eq!(error.to_string().contains(&told), expected > 1, "{what}: {error}");
        }
    }
}

/// An error of a library, whose text may repeat its cause.
#[derive(Debug)]
struct Cause(&'static str, Option<Box<Self>>);

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_ref().map(|cause| &**cause as _)
    }
}

#[test]
fn a_cause_is_told_once_and_each_one_is() {
    let of = |texts: &[&'static str]| {
        let (first, causes) = texts.split_first().unwrap();
        let causes = causes.iter().rev();
        let cause = causes.fold(None, |cause, text| Some(Box::new(Cause(text, cause)))).unwrap();
        let error = Error::local(*first).with_source(cause);
        assert_eq!(
            Error::local("x").with_source(error.duplicate()).to_string(),
            format!("x: {error}")
        );
        error.to_string()
    };
    for (chain, told) in [
        (&["a", "b"][..], "a: b"),
        (&["a", "b", "c", "d"], "a: b: c: d"),
        (&["a", "b: c", "c"], "a: b: c"),
        (&["a", "b: c: d", "c: d", "d"], "a: b: c: d"),
        (&["a", "b: c", "c", "d"], "a: b: c: d"),
        (&["a", "b", "b", "b", "c"], "a: b: c"),
    ] {
        assert_eq!(of(chain), told, "{chain:?}");
    }
}

/// A source of tokens that have expired, another one each time.
#[derive(Debug, Default)]
struct Expired(AtomicUsize);

#[async_trait]
impl TokenProvider for Expired {
    async fn token(&self) -> Result<AccessToken, Error> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        AccessToken::new(format!("token-{number}").into(), Some(std::time::UNIX_EPOCH))
    }

    fn reject(&self, _: &AccessToken) {}
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_that_is_turned_down_with_400_is_not_the_reason() {
    for (code, is_reason) in [(401, true), (400, false)] {
        let server = tower::service_fn(move |_: Request<Body>| ready(status(code)));
        let tokens = Arc::new(Expired::default());
        let builder = Client::builder().transport(server).token_provider(tokens.clone());
        let error = builder.build().unwrap().call_raw(Method::GET, "/x").send().await.unwrap_err();
        assert_eq!(tokens.0.load(Ordering::Relaxed), 2, "{error}");
        assert_eq!(error.needs_authorisation(), is_reason, "{error}");
        assert_eq!(error.to_string().contains("authorise again"), is_reason, "{error}");
    }
}

type Answer = Result<Response<Body>, Error>;

/// A failure of the token's issuer, and how often it is asked then.
type Failing = (&'static str, fn() -> Answer, usize);

fn status(code: u16) -> Answer {
    Ok(Response::builder().status(code).body(Body::empty()).unwrap())
}
