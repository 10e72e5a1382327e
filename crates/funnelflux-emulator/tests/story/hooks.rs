//! Servers that the emulator calls for its traffic: off by default, on this machine only, within limits.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use funnelflux_emulator::Hooks;
use funnelflux_transport::{Body as Sent, IntoSeam, Timer as _, TokioTimer};
use http::{HeaderMap, Response};

use super::*;

const WEBHOOKS: &str = "/reporting/logs/webhook/summary";
const MIDDLEWARE: &str = "/reporting/logs/middleware/summary";

static_assertions::assert_impl_all!(Hooks: Send, Sync, Clone);

#[derive(Clone, Debug)]
struct Seen {
    url: String,
    method: Method,
    headers: HeaderMap,
    body: Value,
}

#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<Seen>>>);

impl Server {
    /// A server in this process, which answers by the path.
    fn client(&self, status: fn(&str) -> Option<u16>) -> impl IntoSeam<Full<Bytes>> + use<> {
        let all = Arc::clone(&self.0);
        tower::service_fn(move |request: Request<Sent>| {
            let all = Arc::clone(&all);
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let body = serde_json::from_slice(&body).unwrap_or_default();
                let (url, status) = (head.uri.to_string(), status(head.uri.path()));
                let seen = Seen { url, method: head.method, headers: head.headers, body };
                all.lock().unwrap().push(seen);
                match status {
                    None => std::future::pending::<()>().await,
                    Some(status) => {
                        let answer = Response::builder().status(status);
                        return Ok::<_, Infallible>(answer.body(Full::default()).unwrap());
                    }
                }
                unreachable!()
            }
        })
    }

    fn seen(&self, event: &str) -> Vec<Seen> {
        let all = self.0.lock().unwrap();
        all.iter().filter(|seen| seen.body["event_type"] == event).cloned().collect()
    }
}

fn url(text: &str) -> http::Uri {
    text.parse().unwrap()
}

/// Lets half a minute of traffic happen.
async fn half_a_minute(emulator: &Emulator) {
    TokioTimer.sleep(Duration::from_secs(2)).await;
    emulator.advance(Duration::from_secs(30));
    TokioTimer.sleep(Duration::from_secs(60)).await;
}

/// The sum of a column of a log over that half minute.
async fn logged(emulator: &Emulator, log: &str, column: &str) -> u64 {
    let range = json!({"timeStart": "2023-11-14T22:13:20Z", "timeEnd": "2023-11-14T22:13:50Z"});
    let answer = post(emulator, log, range).await;
    answer.rows().iter().map(|row| row[column].as_u64().unwrap()).sum()
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_sent_and_what_servers_answer_shows_in_the_logs() {
    let server = Server::default();
    let client = server.client(|path| Some(if path == "/decide" { 500 } else { 200 }));
    let hooks = Hooks::new(client)
        .with_webhook_url(url("http://127.0.0.1:1/hook"))
        .with_middleware_url(url("http://[::1]:1/decide"));
    let emulator = builder().visits_per_hour(20_000).hooks(hooks).start().await.unwrap();
    half_a_minute(&emulator).await;

    let questions = server.seen("middleware_request");
    let nodes = server.seen("node_execution");
    let conversions = server.seen("conversion_triggered");
    for seen in [&questions, &nodes, &conversions] {
        assert!(!seen.is_empty());
        let ids: std::collections::HashSet<_> =
            seen.iter().map(|seen| seen.body["request_id"].to_string()).collect();
        assert_eq!(ids.len(), seen.len(), "each once");
    }
    let all = questions.len() as u64;
    assert_eq!(logged(&emulator, MIDDLEWARE, "requests").await, all);
    assert_eq!(logged(&emulator, MIDDLEWARE, "failures").await, all, "each was answered 500");
    let all = (nodes.len() + conversions.len()) as u64;
    assert_eq!(logged(&emulator, WEBHOOKS, "requests").await, all);
    assert_eq!(logged(&emulator, WEBHOOKS, "failures").await, 0);

    let Seen { url, method, headers, body } = &questions[0];
    assert_eq!((&**url, method), ("http://[::1]:1/decide", &Method::POST));
    assert_eq!(headers["content-type"], "application/json");
    assert!(body["execute_timeout_ms"].as_i64().unwrap() > 0);
    let known = |name: &str| body["tracking_fields"].as_object().unwrap().contains_key(name);
    assert!(known("c1") && body["visitor"]["ip"].is_string());
    let Seen { headers, body, .. } = &conversions[0];
    assert_eq!(headers["x-funnelflux-payload-schema"], "webhook_outbound_payload_v1");
    assert_eq!(headers["x-funnelflux-trigger-type"], "conversion_triggered");
    assert_eq!(headers["x-funnelflux-request-id"], body["request_id"].as_str().unwrap());
    assert!(body.get("session").is_none() && body.get("action_data").is_none(), "in-flow only");
    assert!(nodes[0].body["session"].is_object());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_holds_nothing_up_and_counts_as_failed() {
    let server = Server::default();
    let hooks = Hooks::new(server.client(|_| None)).with_middleware_url(url("http://localhost/"));
    let emulator = builder().visits_per_hour(2_000).hooks(hooks).start().await.unwrap();
    half_a_minute(&emulator).await;
    let asked = server.seen("middleware_request").len() as u64;
    assert!(asked > 0);
    assert_eq!(logged(&emulator, MIDDLEWARE, "failures").await, asked);
    assert!(server.seen("node_execution").is_empty(), "no address is known");
    // It ends with the calls under way.
    emulator.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn the_addresses_and_credentials_of_configs_are_used_and_other_machines_left_alone() {
    let server = Server::default();
    let hooks = Hooks::new(server.client(|_| Some(200)));
    let emulator = builder().visits_per_hour(20_000).hooks(hooks).start().await.unwrap();
    let configs = emulator.account().middleware_configs().map(|it| it.id().to_owned());
    let configs: Vec<String> = configs.collect();
    for (number, id) in configs.iter().enumerate() {
        let path = format!("/middlewareconfig/find/byId?idMiddlewareConfig={id}");
        let mut config = get(&emulator, &path).await.json;
        let host = if number == 0 { "127.0.0.1:1" } else { "mw.example" };
        let own = json!({
            "type": "http", "method": "POST", "url": format!("http://{host}/own"),
            "headers": {"X-Key": "k3y"}, "basicAuth": {"username": "u", "password": "p"},
        });
        let destination = config["destination"].as_object_mut().unwrap();
        destination.extend(own.as_object().unwrap().clone());
        let saved = put(&emulator, "/middlewareconfig/save", config).await;
        assert_eq!(saved.status, 200, "{}", saved.text);
    }
    assert!(configs.len() > 1);
    half_a_minute(&emulator).await;
    let asked = server.seen("middleware_request");
    assert!(!asked.is_empty());
    for seen in &asked {
        assert_eq!(seen.url, "http://127.0.0.1:1/own");
        assert_eq!(
            (&seen.headers["x-key"], &seen.headers["authorization"]),
            (&"k3y".parse().unwrap(), &"Basic dTpw".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn addresses_of_other_machines_are_refused_unless_they_are_allowed() {
    let server = Server::default();
    let hooks = || Hooks::new(server.client(|_| Some(200)));
    for far in ["http://example.com/", "http://192.168.0.1/", "ftp://127.0.0.1/", "/decide"] {
        let hooks = hooks().with_webhook_url(url(far));
        let error = builder().hooks(hooks.clone()).start().await.unwrap_err();
        assert!(error.is_setting() && error.is_far_hook(), "{error}");
        assert!(error.to_string().contains("`hooks.webhook_url`"), "{error}");
        let is_http = far.starts_with("http");
        assert_eq!(builder().hooks(hooks.anywhere()).start().await.is_ok(), is_http, "{far}");
    }
    let error = builder().hooks(hooks()).build().unwrap_err();
    assert!(error.to_string().contains("use `start`") && !error.is_far_hook(), "{error}");
}
