//! The four places for a user's own code, paths and tokens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use funnelflux_transport::{
    AccessToken, Body, Call, CallOptions, Client, Error, Operation, Secret, StaticToken,
    TokenProvider, layers,
};
use http::HeaderValue;
use support::*;
use tower_http::set_header::SetRequestHeaderLayer;

fn token(text: &str, expires_at: Option<SystemTime>) -> AccessToken {
    AccessToken::new(Secret::new(text), expires_at).unwrap()
}

/// Gives `first` until it is rejected, then `second`.
#[derive(Debug)]
struct Two {
    first: AccessToken,
    second: AccessToken,
    rejected: AtomicUsize,
}

#[async_trait::async_trait]
impl TokenProvider for Two {
    async fn token(&self) -> Result<AccessToken, Error> {
        let rejected = self.rejected.load(Ordering::SeqCst);
        Ok(if rejected == 0 { self.first.clone() } else { self.second.clone() })
    }

    fn reject(&self, _: &AccessToken) {
        self.rejected.fetch_add(1, Ordering::SeqCst);
    }
}

fn bearer(request: &http::Request<funnelflux_transport::Body>) -> String {
    request.headers()["authorization"].to_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_401_is_answered_with_another_token_once_and_for_any_operation() {
    let server = Server::new(|_, r| if bearer(r) == "Bearer new" { ok("{}") } else { status(401) });
    let tokens = Arc::new(Two {
        first: token("old", None),
        second: token("new", None),
        rejected: AtomicUsize::new(0),
    });
    let client = client(&server).token_provider(tokens.clone()).build().unwrap();
    let answer = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap();
    assert_eq!((answer.attempts(), answer.elapsed()), (2, Duration::ZERO));
    assert_eq!(tokens.rejected.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_second_401_is_the_end() {
    let server = Server::new(|_, _| status(401));
    let tokens = Arc::new(Two {
        first: token("old", None),
        second: token("new", None),
        rejected: AtomicUsize::new(0),
    });
    let client = client(&server).token_provider(tokens).build().unwrap();
    let error = client.call(&REPORT).send().await.unwrap_err();
    assert_eq!(server.requests(), 2);
    assert!(
        error.needs_authorisation() && error.to_string().contains("authorise again"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_400_counts_as_expiry_only_when_the_token_is_expired() {
    for (expired, requests) in [(true, 2), (false, 1)] {
        let server =
            Server::new(|_, r| if bearer(r) == "Bearer new" { ok("{}") } else { status(400) });
        let now = funnelflux_transport::Timer::wall(&funnelflux_transport::TokioTimer);
        let hour = Duration::from_secs(3600);
        let at = if expired { now - hour } else { now + hour };
        let tokens = Arc::new(Two {
            first: token("old", Some(at)),
            second: token("new", None),
            rejected: AtomicUsize::new(0),
        });
        let client = client(&server).token_provider(tokens).build().unwrap();
        assert_eq!(client.call(&REPORT).send().await.is_ok(), expired);
        assert_eq!(server.requests(), requests);
    }
}

#[tokio::test(start_paused = true)]
async fn a_per_call_layer_runs_once_and_a_per_attempt_layer_each_time() {
    let server = Server::new(|n, r| {
        assert_eq!(r.headers()["x-call"], "1");
        assert_eq!(r.headers()["x-attempt"], n.to_string());
        if n == 1 { status(500) } else { ok("{}") }
    });
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = attempts.clone();
    let attempt_header = move |_: &http::Request<_>| {
        HeaderValue::try_from((counted.fetch_add(1, Ordering::SeqCst) + 1).to_string()).ok()
    };
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let call_header = move |r: &http::Request<funnelflux_transport::Body>| {
        assert_eq!(Call::of(r).unwrap().operation().id(), "reporting.drilldown");
        HeaderValue::try_from((counted.fetch_add(1, Ordering::SeqCst) + 1).to_string()).ok()
    };
    let client = client(&server)
        .layer(SetRequestHeaderLayer::overriding(
            http::HeaderName::from_static("x-call"),
            call_header,
        ))
        .attempt_layer(SetRequestHeaderLayer::overriding(
            http::HeaderName::from_static("x-attempt"),
            attempt_header,
        ))
        .build()
        .unwrap();
    client.call(&REPORT).send().await.unwrap();
    assert_eq!((calls.load(Ordering::SeqCst), attempts.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn the_first_layer_added_sees_a_request_first() {
    let server = Server::new(|_, r| {
        assert_eq!(r.headers()["x-last"], "second");
        ok("{}")
    });
    let header = |value| {
        SetRequestHeaderLayer::overriding(
            http::HeaderName::from_static("x-last"),
            HeaderValue::from_static(value),
        )
    };
    let client = client(&server).layer(header("first")).layer(header("second")).build().unwrap();
    client.call(&REPORT).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_foreign_layer_s_timeout_is_a_timeout() {
    let never = tower::service_fn(|_: http::Request<funnelflux_transport::Body>| {
        std::future::pending::<Result<http::Response<funnelflux_transport::Body>, Error>>()
    });
    let client = Client::builder()
        .transport(never)
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .build()
        .unwrap();
    let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error:?}");
    assert_eq!(error.elapsed(), Some(Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn a_stack_of_ones_own_can_be_handed_over() {
    let server = Server::new(|n, _| if n == 1 { status(500) } else { ok("[7]") });
    let timer: Arc<dyn funnelflux_transport::Timer> = Arc::new(funnelflux_transport::TokioTimer);
    let stack = tower::ServiceBuilder::new()
        .layer(layers::RetryLayer::new(timer.clone(), funnelflux_transport::RetryPolicy::new()))
        .layer(layers::ClassifyLayer::new(timer))
        .service(server.clone());
    let client = Client::from_service(stack);
    assert_eq!(*client.call(&REPORT).send().await.unwrap().json::<Vec<u8>>().unwrap(), [7]);
}

#[tokio::test(start_paused = true)]
async fn an_error_from_outside_the_call_layer_says_what_it_is_about() {
    let server = Server::new(|_, _| ok("{}"));
    let timer: Arc<dyn funnelflux_transport::Timer> = Arc::new(funnelflux_transport::TokioTimer);
    let stack = tower::ServiceBuilder::new()
        .map_result(|answer: Result<http::Response<Body>, Error>| {
            answer.and_then(|_| Err::<http::Response<Body>, _>(Error::unexpected_answer("not so")))
        })
        .layer(layers::CallLayer::new(timer))
        .service(server.clone());
    let error = Client::from_service(stack).call(&REPORT).send().await.unwrap_err();
    assert_eq!(error.operation().unwrap().id(), "reporting.drilldown");
    assert!(error.at().is_some() && error.elapsed() == Some(Duration::ZERO), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_path_can_be_overridden_without_a_release() {
    let server = Server::new(|_, r| {
        assert_eq!(r.uri().path(), "/v1/domains/a%2Fb");
        ok("{}")
    });
    let client =
        client(&server).path_override("billing.domains.get", "/domains/{id}").build().unwrap();
    client.call(&DOMAIN).path_param("id", "a/b").send().await.unwrap();
    for bad in ["", "..", "."] {
        let error = client.call(&DOMAIN).path_param("id", bad).send().await.unwrap_err();
        assert!(error.is_invalid_request(), "{bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_overridden_path_without_a_place_for_the_id_is_refused() {
    let server = Server::new(|_, _| ok("{}"));
    let overridden = |path| client(&server).path_override("billing.domains.get", path).build();
    for path in ["/domains", "/domains/id"] {
        let client = overridden(path).unwrap();
        let error = client.call(&DOMAIN).path_param("id", "abc").send().await.unwrap_err();
        assert!(error.is_invalid_request(), "{path}: {error}");
    }
    let error = overridden("/domains/{domain}").unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("such as id"), "{error}");
    let client = client(&server).build().unwrap();
    let error = client.call(&SAVE).path_param("id", "abc").send().await.unwrap_err();
    assert!(error.to_string().contains("no place for id"), "{error}");
    assert_eq!(server.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_query_of_a_raw_path_is_a_query_and_braces_in_it_are_no_placeholders() {
    let server = Server::new(|_, r| {
        assert_eq!(r.uri().to_string(), "https://api.funnelflux.pro/v1/x/7?a=%7By%7D&b=1&c=2");
        ok("{}")
    });
    let client = client(&server).build().unwrap();
    let raw = Operation::raw(http::Method::GET, "/x/{id}?a=%7By%7D&b=1");
    client.call(raw).path_param("id", 7).query("c", 2).send().await.unwrap();
    let raw = Operation::raw(http::Method::GET, "/x?filter={y}");
    let (_, path, _) = client.call(raw).preview().unwrap();
    assert_eq!(path, "/x?filter={y}");
}

#[tokio::test(start_paused = true)]
async fn a_request_of_ones_own_is_a_new_call_each_time_it_is_sent() {
    let server = Server::new(|n, _| if n % 2 == 1 { status(500) } else { ok("{}") });
    let client = client(&server).build().unwrap();
    let call = Call::new(Operation::raw(http::Method::GET, "/x"), CallOptions::new());
    for _ in 0..2 {
        let mut request = http::Request::get("/x").body(Body::empty()).unwrap();
        request.extensions_mut().insert(call.clone());
        client.send(request).await.unwrap();
        tokio::time::advance(Duration::from_secs(200)).await;
    }
    assert_eq!(server.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn if_there_is_no_other_token_the_error_tells_what_the_server_said() {
    let server = Server::new(|_, _| {
        let body = r#"{"message":"this address is not allowed"}"#;
        let answer = http::Response::builder().status(401).header("x-request-id", "r-9");
        Ok(answer.body(Body::from(body)).unwrap())
    });
    let tokens = Arc::new(StaticToken::new(token("one", None)));
    let client = client(&server).token_provider(tokens).build().unwrap();
    let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.request_id()), (401, Some("r-9")));
    assert!(error.needs_authorisation() && server.requests() == 1, "{error}");
    for part in ["authorise again", "this address is not allowed"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// Serves one token whatever is said of it, as a provider does that has just had it confirmed.
#[derive(Debug)]
struct Sure(AccessToken);

#[async_trait::async_trait]
impl TokenProvider for Sure {
    fn ready_token(&self) -> Option<AccessToken> {
        Some(self.0.clone())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        Ok(self.0.clone())
    }

    fn reject(&self, _: &AccessToken) {}
}

#[tokio::test(start_paused = true)]
async fn a_401_is_not_repeated_with_the_very_token_that_was_turned_down() {
    let server = Server::new(|_, _| status(401));
    let tokens = Arc::new(Sure(token("one", None)));
    let client = client(&server).token_provider(tokens).build().unwrap();
    let error = client.call(&REPORT).send().await.unwrap_err();
    assert_eq!((server.requests(), error.status().unwrap().as_u16()), (1, 401));
}

#[tokio::test(start_paused = true)]
async fn a_token_never_goes_to_another_host() {
    let server = Server::new(|_, _| ok("{}"));
    let tokens = Arc::new(StaticToken::new(token("secret", None)));
    let client = client(&server).token_provider(tokens).build().unwrap();
    let request = http::Request::get("https://evil.example/v1/x")
        .body(funnelflux_transport::Body::empty())
        .unwrap();
    let error = client.send(request).await.unwrap_err();
    assert!(error.is_invalid_request() && server.requests() == 0, "{error}");
}

#[tokio::test(start_paused = true)]
async fn decode_errors_name_the_place_and_keep_the_answer() {
    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "only its type matters")]
        visits: u64,
    }
    let server = Server::new(|_, _| {
        let mut answer = ok(r#"[{"visits":1},{"visits":"x"}]"#)?;
        answer.headers_mut().insert("x-request-id", HeaderValue::from_static("r-1"));
        Ok(answer)
    });
    let client = client(&server).build().unwrap();
    let error = client.call(&REPORT).send().await.unwrap().json::<Vec<Row>>().unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("[1].visits"), "{error}");
    assert_eq!((error.request_id(), error.status().unwrap().as_u16()), (Some("r-1"), 200));
    assert!(error.body_excerpt().starts_with(b"[{"));
}

#[test]
fn everything_can_cross_threads_and_stays_small() {
    static_assertions::assert_impl_all!(Client: Send, Sync, Clone);
    static_assertions::assert_impl_all!(Error: Send, Sync, std::error::Error);
    static_assertions::assert_impl_all!(funnelflux_transport::SeamService: Send, Sync, Clone);
    static_assertions::assert_impl_all!(funnelflux_transport::ClientBuilder: Send);
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let server = Server::new(|_, _| ok("{}"));
    let client = client(&server).build().unwrap();
    let call = client.call(&REPORT).send();
    assert!(size_of_val(&call) < 2048, "{}", size_of_val(&call));
    fn is_send<T: Send>(_: &T) {}
    is_send(&call);
}

/// Asks for a moment whenever its token is turned down, and brings the same one again.
#[derive(Debug)]
struct Stubborn {
    token: AccessToken,
    looking: AtomicUsize,
}

#[async_trait::async_trait]
impl TokenProvider for Stubborn {
    fn ready_token(&self) -> Option<AccessToken> {
        (self.looking.load(Ordering::SeqCst) == 0).then(|| self.token.clone())
    }

    async fn token(&self) -> Result<AccessToken, Error> {
        self.looking.store(0, Ordering::SeqCst);
        Ok(self.token.clone())
    }

    fn reject(&self, _: &AccessToken) {
        self.looking.store(1, Ordering::SeqCst);
    }

    fn doubt(&self, token: &AccessToken) -> bool {
        self.reject(token);
        true
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_that_brings_the_same_token_ends_with_the_first_answer() {
    for code in [400, 401] {
        let server = Server::new(move |n, _| with_header(code, "x-request-id", &n.to_string()));
        let tokens = Stubborn { token: token("one", None), looking: AtomicUsize::new(0) };
        let client = client(&server).token_provider(Arc::new(tokens)).build().unwrap();
        let error = client.call(&CONVERSIONS).json_text("{}").send().await.unwrap_err();
        assert_eq!((server.requests(), error.request_id()), (1, Some("1")), "{error}");
        assert_eq!(error.status().unwrap().as_u16(), code);
        assert!(!error.is_ambiguous() && !error.to_string().contains("fresh token"), "{error}");
    }
}
