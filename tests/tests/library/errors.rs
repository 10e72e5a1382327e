//! Errors: their cause told once, their kinds for metrics, and the ones that a mock makes.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use funnelflux::auth::Tokens;
use funnelflux::emulator::{Emulator, Fault};
use funnelflux::prelude::*;
use funnelflux::testing::MockReportingApi;
use funnelflux::transport::{ErrorKind, Outcome};
use funnelflux_tests::client_of;
use futures_util::future::join_all;
use http::{HeaderMap, Method, StatusCode};

use crate::world::{Mood, Server, read, write};

/// An error, its source, and so on.
fn chain<'a>(
    first: Option<&'a (dyn StdError + 'static)>,
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(first, |it| (*it).source())
}

/// What reporters print that follow the sources, as anyhow's `{:#}` and eyre's do.
fn reported(error: &(dyn StdError + 'static)) -> String {
    chain(Some(error)).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// A port that refuses.
async fn dead_port() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

#[tokio::test]
async fn the_cause_is_told_once_by_whatever_reports_the_error() {
    let client = FunnelFlux::builder()
        .base_url(dead_port().await)
        .access_token("t")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = read(&client).await.unwrap_err();
    assert!(error.is_connect() && error.kind() == ErrorKind::NotSent, "{error:?}");
    let refused = "Connection refused";
    assert_eq!(error.to_string().matches(refused).count(), 1, "{error}");
    assert_eq!(reported(&error).matches(refused).count(), 1, "{}", reported(&error));
    // One error around another, and a foreign one around both.
    let outer = Error::local("the report of the day").with_source(error.duplicate());
    assert_eq!(reported(&outer).matches(refused).count(), 1, "{}", reported(&outer));
    let foreign = std::io::Error::other(outer);
    assert_eq!(reported(&foreign).matches(refused).count(), 1, "{}", reported(&foreign));
    // The causes can be asked for, down to the type.
    let io = chain(error.cause()).filter_map(|it| it.downcast_ref::<std::io::Error>()).next();
    assert_eq!(io.unwrap().kind(), std::io::ErrorKind::ConnectionRefused);
}

/// A cause with causes of its own.
#[derive(Debug)]
struct Link(&'static str, Option<Box<Link>>);

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Link {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

#[test]
fn a_text_that_stands_in_another_is_told_once() {
    let shown = |message: &'static str, causes: &[&'static str]| {
        let link =
            |inner: Option<Box<Link>>, text: &&'static str| Some(Box::new(Link(text, inner)));
        let first = causes.iter().rev().fold(None, link).unwrap();
        let error = Error::no_answer(message).with_source(*first);
        assert_eq!(chain(error.cause()).count(), causes.len());
        error.to_string()
    };
    for (message, causes, told) in [
        ("top", &["one"][..], "top: one"),
        ("top", &["one", "two", "three", "four"], "top: one: two: three: four"),
        ("top", &["one", "one", "two"], "top: one: two"),
        ("refused", &["refused"], "refused"),
        ("the day: refused", &["refused", "os error 111"], "the day: refused: os error 111"),
        ("refused", &["refused", "refused"], "refused"),
        // A part of a word is another word.
        ("was refused", &["refused"], "was refused: refused"),
        ("top", &["", "one"], "top: one"),
        ("1", &["11", "111"], "1: 11: 111"),
        ("top", &["zero: one", "one"], "top: zero: one"),
    ] {
        assert_eq!(shown(message, causes), told, "{message}, {causes:?}");
    }
}

#[tokio::test]
async fn every_caller_of_a_refresh_that_failed_is_told_its_cause() {
    let tokens = Tokens::new("old").with_refresh_token("r").with_expiry(SystemTime::UNIX_EPOCH);
    let client = FunnelFlux::builder()
        .base_url(dead_port().await)
        .tokens(tokens)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for error in join_all((0..8).map(|_| write(&client))).await {
        let error = error.unwrap_err();
        assert_eq!(error.to_string().matches("Connection refused").count(), 1, "{error}");
        assert_eq!(reported(&error).matches("Connection refused").count(), 1, "{error}");
        assert!(!error.is_ambiguous() && error.attempts() == 0, "{error:?}");
    }
}

#[tokio::test]
async fn a_lost_or_cut_answer_has_a_predicate_and_a_kind() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator).retry(RetryPolicy::never()).build().unwrap();
    for fault in [Fault::lost_answer(), Fault::truncated_body()] {
        emulator.faults().push(fault.clone());
        let error = read(&client).await.unwrap_err();
        assert!(error.is_no_answer() && error.is_transient(), "{error:?}");
        assert!(!error.is_ambiguous() && !error.is_connect(), "{error:?}");
        assert_eq!((error.kind(), error.label()), (ErrorKind::NoAnswer, "no_answer"));
        emulator.faults().push(fault);
        let sources = client.ledger().offer_sources();
        let draft = sources.draft("Acme").unwrap();
        let error = sources.create_call(&draft).unwrap().send().await.unwrap_err();
        assert!(error.is_no_answer() && error.is_ambiguous(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_has_no_time_is_a_timeout_and_transient() {
    let slow = Server::new(Mood::TakesItsTime).client().build().unwrap();
    let call = slow.call_raw(Method::GET, "/reporting/attributes").with_timeout(Duration::ZERO);
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_transient(), "{error:?}");
}

#[test]
fn each_kind_has_a_word_of_its_own() {
    let kinds = [
        ErrorKind::InvalidRequest,
        ErrorKind::Unauthorised,
        ErrorKind::NotSent,
        ErrorKind::NoAnswer,
        ErrorKind::Timeout,
        ErrorKind::Status,
        ErrorKind::Refused,
        ErrorKind::Decode,
        ErrorKind::NotFound,
        ErrorKind::HeldBack,
        ErrorKind::Local,
        ErrorKind::Rejected,
        ErrorKind::Foreign,
    ];
    let words: BTreeSet<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words.len(), kinds.len());
    assert!(kinds.iter().all(|kind| kind.to_string() == kind.as_str()));
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

type Headers = &'static [(&'static str, &'static str)];

/// An answer by status, headers and body; the wait that it asks for; and a question that its error
/// answers with yes.
type Row = (u16, Headers, &'static str, Option<u64>, fn(&Error) -> bool);

#[test]
fn a_mock_can_make_the_error_of_any_answer() {
    let none: Headers = &[];
    let date: Headers = &[
        ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"),
        ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ];
    let rows: [Row; 13] = [
        (429, &[("retry-after", "7")], "", Some(7), Error::is_rate_limited),
        (429, date, "", Some(10), Error::is_transient),
        (429, none, "", None, Error::is_rate_limited),
        (503, &[("retry-after", "1")], "", Some(1), Error::is_server),
        (500, none, "", None, Error::is_transient),
        (502, none, "<html>", None, Error::is_server),
        (504, none, "", None, Error::is_timeout),
        (401, none, "", None, Error::needs_authorisation),
        (403, none, "", None, |error| error.is_auth() && !error.needs_authorisation()),
        (404, none, "", None, Error::is_not_found),
        (422, none, r#"{"message":"no such slot"}"#, None, |error| {
            error.server_message().as_deref() == Some("no such slot")
        }),
        (302, &[("location", "/login")], "", None, |error| !error.is_transient()),
        (200, none, r#"{"success":false}"#, None, Error::is_refused),
    ];
    for (status, pairs, body, wait, yes) in rows {
        let code = StatusCode::from_u16(status).unwrap();
        let error = Error::from_answer(code, headers(pairs), body);
        assert!(yes(&error), "{status}: {error:?}");
        assert_eq!(error.status(), Some(code));
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{status}");
        assert_eq!(error.body_excerpt(), body.as_bytes());
        assert!(!error.is_ambiguous(), "{status}");
    }
    let lost = Error::from_answer(StatusCode::BAD_GATEWAY, HeaderMap::new(), "").into_ambiguous();
    assert!(lost.is_ambiguous() && lost.outcome() == Outcome::Unknown);
    let page = Error::from_answer(StatusCode::OK, HeaderMap::new(), "<html>");
    assert!(page.is_decode(), "{page:?}");
}

#[tokio::test]
async fn an_error_that_a_mock_makes_is_the_one_that_a_client_makes() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator).retry(RetryPolicy::never()).build().unwrap();
    for status in [400, 403, 404, 409, 422, 500, 501, 502, 503, 504] {
        let code = StatusCode::from_u16(status).unwrap();
        emulator.faults().push(Fault::status(code));
        let real = read(&client).await.unwrap_err();
        let made = Error::from_answer(code, real.headers().clone(), real.body_excerpt().to_vec());
        let facts = |error: &Error| {
            (error.kind(), error.is_transient(), error.is_server(), error.server_message())
        };
        assert_eq!(facts(&made), facts(&real), "{status}");
        assert_eq!(made.retry_after(), real.retry_after(), "{status}");
        assert_eq!(made.body_excerpt(), real.body_excerpt(), "{status}");
    }
}

#[tokio::test]
async fn a_mocked_service_can_be_rate_limited() {
    let mut api = MockReportingApi::new();
    api.expect_attributes().returning(|| {
        let headers = headers(&[("retry-after", "3")]);
        Err(Error::from_answer(StatusCode::TOO_MANY_REQUESTS, headers, ""))
    });
    let api: Arc<dyn ReportingApi> = Arc::new(api);
    let error = api.attributes().await.unwrap_err();
    assert_eq!(
        (error.is_rate_limited(), error.retry_after()),
        (true, Some(Duration::from_secs(3)))
    );
}
