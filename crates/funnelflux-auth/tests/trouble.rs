//! Refreshes that fail, bring nothing new, or cannot be kept: what still works meanwhile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use base64::Engine as _;
use funnelflux_auth::{
    AuthClient, FileStore, MemoryStore, RefreshingTokens, StoreLock, TokenIssuer, TokenStore,
    Tokens,
};
use funnelflux_transport::{
    Body, CallOptions, Client, Error, Operation, RetryPolicy, Secret, Sleep, Timer, TokenProvider,
    TokioTimer,
};
use futures_util::FutureExt as _;
use http::{Method, Request, Response};

/// A clock that stands until it is moved.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicU64>);

/// So many seconds after the beginning.
fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000 + seconds)
}

impl Clock {
    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Timer for Clock {
    fn now(&self) -> Instant {
        TokioTimer.now()
    }
    fn wall(&self) -> SystemTime {
        at(self.0.load(Ordering::SeqCst))
    }
    fn sleep(&self, duration: Duration) -> Sleep {
        TokioTimer.sleep(duration)
    }
}

/// A wall clock that goes on while a test waits in paused time.
#[derive(Debug)]
struct Running(Instant);

impl Timer for Running {
    fn now(&self) -> Instant {
        TokioTimer.now()
    }
    fn wall(&self) -> SystemTime {
        at(0) + (TokioTimer.now() - self.0)
    }
    fn sleep(&self, duration: Duration) -> Sleep {
        TokioTimer.sleep(duration)
    }
}

type Renewal = dyn Fn(&Tokens, usize) -> Result<Tokens, Error> + Send + Sync;

/// An issuer that is a closure over the old tokens and the number of the renewal, and the refresh
/// tokens that it was presented.
#[derive(Clone)]
struct Issuer {
    renew: Arc<Renewal>,
    presented: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

impl Issuer {
    fn new(
        renew: impl Fn(&Tokens, usize) -> Result<Tokens, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { renew: Arc::new(renew), presented: Arc::default() }
    }

    fn presented(&self) -> Vec<String> {
        self.presented.lock().unwrap().clone()
    }

    fn provider(&self, store: impl TokenStore, clock: &Clock) -> RefreshingTokens {
        let (issuer, clock) = (Box::new(self.clone()), Arc::new(clock.clone()));
        RefreshingTokens::with_boxed(issuer, Box::new(store), clock)
    }
}

#[async_trait]
impl TokenIssuer for Issuer {
    async fn renew(&self, old: &Tokens) -> Result<Tokens, Error> {
        let number = {
            let mut presented = self.presented.lock().unwrap();
            presented.push(old.refresh_token.as_ref().unwrap().expose().to_owned());
            presented.len()
        };
        (self.renew)(old, number)
    }
}

/// A store in which one thing or another is broken.
#[derive(Clone, Debug)]
struct Store {
    tokens: Arc<Mutex<Option<Tokens>>>,
    saves: Arc<AtomicUsize>,
    /// It cannot even be read.
    gone: Arc<AtomicBool>,
    broken: &'static str,
}

impl Store {
    fn new(tokens: Tokens, broken: &'static str) -> Self {
        let tokens = Arc::new(Mutex::new(Some(tokens)));
        Self { tokens, saves: Arc::default(), gone: Arc::default(), broken }
    }

    fn fails(&self, what: &str) -> Result<(), Error> {
        if self.broken == what { Err(Error::local(format!("{what} failed"))) } else { Ok(()) }
    }
}

#[async_trait]
impl TokenStore for Store {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        if self.gone.load(Ordering::SeqCst) {
            return Err(Error::local("load failed"));
        }
        Ok(self.tokens.lock().unwrap().clone())
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), Error> {
        self.saves.fetch_add(1, Ordering::SeqCst);
        self.fails("save")?;
        self.fails("write")?;
        *self.tokens.lock().unwrap() = Some(tokens.clone());
        Ok(())
    }

    async fn clear(&self) -> Result<(), Error> {
        *self.tokens.lock().unwrap() = None;
        Ok(())
    }

    async fn lock(&self) -> Result<StoreLock, Error> {
        self.fails("lock")?;
        Ok(Box::new(()))
    }

    fn is_read_only(&self) -> bool {
        self.broken == "write"
    }
}

fn tokens(access: &str, refresh: &str) -> Tokens {
    Tokens::new(access).with_refresh_token(refresh)
}

async fn served(provider: &RefreshingTokens) -> String {
    provider.token().await.unwrap().secret().expose().to_owned()
}

const THREE_DAYS: u64 = 72 * 3600;

#[tokio::test]
async fn a_token_that_the_issuer_says_is_still_valid_is_asked_about_once_a_minute() {
    let issuer = Issuer::new(|old, _| Ok(old.clone()));
    let store = Store::new(tokens("a", "r").with_expiry(at(200)), "");
    let clock = Clock::default();
    let provider = issuer.provider(store.clone(), &clock);
    for second in 0..120 {
        clock.set(second);
        assert_eq!(served(&provider).await, "a");
        // No call waits for an early refresh, so the refresh needs a turn of its own.
        tokio::task::yield_now().await;
    }
    assert_eq!(issuer.presented().len(), 2);
    assert_eq!(store.saves.load(Ordering::SeqCst), 0, "nothing has changed");
}

#[tokio::test]
async fn on_a_clock_that_is_ahead_every_token_looks_expired_and_calls_go_on() {
    let issuer = Issuer::new(|_, n| Ok(tokens(&format!("a{n}"), "r").with_expiry(at(0))));
    let clock = Clock::default();
    let store = MemoryStore::new(tokens("a0", "r").with_expiry(at(0)));
    let provider = issuer.provider(store, &clock);
    for second in 1000..1050 {
        clock.set(second);
        assert_eq!(served(&provider).await, "a1");
    }
    assert_eq!(issuer.presented().len(), 1);
}

#[tokio::test]
async fn a_store_that_keeps_nothing_does_not_bring_a_used_up_refresh_token_back() {
    for broken in ["write", "save"] {
        let issuer = Issuer::new(|_, n| {
            let expiry = at(THREE_DAYS * u64::try_from(n).unwrap());
            Ok(tokens(&format!("a{n}"), &format!("r{n}")).with_expiry(expiry))
        });
        let clock = Clock::default();
        let store = Store::new(tokens("a0", "r0").with_expiry(at(0)), broken);
        let provider = issuer.provider(store.clone(), &clock);
        for (time, expected) in [(1, "a1"), (THREE_DAYS + 1, "a2"), (2 * THREE_DAYS + 1, "a3")] {
            clock.set(time);
            assert_eq!(served(&provider).await, expected, "{broken}");
        }
        assert_eq!(issuer.presented(), ["r0", "r1", "r2"], "{broken}");
        // A token that another process stores is still new.
        clock.set(3 * THREE_DAYS + 1);
        let news = tokens("login", "r9").with_expiry(at(4 * THREE_DAYS));
        *store.tokens.lock().unwrap() = Some(news);
        assert_eq!(served(&provider).await, "login", "{broken}");
    }
}

#[tokio::test]
async fn a_refused_grant_does_not_cost_the_minutes_that_its_token_is_still_good_for() {
    let issuer = Issuer::new(|_, _| Err(Error::unauthorised("revoked")));
    let clock = Clock::default();
    let store = MemoryStore::new(tokens("a", "r").with_expiry(at(280)));
    let provider = issuer.provider(store, &clock);
    for second in 0..280 {
        clock.set(second);
        assert_eq!(served(&provider).await, "a");
    }
    clock.set(280);
    assert!(provider.token().await.unwrap_err().needs_authorisation());
    assert_eq!(issuer.presented().len(), 1, "a refused grant is not presented again");
    // For ten minutes: it may have been reinstated by then.
    clock.set(601);
    assert!(provider.token().await.unwrap_err().needs_authorisation());
    assert_eq!(issuer.presented().len(), 2);
}

#[tokio::test]
async fn a_broken_store_does_not_cost_the_minutes_that_the_token_is_still_good_for() {
    let issuer = Issuer::new(|_, _| Ok(tokens("b", "r").with_expiry(at(THREE_DAYS))));
    let clock = Clock::default();
    let store = Store::new(tokens("a", "r").with_expiry(at(280)), "lock");
    let provider = issuer.provider(store, &clock);
    assert_eq!(served(&provider).await, "a");
    clock.set(200);
    assert_eq!(served(&provider).await, "a");
    clock.set(280);
    let error = provider.token().await.unwrap_err();
    assert!(error.is_local() && error.to_string().contains("lock failed"), "{error}");
    assert!(issuer.presented().is_empty());
}

/// An API where `/bad` is always answered with `status`.
fn api(status: u16, provider: &RefreshingTokens) -> Client {
    let service = tower::service_fn(move |request: Request<Body>| async move {
        let status = if request.uri().path().ends_with("/bad") { status } else { 200 };
        Ok::<_, Error>(answer(status, r#"{"message":"bad filter"}"#))
    });
    let provider = Arc::new(provider.clone());
    Client::builder().transport(service).token_provider(provider).build().unwrap()
}

fn answer(status: u16, body: &str) -> Response<Body> {
    Response::builder().status(status).body(body.to_owned().into()).unwrap()
}

async fn get(client: &Client, path: &str) -> Result<(), Error> {
    client.call_raw(Method::GET, path).send().await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn an_ordinary_400_does_not_kill_a_token_of_unknown_expiry_that_cannot_be_looked_into() {
    for failure in [|| Error::no_answer("down"), || Error::unauthorised("revoked")] {
        let issuer = Issuer::new(move |_, _| Err(failure()));
        let clock = Clock::default();
        let provider = issuer.provider(MemoryStore::new(tokens("opaque", "r")), &clock);
        let client = api(400, &provider);
        for _ in 0..3 {
            get(&client, "/good").await.unwrap();
            let error = get(&client, "/bad").await.unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), 400, "{error}");
            assert!(error.to_string().contains("bad filter"), "{error}");
        }
        assert_eq!(issuer.presented().len(), 1, "once, and not with every 400");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_turns_every_token_down_does_not_cost_a_refresh_each_time() {
    let clock = Clock::default();
    let store = MemoryStore::new(tokens("a", "r").with_expiry(at(THREE_DAYS)));
    let (client, log) = world(store, &clock, |path| match path {
        "/bad" => answer(401, "{}"),
        "/auth/validate" => grants("a"),
        _ => answer(200, "{}"),
    });
    for second in 0..100 {
        clock.set(second);
        assert_eq!(get(&client, "/bad").await.unwrap_err().status().unwrap().as_u16(), 401);
        get(&client, "/good").await.unwrap();
    }
    assert_eq!(log.lock().unwrap().len(), 100 + 100 + 1);
    assert_eq!(count(&log, "/auth/validate"), 1);
    // Much later the token may have been revoked: that is looked into.
    clock.set(3600);
    get(&client, "/bad").await.unwrap_err();
    assert_eq!((count(&log, "/auth/validate"), count(&log, "/bad")), (2, 101));
}

/// An API and its token endpoint behind one client, and the paths that were asked for.
fn world(
    store: impl TokenStore,
    clock: &Clock,
    reply: impl Fn(&str) -> Response<Body> + Clone + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<String>>>) {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = log.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let path = request.uri().path().trim_start_matches("/v1").to_owned();
        let answer = reply(&path);
        notes.lock().unwrap().push(path);
        async move { Ok::<_, Error>(answer) }
    });
    let clock = Arc::new(clock.clone());
    let provider = move |anonymous| -> Arc<dyn TokenProvider> {
        let issuer = Box::new(AuthClient::new(anonymous));
        Arc::new(RefreshingTokens::with_boxed(issuer, Box::new(store), clock))
    };
    let client = Client::builder().transport(service).token_provider_from(provider);
    (client.build().unwrap(), log)
}

fn count(log: &Mutex<Vec<String>>, path: &str) -> usize {
    log.lock().unwrap().iter().filter(|asked| *asked == path).count()
}

/// The token endpoint's answer: `access` for three days.
fn grants(access: &str) -> Response<Body> {
    let tokens = format!(
        r#"{{"tokens":{{"access_token":"{access}","refresh_token":"r","expires_at":2000259200}}}}"#
    );
    answer(200, &tokens)
}

#[tokio::test(start_paused = true)]
async fn a_401_or_400_is_not_repeated_with_the_token_that_the_issuer_gave_back() {
    for (status, expiry) in [(401, Some(at(THREE_DAYS))), (401, None), (400, None)] {
        let mut stored = tokens("a", "r");
        if let Some(at) = expiry {
            stored = stored.with_expiry(at);
        }
        let (client, log) = world(MemoryStore::new(stored), &Clock::default(), move |path| {
            if path == "/bad" { answer(status, r#"{"message":"no"}"#) } else { grants("a") }
        });
        for _ in 0..3 {
            let error = get(&client, "/bad").await.unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), status, "{error}");
            assert!(!error.to_string().contains("fresh token"), "{error}");
        }
        assert_eq!((count(&log, "/bad"), count(&log, "/auth/validate")), (3, 1), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_whose_answer_was_lost_is_presented_once_for_however_many_calls() {
    let clock = Clock::default();
    let expired = tokens("a", "r").with_expiry(at(0));
    let (client, log) = world(MemoryStore::new(expired), &clock, |path| {
        answer(if path == "/auth/validate" { 502 } else { 200 }, "{}")
    });
    let write = Operation::raw(Method::PUT, "/x");
    let error = client.call(write).json_text("{}").send().await.unwrap_err();
    assert!(!error.is_ambiguous() && error.is_connect(), "the write was not sent: {error}");
    assert_eq!(count(&log, "/auth/validate"), 1);
    for _ in 0..20 {
        assert!(get(&client, "/x").await.unwrap_err().to_string().contains("502"));
    }
    assert_eq!(count(&log, "/auth/validate"), 1);
    clock.set(5);
    get(&client, "/x").await.unwrap_err();
    assert_eq!((count(&log, "/auth/validate"), count(&log, "/x")), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_overrun_does_not_slow_the_api_down() {
    let expired = tokens("a", "r").with_expiry(at(0));
    let (client, log) = world(MemoryStore::new(expired), &Clock::default(), |path| {
        let mut answer = answer(if path == "/auth/validate" { 429 } else { 200 }, "{}");
        answer.headers_mut().insert("retry-after", http::HeaderValue::from_static("600"));
        answer
    });
    for _ in 0..2 {
        // The second time it is this side that holds the refresh back.
        let error = get(&client, "/x").await.unwrap_err();
        assert!(!error.is_rate_limited() && error.retry_after().is_some(), "{error}");
    }
    assert_eq!((count(&log, "/auth/validate"), count(&log, "/x")), (1, 0));
    let own = CallOptions::new().with_own_authorization();
    let call = client.call_raw(Method::GET, "/x").with_options(own);
    assert_eq!(call.send().await.unwrap().elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn after_a_refused_refresh_the_api_s_own_401_is_told() {
    let stored = tokens("a", "r").with_expiry(at(THREE_DAYS));
    let (client, log) = world(MemoryStore::new(stored), &Clock::default(), |path| {
        let said = if path == "/bad" { "not for you" } else { "revoked" };
        answer(401, &format!(r#"{{"message":"{said}"}}"#))
    });
    let error = get(&client, "/bad").await.unwrap_err();
    assert_eq!(error.operation().unwrap().path(), "/bad");
    assert!(error.needs_authorisation() && error.server_message().unwrap() == "not for you");
    assert!(error.to_string().contains("the refresh token was refused"), "{error}");
    assert_eq!(error.advice().unwrap().matches("Authorise again").count(), 1);
    assert_eq!((count(&log, "/bad"), count(&log, "/auth/validate")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_401_does_not_end_a_client_that_cannot_refresh_for_good() {
    let clock = Clock::default();
    let (client, log) = world(MemoryStore::new(Tokens::new("a")), &clock, |path| {
        answer(if path == "/bad" { 401 } else { 200 }, "{}")
    });
    get(&client, "/good").await.unwrap();
    for from in [0, 1000] {
        clock.set(from);
        get(&client, "/bad").await.unwrap_err();
        for second in 0..60 {
            clock.set(from + second);
            assert!(get(&client, "/good").await.unwrap_err().needs_authorisation());
        }
        clock.set(from + 60);
        get(&client, "/good").await.unwrap();
    }
    assert_eq!((count(&log, "/good"), count(&log, "/bad")), (3, 2));
    // What is known to be expired is not served again.
    let (client, _) =
        world(MemoryStore::new(Tokens::new("a").with_expiry(at(1030))), &clock, |_| {
            answer(401, "{}")
        });
    clock.set(1000);
    get(&client, "/good").await.unwrap_err();
    clock.set(1060);
    assert!(get(&client, "/good").await.unwrap_err().status().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_read_any_more_does_not_cost_a_good_token() {
    let issuer = Issuer::new(|old, _| Ok(old.clone()));
    let clock = Clock::default();
    let store = Store::new(tokens("a", "r").with_expiry(at(THREE_DAYS)), "");
    let provider = issuer.provider(store.clone(), &clock);
    let token = provider.token().await.unwrap();
    provider.reject(&token);
    assert_eq!(served(&provider).await, "a");
    store.gone.store(true, Ordering::SeqCst);
    // The issuer has just stood up for it, so this 401 is the endpoint's.
    provider.reject(&token);
    assert_eq!(served(&provider).await, "a");
    // An hour later the confirmation is too old to protect the token.
    clock.set(3600);
    provider.reject(&token);
    let error = provider.token().await.unwrap_err();
    assert!(error.is_local() && error.to_string().contains("load failed"), "{error}");
    clock.set(3660);
    assert_eq!(served(&provider).await, "a");
}

#[tokio::test]
async fn tokens_that_another_process_got_are_found_though_the_issuer_stands_up_for_ours() {
    let issuer = Issuer::new(|old, _| Ok(old.clone()));
    let clock = Clock::default();
    let store = Store::new(tokens("a", "r").with_expiry(at(THREE_DAYS)), "");
    let provider = issuer.provider(store.clone(), &clock);
    let token = provider.token().await.unwrap();
    provider.reject(&token);
    assert_eq!(served(&provider).await, "a");
    store.save(&tokens("b", "r2").with_expiry(at(THREE_DAYS))).await.unwrap();
    provider.reject(&token);
    assert_eq!(served(&provider).await, "b");
    assert_eq!(issuer.presented().len(), 1);
}

/// A token endpoint that is a closure over the number of the request.
fn endpoint(reply: impl Fn(usize) -> Response<Body> + Send + Sync + 'static) -> AuthClient {
    let (reply, count) = (Arc::new(reply), Arc::new(AtomicUsize::new(0)));
    let service = tower::service_fn(move |_: Request<Body>| {
        let reply = reply(count.fetch_add(1, Ordering::SeqCst) + 1);
        async move { Ok::<_, Error>(reply) }
    });
    AuthClient::new(Client::builder().transport(service).build().unwrap())
}

#[tokio::test]
async fn an_expiry_in_a_form_nobody_knows_does_not_burn_the_grant() {
    let claims = r#"{"exp":2000000300}"#;
    let jwt =
        format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims));
    for (access, expiry) in [("opaque", None), (jwt.as_str(), Some(at(300)))] {
        let body = format!(
            r#"{{"tokens":{{"access_token":"{access}","refresh_token":"next","expires_at":"2033-05-18T03:38:20Z"}}}}"#
        );
        let auth = endpoint(move |_| answer(200, &body));
        let session = auth.validate(&Secret::new("x"), Some(&Secret::new("r"))).await.unwrap();
        assert_eq!(session.tokens.access_token.expose(), access);
        assert_eq!(session.tokens.refresh_token.unwrap().expose(), "next");
        assert_eq!(session.tokens.expires_at, expiry);
    }
}

#[tokio::test]
async fn an_answer_without_tokens_says_which_member_is_wrong() {
    let auth = endpoint(|_| answer(200, r#"{"tokens":{"access_token":{"hunter2":1}}}"#));
    let error = auth.validate(&Secret::new("x"), None).await.unwrap_err();
    let text = format!("{error} {error:?} {}", error.support_report());
    assert!(error.is_decode() && text.contains("tokens.access_token: got an object"), "{text}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}");
}

#[tokio::test]
async fn a_proxy_s_challenge_is_no_refusal_of_the_grant() {
    let refused = r#"{"error":"invalid_grant"}"#;
    for (status, body, final_word) in [
        (401, "", true),
        (400, refused, true),
        (403, refused, true),
        (403, "<html>Just a moment…</html>", false),
        (400, "", false),
    ] {
        let auth = endpoint(move |_| answer(status, body));
        let error = auth.validate(&Secret::new("x"), Some(&Secret::new("r"))).await.unwrap_err();
        assert_eq!(error.needs_authorisation(), final_word, "{status} {body:?}");
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
    // So the next call finds the grant as it was.
    let good = r#"{"tokens":{"access_token":"new","refresh_token":"r2","expires_at":4000000000}}"#;
    let auth = endpoint(move |n| {
        if n == 1 { answer(403, "<html>Just a moment…</html>") } else { answer(200, good) }
    });
    let store = MemoryStore::new(tokens("old", "r").with_expiry(SystemTime::UNIX_EPOCH));
    let provider = RefreshingTokens::new(auth, store);
    assert!(!provider.token().await.unwrap_err().needs_authorisation());
    assert_eq!(served(&provider).await, "new");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_takes_too_long_ends_before_others_give_up_on_its_lock() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tokens.json");
    let expired = tokens("old", "r").with_expiry(SystemTime::UNIX_EPOCH);
    FileStore::new(&path).save(&expired).await.unwrap();
    let service = tower::service_fn(|_: Request<Body>| async {
        // Every attempt but the last one hangs.
        TokioTimer.sleep(Duration::from_secs(3600)).await;
        Ok::<_, Error>(Response::new(Body::empty()))
    });
    let slow = Client::builder()
        .transport(service)
        .attempt_timeout(Duration::from_secs(3600))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let clock = Arc::new(Running(TokioTimer.now()));
    let sharing = |issuer: AuthClient| {
        let store = Box::new(FileStore::new(&path));
        RefreshingTokens::with_boxed(Box::new(issuer), store, clock.clone())
    };
    let hanging = sharing(AuthClient::new(slow));
    let good = r#"{"tokens":{"access_token":"new","refresh_token":"r2","expires_at":4000000000}}"#;
    let other = sharing(endpoint(move |_| answer(200, good)));
    let (first, second) = tokio::join!(hanging.token(), async {
        tokio::task::yield_now().await;
        other.token().await
    });
    assert!(first.unwrap_err().is_timeout());
    assert_eq!(second.unwrap().secret().expose(), "new");
}

/// Hangs the first time.
#[derive(Debug)]
struct Hanging(AtomicUsize);

#[async_trait]
impl TokenIssuer for Hanging {
    async fn renew(&self, _: &Tokens) -> Result<Tokens, Error> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            std::future::pending::<()>().await;
        }
        Ok(tokens("new", "r2"))
    }
}

#[test]
fn a_refresh_that_ended_with_its_runtime_does_not_fail_the_next_one_s_first_call() {
    let store = MemoryStore::new(tokens("old", "r").with_expiry(SystemTime::UNIX_EPOCH));
    let provider = RefreshingTokens::new(Hanging(AtomicUsize::new(0)), store);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    runtime().block_on(async {
        tokio::select! {
            biased;
            _ = provider.token() => panic!("it hangs"),
            () = tokio::task::yield_now() => {}
        }
    });
    let next = runtime()
        .block_on(async { tokio::time::timeout(Duration::from_secs(60), served(&provider)).await });
    assert_eq!(next.expect("it does not hang on the refresh that is gone"), "new");
}

#[tokio::test]
async fn nobody_waits_for_an_early_refresh_while_the_token_is_good() {
    let clock = Clock::default();
    let store = MemoryStore::new(tokens("old", "r").with_expiry(at(3600)));
    let issuer = Box::new(Hanging(AtomicUsize::new(0)));
    let provider = RefreshingTokens::with_boxed(issuer, Box::new(store), Arc::new(clock.clone()));
    assert_eq!(served(&provider).await, "old");
    clock.set(3400);
    for _ in 0..3 {
        let at_once = served(&provider).now_or_never();
        assert_eq!(at_once.as_deref(), Some("old"), "it is good for another 200 s");
        tokio::task::yield_now().await;
    }
    // One that was turned down, or is over, is not served meanwhile.
    clock.set(3600);
    assert!(served(&provider).now_or_never().is_none());
    clock.set(3400);
    provider.reject(&provider.token().await.unwrap());
    assert!(served(&provider).now_or_never().is_none());
}

#[tokio::test]
async fn a_token_that_was_fetched_early_is_the_next_one_served() {
    let clock = Clock::default();
    let issuer = Issuer::new(|_, _| Ok(tokens("new", "r2").with_expiry(at(THREE_DAYS))));
    let provider =
        issuer.provider(MemoryStore::new(tokens("old", "r").with_expiry(at(3600))), &clock);
    assert_eq!(served(&provider).await, "old");
    clock.set(3400);
    let mut seen = Vec::new();
    for _ in 0..10 {
        seen.push(served(&provider).await);
        tokio::task::yield_now().await;
    }
    assert_eq!((seen[0].as_str(), seen[9].as_str()), ("old", "new"));
    assert_eq!(issuer.presented(), ["r"]);
}

#[tokio::test]
async fn a_store_that_is_emptied_is_a_logout_everywhere() {
    let issuer = Issuer::new(|old, _| Ok(old.clone()));
    let store = Store::new(tokens("a", "r").with_expiry(at(THREE_DAYS)), "");
    let provider = issuer.provider(store.clone(), &Clock::default());
    let token = provider.token().await.unwrap();
    store.clear().await.unwrap();
    provider.reject(&token);
    let error = provider.token().await.unwrap_err();
    assert!(error.to_string().contains("not logged in"), "{error}");
    assert!(issuer.presented().is_empty());
}
