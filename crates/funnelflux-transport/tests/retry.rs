//! When a request is sent again, after how long, and when not. Time is paused: nothing waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use funnelflux_transport::http::Response;
use funnelflux_transport::{Body, Error, Idempotency, RetryPolicy, Sleep, Timer, TokioTimer};
use support::*;

#[tokio::test(start_paused = true)]
async fn a_report_that_fails_twice_comes_the_third_time() {
    let server = Server::new(|n, _| if n < 3 { status(502) } else { ok("[1]") });
    let notes = Arc::new(Notebook::default());
    let client = client(&server).observer(notes.clone()).build().unwrap();
    let answer = client.call(&REPORT).json_text("{}").send().await.unwrap();
    assert_eq!(&answer[..], b"[1]");
    assert_eq!(answer.attempts(), 3);
    // Half of 50 ms, half of 100 ms.
    assert_eq!(*notes.delays.lock().unwrap(), [25, 50]);
    assert_eq!(answer.elapsed(), Duration::from_millis(75));
}

#[tokio::test(start_paused = true)]
async fn numbers_at_the_edge() {
    // Without a header that asks for more, the throttled step is waited: half of a second.
    for (values, delay) in [
        (&["7"][..], 7000),
        (&["0"], 500),
        (&["00"], 500),
        (&["0.25"], 500),
        (&["7.5"], 7500),
        (&[" 7 "], 7000),
        (&["7e0"], 7000),
        (&["-1"], 500),
        (&["-1e300"], 500),
        (&["soon"], 500),
        (&["NaN"], 500),
        (&["Infinity"], 500),
        (&[""], 500),
        (&["7 s"], 500),
        (&["Sun, 06 Nov 1994 08:49:47 GMT"], 10_000),
        (&["Sunday, 06-Nov-94 08:49:47 GMT"], 10_000),
        (&["Sun Nov  6 08:49:47 1994"], 10_000),
        (&["Thu, 01 Jan 1970 00:00:00 GMT"], 500),
        (&["Sun, 06 Nov 1994 08:49:36 GMT"], 500),
        (&["Sun, 31 Feb 1994 08:49:47 GMT"], 500),
        (&["7", "3"], 7000),
        (&["3", "7"], 7000),
        (&["soon", "7"], 7000),
        (&["0", "Sun, 06 Nov 1994 08:49:47 GMT"], 10_000),
    ] {
        let server = Server::new(move |n, _| if n == 1 { throttled(values) } else { ok("{}") });
        let notes = Arc::new(Notebook::default());
        let client =
            client(&server).timer(Arc::new(In1994)).observer(notes.clone()).build().unwrap();
        client.call(&CONVERSIONS).json_text("{}").send().await.unwrap();
        assert_eq!(*notes.delays.lock().unwrap(), [delay], "{values:?}");
    }
    // More than the call has time for: it ends at once, and tells the wait.
    let century = Duration::from_secs(100 * 365 * 86_400);
    for (values, at_least) in [
        (&["1e300"][..], century),
        (&["1e999"], century),
        (&["100000000000"], century),
        (&["99999999999999999999"], century),
        (&["18446744073709551616"], century),
        (&["4294967296"], century),
        (&["3600"], Duration::from_secs(3600)),
        (&["Fri, 31 Dec 9999 23:59:59 GMT"], century),
        (&["Mon, 06 Nov 1995 08:49:37 GMT"], Duration::from_secs(365 * 86_400)),
        (&["1", "1e300"], century),
        (&["1e300", "soon"], century),
    ] {
        let server = Server::new(move |_, _| throttled(values));
        let client = client(&server).timer(Arc::new(In1994)).build().unwrap();
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert!(error.is_rate_limited() && !error.is_ambiguous(), "{values:?}: {error}");
        assert!(error.retry_after() >= Some(at_least), "{values:?}: {:?}", error.retry_after());
        assert_eq!(server.requests(), 1, "{values:?}");
    }
}

fn throttled(waits: &[&str]) -> Result<Response<Body>, Error> {
    let answer = Response::builder().status(429);
    let answer = waits.iter().fold(answer, |answer, wait| answer.header("retry-after", *wait));
    Ok(answer.body(Body::empty()).unwrap())
}

/// Tokio's clock on the 6th of November 1994, 08:49:37.
#[derive(Debug)]
struct In1994;

impl Timer for In1994 {
    fn now(&self) -> Instant {
        TokioTimer.now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        TokioTimer.sleep(duration)
    }
}

#[tokio::test(start_paused = true)]
async fn if_the_server_asks_for_more_time_than_there_is_the_call_ends_at_once() {
    let server = Server::new(|_, _| with_header(429, "retry-after", "600"));
    let client = client(&server).build().unwrap();
    let before = tokio::time::Instant::now();
    let error = client.call(&REPORT).send().await.unwrap_err();
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert!(error.to_string().contains("would come in 600.0 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_conversion_upload_without_an_answer_is_not_sent_again_and_is_ambiguous() {
    for code in [None, Some(500), Some(502), Some(504), Some(503), Some(408), Some(524)] {
        let server = Server::new(move |_, _| match code {
            None => Err(Error::no_answer("reset")),
            Some(code) => status(code),
        });
        let client = client(&server).build().unwrap();
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert_eq!(server.requests(), 1, "{code:?}");
        assert!(error.is_ambiguous(), "{code:?}: {error}");
        assert!(error.to_string().contains("whether it took effect is unknown"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_conversion_upload_that_never_left_is_sent_again() {
    let server = Server::new(|n, _| if n == 1 { Err(Error::not_sent("refused")) } else { ok("") });
    let client = client(&server).build().unwrap();
    client.call(&CONVERSIONS).json_text("{}").send().await.unwrap();
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_arrived_stays_ambiguous_though_later_attempts_never_left() {
    let server = Server::new(|n, _| {
        Err(if n == 1 { Error::no_answer("reset") } else { Error::not_sent("refused") })
    });
    let client = client(&server).build().unwrap();
    let error = client.call(&SAVE).json_text("{}").send().await.unwrap_err();
    assert_eq!(server.requests(), 3);
    assert!(error.is_connect() && error.is_ambiguous(), "{error:?}");
    let error = client.call(&REPORT).json_text("{}").send().await.unwrap_err();
    assert!(!error.is_ambiguous(), "a read leaves nothing behind");
}

#[tokio::test(start_paused = true)]
async fn a_clear_no_is_not_asked_again_and_not_ambiguous() {
    for code in [400, 403, 404, 409, 422] {
        let server = Server::new(move |_, _| status(code));
        let client = client(&server).build().unwrap();
        let error = client.call(&SAVE).json_text("{}").send().await.unwrap_err();
        assert_eq!((server.requests(), error.is_ambiguous()), (1, false), "{code}");
        assert_eq!(error.status().unwrap().as_u16(), code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_cut_short_is_a_lost_answer() {
    let server = Server::new(|n, _| {
        if n == 1 {
            let frames: Vec<Result<_, std::io::Error>> = vec![
                Ok(http_body::Frame::data(bytes::Bytes::from_static(b"[1,"))),
                Err(std::io::Error::other("reset")),
            ];
            let stream = futures_util::stream::iter(frames);
            let body = Body::wrap(http_body_util::StreamBody::new(stream));
            Ok(http::Response::new(body))
        } else {
            ok("[1,2]")
        }
    });
    let client = client(&server).build().unwrap();
    let answer = client.call(&REPORT).json_text("{}").send().await.unwrap();
    assert_eq!((answer.attempts(), &answer[..]), (2, &b"[1,2]"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_streamed_request_body_is_sent_once() {
    let server = Server::new(|_, _| status(503));
    let client = client(&server).build().unwrap();
    let body = Body::wrap(http_body_util::Full::new(bytes::Bytes::from_static(b"x")));
    let error = client.call(&SAVE).body(body).send().await.unwrap_err();
    assert_eq!((server.requests(), error.attempts()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_caller_may_know_better_than_the_contract() {
    let server = Server::new(|_, _| status(500));
    let client = client(&server).retry(RetryPolicy::new().with_max_attempts(5)).build().unwrap();
    let call = client.call(&CONVERSIONS).json_text("{}").with_idempotency(Idempotency::Idempotent);
    assert_eq!(call.send().await.unwrap_err().attempts(), 5);
}

#[tokio::test(start_paused = true)]
async fn clones_share_one_budget_and_successes_fill_it() {
    let server =
        Server::new(
            |_, r| {
                if r.uri().path().ends_with("drilldown") { status(500) } else { ok("") }
            },
        );
    let client = client(&server).retry(RetryPolicy::new().with_max_attempts(2)).build().unwrap();
    let mut last = None;
    for _ in 0..36 {
        last = Some(client.clone().call(&REPORT).send().await.unwrap_err());
    }
    // 500 tokens, 14 a retry: 35 retries.
    assert_eq!(server.requests(), 36 + 35);
    assert!(last.unwrap().to_string().contains("retry budget"));
    for _ in 0..14 {
        client.call(&SAVE).send().await.unwrap();
    }
    assert_eq!(client.call(&REPORT).send().await.unwrap_err().attempts(), 2);
}
