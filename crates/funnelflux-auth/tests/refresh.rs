//! Tokens that expire, are rejected, rotated and refused: what the caller and the server see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use funnelflux_auth::{AuthClient, FileStore, MemoryStore, RefreshingTokens, TokenStore, Tokens};
use funnelflux_transport::{
    Body, Client, ClientBuilder, Error, RateLimit, Timer, TokenProvider, TokioTimer,
};
use http::{Method, Request, Response};

/// A server with one valid access token and a refresh token that changes with every use.
#[derive(Clone)]
struct Server(Arc<State>);

struct State {
    valid: Mutex<String>,
    refresh: Mutex<Option<String>>,
    refreshes: AtomicUsize,
    rejections: AtomicUsize,
    /// What an invalid token is answered with.
    rejection: u16,
    answer: Mutex<fn(usize) -> u16>,
}

impl Server {
    fn new(rejection: u16) -> Self {
        Self(Arc::new(State {
            valid: Mutex::new("access-1".into()),
            refresh: Mutex::new(Some("refresh-1".into())),
            refreshes: AtomicUsize::new(0),
            rejections: AtomicUsize::new(0),
            rejection,
            answer: Mutex::new(|_| 200),
        }))
    }

    fn refreshes(&self) -> usize {
        self.0.refreshes.load(Ordering::SeqCst)
    }

    fn builder(&self) -> ClientBuilder {
        let state = self.0.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let state = state.clone();
            async move {
                // A round trip, so that calls overlap.
                TokioTimer.sleep(Duration::from_millis(10)).await;
                Ok::<_, Error>(state.answer(&request))
            }
        });
        Client::builder().transport(service).rate_limit(RateLimit::unlimited())
    }

    fn tokens(&self, store: impl TokenStore) -> RefreshingTokens {
        RefreshingTokens::new(AuthClient::new(self.builder().build().unwrap()), store)
    }

    fn client(&self, tokens: &RefreshingTokens) -> Client {
        self.builder().token_provider(Arc::new(tokens.clone())).build().unwrap()
    }
}

fn answer(status: u16, body: String) -> Response<Body> {
    Response::builder().status(status).body(body.into()).unwrap()
}

impl State {
    fn answer(&self, request: &Request<Body>) -> Response<Body> {
        let bearer = request.headers()["authorization"].to_str().unwrap().to_owned();
        if request.uri().path() != "/v1/auth/validate" {
            if bearer == format!("Bearer {}", self.valid.lock().unwrap()) {
                return answer(200, "{}".into());
            }
            self.rejections.fetch_add(1, Ordering::SeqCst);
            return answer(self.rejection, String::new());
        }
        let number = self.refreshes.fetch_add(1, Ordering::SeqCst) + 1;
        let status = (self.answer.lock().unwrap())(number);
        let body: serde_json::Value =
            serde_json::from_slice(request.body().as_bytes().unwrap()).unwrap();
        let mut refresh = self.refresh.lock().unwrap();
        if status != 200 || body["refresh_token"].as_str() != refresh.as_deref() {
            return answer(if status == 200 { 401 } else { status }, String::new());
        }
        let (access, next) = (format!("access-{}", number + 1), format!("refresh-{}", number + 1));
        self.valid.lock().unwrap().clone_from(&access);
        *refresh = Some(next.clone());
        let at = in_hours(72).duration_since(UNIX_EPOCH).unwrap().as_secs();
        answer(
            200,
            format!(
                r#"{{"tokens":{{"access_token":"{access}","refresh_token":"{next}","expires_at":{at}}},"user":{{"user_id":"u"}}}}"#
            ),
        )
    }
}

fn in_hours(hours: i64) -> SystemTime {
    let hour = Duration::from_secs(3600);
    let now = TokioTimer.wall();
    let by = hour * u32::try_from(hours.abs()).unwrap();
    if hours < 0 { now - by } else { now + by }
}

fn stored(access: &str, hours: i64) -> Tokens {
    Tokens::new(access).with_refresh_token("refresh-1").with_expiry(in_hours(hours))
}

async fn call(client: &Client) -> Result<(), Error> {
    client.call_raw(Method::GET, "/x").send().await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn two_hundred_calls_with_an_expired_token_refresh_once() {
    // The store knows of the expiry, or it does not and the server says 401, or 400.
    for (hours, rejection) in [(-1, 401), (24, 401), (-1, 400)] {
        let server = Server::new(rejection);
        let client = server.client(&server.tokens(MemoryStore::new(stored("old", hours))));
        let calls = (0..200).map(|_| call(&client));
        let done = futures_util::future::join_all(calls).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        assert_eq!(server.refreshes(), 1, "{hours} h, {rejection}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_400_to_a_token_of_unknown_expiry_is_looked_into_once() {
    let server = Server::new(400);
    let unknown = Tokens::new("old").with_refresh_token("refresh-1");
    let client = server.client(&server.tokens(MemoryStore::new(unknown)));
    call(&client).await.unwrap();
    assert_eq!(server.refreshes(), 1);
    // The expiry is known now: a 400 is a real error from here on.
    "other".clone_into(&mut server.0.valid.lock().unwrap());
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.refreshes()), (400, 1));
}

#[tokio::test(start_paused = true)]
async fn processes_that_share_a_file_refresh_once_between_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tokens.json");
    FileStore::new(&path).save(&stored("old", -1)).await.unwrap();
    let server = Server::new(401);
    // Each provider stands for a process: they share nothing but the file.
    let clients: Vec<Client> =
        (0..4).map(|_| server.client(&server.tokens(FileStore::new(&path)))).collect();
    let calls = clients.iter().flat_map(|client| (0..10).map(move |_| call(client)));
    let done = futures_util::future::join_all(calls).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(server.refreshes(), 1);
    let kept = FileStore::new(&path).load().await.unwrap().unwrap();
    assert_eq!(kept.access_token.expose(), "access-2");
    assert_eq!(kept.refresh_token.unwrap().expose(), "refresh-2", "a rotated one is stored");
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_does_not_burn_the_grant() {
    let server = Server::new(401);
    let tokens = server.tokens(MemoryStore::new(stored("old", -1)));
    let hasty = tokio::time::timeout(Duration::from_millis(5), tokens.token()).await;
    assert!(hasty.is_err());
    TokioTimer.sleep(Duration::from_millis(20)).await;
    assert_eq!(tokens.ready_token().unwrap().secret().expose(), "access-2");
    assert_eq!(server.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_says_what_to_do_and_is_not_tried_again() {
    let server = Server::new(401);
    *server.0.refresh.lock().unwrap() = None;
    let client = server.client(&server.tokens(MemoryStore::new(stored("old", -1))));
    for _ in 0..3 {
        let error = call(&client).await.unwrap_err();
        assert!(error.needs_authorisation(), "{error:?}");
        assert!(error.to_string().contains("Settings > API Access"), "{error}");
    }
    assert_eq!(server.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_token_a_rejected_access_token_is_the_end() {
    let server = Server::new(401);
    let client = server.client(&server.tokens(MemoryStore::new(Tokens::new("old"))));
    let error = call(&client).await.unwrap_err();
    assert!(
        error.needs_authorisation() && error.to_string().contains("no refresh token"),
        "{error}"
    );
    assert_eq!((server.refreshes(), server.0.rejections.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn with_nothing_stored_nothing_is_sent() {
    let server = Server::new(401);
    let client = server.client(&server.tokens(MemoryStore::default()));
    let error = call(&client).await.unwrap_err();
    assert!(error.needs_authorisation() && error.to_string().contains("not logged in"), "{error}");
    assert_eq!((server.refreshes(), server.0.rejections.load(Ordering::SeqCst)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn if_an_early_refresh_fails_the_old_token_serves_while_it_is_valid() {
    let server = Server::new(401);
    *server.0.answer.lock().unwrap() = |_| 500;
    let soon = Tokens::new("access-1")
        .with_refresh_token("refresh-1")
        .with_expiry(TokioTimer.wall() + Duration::from_secs(120));
    let client = server.client(&server.tokens(MemoryStore::new(soon)));
    for _ in 0..5 {
        call(&client).await.unwrap();
    }
    assert_eq!(server.refreshes(), 1, "and the server is not asked with every call");
}

#[tokio::test(start_paused = true)]
async fn a_login_by_another_process_is_picked_up() {
    let server = Server::new(401);
    let store = Arc::new(MemoryStore::new(stored("old", 24)));
    #[derive(Debug)]
    struct SharedStore(Arc<MemoryStore>);
    #[async_trait::async_trait]
    impl TokenStore for SharedStore {
        async fn load(&self) -> Result<Option<Tokens>, Error> {
            self.0.load().await
        }
        async fn save(&self, tokens: &Tokens) -> Result<(), Error> {
            self.0.save(tokens).await
        }
        async fn clear(&self) -> Result<(), Error> {
            self.0.clear().await
        }
    }
    let tokens = server.tokens(SharedStore(store.clone()));
    let client = server.client(&tokens);
    tokens.token().await.unwrap();
    store.save(&stored("access-1", 24)).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(server.refreshes(), 0);
}

#[test]
fn it_can_be_built_outside_a_runtime_and_shared() {
    static_assertions::assert_impl_all!(RefreshingTokens: Send, Sync, Clone);
    static_assertions::assert_impl_all!(Tokens: Send, Sync);
    let tokens = Server::new(401).tokens(MemoryStore::new(Tokens::new("canary-token")));
    assert!(!format!("{tokens:?}").contains("canary"));
}

#[tokio::test]
async fn a_legacy_login_sends_what_it_is_given_once_and_brings_tokens() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let body = String::from_utf8(request.body().as_bytes().unwrap().to_vec()).unwrap();
        let bare = request.headers().get("authorization").is_none();
        notes.lock().unwrap().push(format!("{} {} {bare}", request.method(), request.uri().path()));
        let reply = match body.as_str() {
            r#"{"user":"me","password":"right"}"# => {
                answer(200, r#"{"tokens":{"access_token":"access-1"}}"#.into())
            }
            body if body.contains("lost") => answer(502, String::new()),
            _ => answer(401, String::new()),
        };
        async move { Ok::<_, Error>(reply) }
    });
    let client = Client::builder().transport(service).build().unwrap();
    let auth = AuthClient::new(client);
    let credentials = |password: &str| {
        let text = format!(r#"{{"user":"me","password":"{password}"}}"#);
        serde_json::value::RawValue::from_string(text).unwrap()
    };
    let session = auth.login(&credentials("right")).await.unwrap();
    assert_eq!(session.tokens.access_token.expose(), "access-1");
    let error = auth.login(&credentials("sesame-wrong")).await.unwrap_err();
    assert!(error.needs_authorisation(), "{error}");
    let report = error.support_report().to_string();
    assert!(!format!("{error:?} {error} {report}").contains("sesame"), "{report}");
    assert!(auth.login(&credentials("lost")).await.unwrap_err().is_ambiguous());
    assert_eq!(*seen.lock().unwrap(), ["POST /v1/auth/login true"; 3]);
}
