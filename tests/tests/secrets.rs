//! Canaries: tokens, visitors' addresses and form data that must never be seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use funnelflux::auth::{FileStore, TokenStore as _, Tokens};
use funnelflux::emulator::{Emulator, Fault};
use funnelflux::prelude::*;
use funnelflux::testing::EmulatorTimer;
use funnelflux::transport::http::{Method, StatusCode};
use funnelflux::transport::replay::{Content, Recorder, RecorderHandle, Recording, Replay, Scrub};
use funnelflux::transport::{Body, Call, Event, IntoSeam, Observer, ReqwestTransport};
use funnelflux_tests::time::standing_clock;
use serde_json::Value;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Everything(Sink);

impl Observer for Everything {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        writeln!(self.0.clone(), "{call:?} {event:?}").unwrap();
    }
}

/// What is logged in this process. Of the process and not of a thread, and there before any test
/// begins: where other threads meet a callsite first, the subscriber of one thread misses it.
static LOG: LazyLock<Sink> = LazyLock::new(|| {
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    sink
});

/// A whole session with everything that can go wrong in it, at the highest log level.
#[tokio::test]
async fn nothing_secret_is_seen_in_a_whole_session() {
    let sink = LOG.clone();
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("tokens.json"));
    let clock = standing_clock();
    let emulator =
        Emulator::builder().clock(clock.clone()).visits_per_hour(2).start().await.unwrap();
    let first = emulator.access_token().to_owned();
    let refresh = emulator.refresh_token().to_owned();
    store.save(&Tokens::new(first.clone()).with_refresh_token(refresh.clone())).await.unwrap();

    let (recorder, tape) =
        Recorder::new(ReqwestTransport::new().unwrap(), "recorded from the emulator", Scrub::new());
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .token_store(store.clone())
        .timer(Arc::new(EmulatorTimer::new(&clock)))
        .transport(recorder)
        .rate_limit(RateLimit::unlimited())
        .observer(Arc::new(Everything(sink.clone())))
        .build()
        .unwrap();
    let mut out = sink.clone();
    writeln!(out, "{client:?} {store:?} {:?}", store.load().await.unwrap()).unwrap();

    let now = emulator.now();
    let range =
        TimeRange::between(now - Duration::from_secs(36 * 3600), now, &Zone::utc()).unwrap();
    let request = RawEventsRequest::builder(range).hits().clicks().conversions().build().unwrap();
    let page = client.reporting().raw_events_page(&request).await.unwrap();
    assert!(page.rows.iter().any(|row| row.json().get().contains("192.0.2.")
        || row.json().get().contains("198.51.100.")
        || row.json().get().contains("203.0.113.")));
    writeln!(out, "{page:?} {:?} {:?}", *page, page.rows.first()).unwrap();

    emulator.advance(Duration::from_secs(80 * 3600));
    client.reporting().attributes().await.unwrap();
    let second = store.load().await.unwrap().unwrap().access_token;
    assert_ne!(second.expose(), first);

    for fault in [
        Fault::garbage_body(),
        Fault::html_page(StatusCode::BAD_REQUEST),
        Fault::lost_answer().times(3),
        Fault::truncated_body().times(3),
    ] {
        emulator.faults().push(fault);
        let error = client.reporting().attributes().await.unwrap_err();
        writeln!(out, "{error} {error:?} {error:#?} {}", error.support_report()).unwrap();
    }
    emulator.faults().clear();
    let form = r#"{"email":"canary@example.com","ip":"203.0.113.201"}"#;
    let call = client.call_raw(Method::PUT, "/reporting/update/conversions").json_text(form);
    writeln!(out, "{call:?}").unwrap();
    let error = call.send().await.unwrap_err();
    writeln!(out, "{error} {error:?} {}", error.support_report()).unwrap();
    emulator.refuse_refreshes(true);
    emulator.revoke_access_tokens();
    let error = client.reporting().attributes().await.unwrap_err();
    assert!(error.needs_authorisation(), "{error}");
    writeln!(out, "{error} {error:?} {}", error.support_report()).unwrap();
    out.write_all(tape.recording().to_text().unwrap().as_bytes()).unwrap();

    let seen = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    for expected in ["http.client.request", "RetryScheduled", "funnelflux-recording/2", "Endpoint:"]
    {
        assert!(seen.contains(expected), "the test looked at: {expected}");
    }
    let mut secrets = vec![first, refresh, second.expose().to_owned()];
    secrets.extend(["canary@example.com", "203.0.113.201"].map(ToOwned::to_owned));
    for row in &page.rows {
        let row: serde_json::Value = serde_json::from_str(row.json().get()).unwrap();
        secrets.extend(row.as_object().unwrap().values().filter_map(|v| {
            let text = v.as_str()?;
            text.parse::<std::net::IpAddr>().ok().map(|_| text.to_owned())
        }));
    }
    for secret in secrets {
        let found = seen.lines().find(|line| line.contains(&secret));
        assert!(found.is_none(), "{secret} is seen in: {}", found.unwrap_or_default());
    }
}

/// What must not be in a recording, by what it is.
const CANARIES: [&str; 10] = [
    "jane.roe@acme-shop.example",
    "491701234567",
    "203.0.113.77:51234",
    "203.0.113.77",
    "2a02:8109:9a40::c0de",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlMTIz",
    "swordfish",
    "Lindenstraße 12",
    "2nIemJxCKbFX",
    "1985-04-12",
];

/// The source of a logic script with a key in it.
const SOURCE: &str = "key := \"sk-live-Canary42\"\nif country == \"Utopia\" {\n\treturn \"x\"\n}";

/// What tells a canary wherever it stands, and whatever was made of it on the way there. Long enough
/// that no replacement is likely to hold it by chance.
const NEVER: [&str; 20] = [
    "jane.roe",
    "acme-",
    "491701234567",
    "52.520008",
    "13.404954",
    "203.0.113",
    "113.77",
    ":51234",
    "8109:9a40",
    "eyjhbgci",
    "c2lnbmf0",
    "swordfish",
    "linden",
    "stra\u{df}e",
    "stra%c3%9fe",
    "2niemjxckbfx",
    "canary",
    "sk-live",
    "utopia",
    "1985-04",
];

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// Every canary in every place that a body has: below names of all sorts, as a name, in lists, in
/// JSON inside of a text, in addresses, and in sentences.
fn body_of_canaries() -> String {
    let objects = CANARIES.map(|canary| {
        let mut object = serde_json::json!({
            "value": canary,
            "tags": [canary, "x"],
            "user": { canary: { canary: 7 } },
            "whitelistFilters": [serde_json::json!({ "c1": canary }).to_string()],
            "url": format!("https://{canary}/?a={canary}#{canary}"),
            "verification_errors": [canary],
            "note": format!("call {canary}"),
            "error": { "code": canary, "message": format!("'{canary}' is not allowed") },
            "message": format!("bad password {canary}: the account of {canary} was not found"),
            "lost": format!("Bearer {canary}"),
        });
        let names = ["error_description", "error_message", "error_code", "attribute", "status"];
        for name in names.into_iter().chain(["code", "name", "method", "password", "cost", canary])
        {
            object[name] = canary.into();
        }
        object.to_string()
    });
    let code = serde_json::Value::from(SOURCE);
    let numbers = r#""phone":491701234567,"lat":52.520008,"lon":-13.404954,"id":[491701234567]"#;
    let figures = r#""visits":12,"revenue":"1.50","cost":1.50,"priority":255,"found":true"#;
    let script = format!(
        r#""code":{code},"meta":{{"source":{code},"code":{code},"sk-live-Canary42":{code}}}"#
    );
    format!("{{{figures},{numbers},{script},\"rows\":[{}]}}", objects.join(","))
}

/// Answers with canaries, in the body and in the head.
fn leaky(request: &http::Request<Body>) -> http::Response<Body> {
    let (status, content_type) = match request.method().as_str() {
        "DELETE" => (400, "text/html; name=jane.roe"),
        "PUT" => (400, "application/json"),
        _ => (200, "application/json; charset=utf-8"),
    };
    let mut answer = http::Response::builder().status(status).header("content-type", content_type);
    for name in ["set-cookie", "cookie", "authorization", "x-request-id", "server", "date", "etag"]
    {
        answer = answer.header(name, "acme-canary");
    }
    let body = match status {
        400 if content_type.starts_with("text") => format!("<html>{}</html>", body_of_canaries()),
        _ => body_of_canaries(),
    };
    answer.header("retry-after", "491701234567").body(Body::from(body)).unwrap()
}

fn client_over<B>(transport: impl IntoSeam<B>) -> FunnelFlux {
    LazyLock::force(&LOG);
    FunnelFlux::builder()
        .transport(transport)
        .access_token("acme-canary")
        .user_agent("acme-canary/1")
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

fn recorded_client() -> (FunnelFlux, RecorderHandle) {
    let server =
        tower::service_fn(async |request: http::Request<Body>| Ok::<_, Error>(leaky(&request)));
    let (recorder, tape) = Recorder::new(server.into_seam(), "a live account", Scrub::new());
    (client_over(recorder), tape)
}

fn text_of(content: &Content) -> String {
    String::from_utf8(content.to_bytes().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn nothing_of_an_account_is_in_its_recording_which_replays() {
    let (client, tape) = recorded_client();
    for canary in CANARIES.map(percent_encoded) {
        for path in [
            format!("/billing/domains/{canary}"),
            format!("/billing/domains/{canary}/refresh"),
            format!("/{canary}/campaign/list?name={canary}&status={canary}&{canary}=1&{canary}"),
            format!("/page/find/byIds?idPages=2n5JuOKWLTzd,{canary}&categoryType={canary}"),
        ] {
            client.call_raw(Method::GET, path).send().await.unwrap();
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let call = client.call_raw(method.clone(), "/page/save?message=bad%20password%20swordfish");
        let call = call.header("x-api-key", "sk-live-Canary42").json_text(body_of_canaries());
        assert_eq!(call.send().await.is_ok(), method == Method::POST);
    }
    // Recorded, whatever the client makes of such an answer.
    drop(client.domains().get("jane.roe@acme-shop.example").await);

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("recording.json");
    tape.recording().save(&file).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    for canary in NEVER {
        let found = text.lines().find(|line| line.to_lowercase().contains(canary));
        assert!(found.is_none(), "{canary} is in: {}", found.unwrap_or_default());
    }
    for kept in [
        "\"visits\": 12,",
        "\"revenue\": \"1.50\",",
        "\"cost\": 1.50,",
        "\"priority\": 255,",
        "\"found\": true",
        "/v1/billing/domains/",
        "/refresh\"",
        " password ",
        "\"content-type\": \"application/json\"",
        "\"content-type\": \"text/html\"",
    ] {
        assert!(text.contains(kept), "{kept} not in {text}");
    }

    let recording = Recording::load(&file).unwrap();
    for answer in recording.exchanges.iter().filter_map(|exchange| exchange.response.as_ref()) {
        assert!(answer.headers.keys().eq(["content-type"]), "{:?}", answer.headers);
    }
    let replay = Replay::new(recording.clone());
    let client = client_over(replay.clone());
    for exchange in &recording.exchanges {
        let method = Method::from_bytes(exchange.request.method.as_bytes()).unwrap();
        let mut call = client.call_raw(method, exchange.request.path.strip_prefix("/v1").unwrap());
        if !exchange.request.content.is_empty() {
            call = call.json_text(text_of(&exchange.request.content));
        }
        if let Ok(answer) = call.send().await {
            let recorded = text_of(&exchange.response.as_ref().unwrap().content);
            assert_eq!(String::from_utf8(answer.to_vec()).unwrap(), recorded);
        }
    }
    replay.verify().unwrap();
}

#[tokio::test]
async fn what_was_equal_is_equal_in_a_recording_wherever_it_stands() {
    let (client, tape) = recorded_client();
    for canary in CANARIES.map(percent_encoded) {
        let path = format!("/billing/domains/{canary}?name={canary}&{canary}=1");
        client.call_raw(Method::POST, path).json_text(body_of_canaries()).send().await.unwrap();
    }
    let recording = tape.recording();
    let mut all = BTreeSet::new();
    for (at, exchange) in recording.exchanges.iter().enumerate() {
        let asked: Value = serde_json::from_str(&text_of(&exchange.request.content)).unwrap();
        let answer = &exchange.response.as_ref().unwrap().content;
        assert_eq!(asked, serde_json::from_str::<Value>(&text_of(answer)).unwrap());

        let row = &asked["rows"][at];
        let value = row["value"].as_str().unwrap();
        assert_ne!(value, CANARIES[at]);
        all.insert(value.to_owned());
        assert_eq!(row["name"], value);
        assert_eq!(row["tags"], serde_json::json!([value, "x"]));
        assert_eq!(row["user"], serde_json::json!({ value: { value: 7 } }), "as a name");
        assert_eq!(row[value], value, "as a name");
        let filter: Value =
            serde_json::from_str(row["whitelistFilters"][0].as_str().unwrap()).unwrap();
        assert_eq!(filter, serde_json::json!({ "c1": value }), "inside of a text");
        let encoded: String = value
            .chars()
            .map(|c| match c {
                c if c.is_ascii_alphanumeric() || "-._~,".contains(c) => c.to_string(),
                c => percent_encoded(&c.to_string()),
            })
            .collect();
        let path = format!("/v1/billing/domains/{encoded}?name={encoded}&{encoded}=1");
        assert_eq!(exchange.request.path, path);
    }
    assert_eq!(all.len(), CANARIES.len(), "what differs stays different");
    // A number and the text of it are the same, too; and what a message echoes.
    let text = text_of(&recording.exchanges[0].request.content);
    let asked: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(asked["id"][0].to_string(), asked["rows"][1]["value"].as_str().unwrap());
    for echoed in [1, 6, 8] {
        let value = asked["rows"][echoed]["value"].as_str().unwrap();
        let message = asked["rows"][echoed]["message"].as_str().unwrap();
        let known = format!(" password {value}: ");
        assert!(message.contains(&known), "{message}");
        assert_eq!(message.matches(value).count(), 2, "{message}");
    }
    assert_eq!(asked["code"], asked["meta"]["code"]);
}

/// `{"rows":[{"visits":3,"ip":"203.0.113.7"}]}`, compressed.
const COMPRESSED: [u8; 60] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 202, 47, 47, 86, 178, 138, 174, 86, 42, 203, 44,
    206, 44, 1, 50, 141, 117, 148, 50, 11, 148, 172, 148, 140, 12, 140, 245, 12, 244, 12, 13, 141,
    245, 204, 149, 106, 99, 107, 1, 176, 51, 224, 72, 42, 0, 0, 0,
];

/// A server that compresses for clients that accept it.
async fn compressing(request: http::Request<Body>) -> Result<http::Response<Body>, Error> {
    let answer = http::Response::builder().header("content-type", "application/json");
    let accepts = request.headers().get("accept-encoding");
    Ok(if accepts.is_some_and(|accepts| accepts.to_str().unwrap().contains("gzip")) {
        let body = Body::from(COMPRESSED.to_vec());
        answer.header("content-encoding", "gzip").body(body).unwrap()
    } else {
        answer.body(Body::from(r#"{"rows":[{"visits":3,"ip":"203.0.113.7"}]}"#)).unwrap()
    })
}

#[tokio::test]
async fn a_client_that_accepts_compressed_answers_records_them_readable() {
    let call = |client: FunnelFlux| async move {
        let answer = client.call_raw(Method::GET, "/reporting/attributes").send().await.unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()
    };
    let server = tower::service_fn(compressing).into_seam();
    let plain = call(client_over(server.clone())).await;
    assert_eq!(plain["rows"][0]["ip"], "203.0.113.7", "the server compresses well");

    let (recorder, tape) = Recorder::new(server, "a live account", Scrub::new());
    assert_eq!(call(client_over(recorder)).await, plain);
    let recording = tape.recording();
    let answer = recording.exchanges[0].response.as_ref().unwrap();
    assert!(!answer.headers.contains_key("content-encoding"));
    let recorded: Value = serde_json::from_str(&text_of(&answer.content)).unwrap();
    assert_eq!(recorded["rows"][0]["visits"], 3);
    let replay = Replay::new(recording.to_text().unwrap().parse().unwrap());
    assert_eq!(call(client_over(replay.clone())).await, recorded);
    replay.verify().unwrap();
}

/// Every name and every word of the contract says nothing of an account, so it stays: else typed
/// clients could not read what they replay.
#[tokio::test]
async fn names_and_words_of_the_contract_stay_in_a_recording() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/contract");
    let tables = |directory: &Path| -> Vec<toml::Table> {
        let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
        files.map(|path| std::fs::read_to_string(path).unwrap().parse().unwrap()).collect()
    };
    let texts = |from: &toml::Value, list: &str, member: &str| -> Vec<String> {
        let items = from.get(list).and_then(toml::Value::as_array).into_iter().flatten();
        items.filter_map(|item| Some(item.get(member)?.as_str()?.to_owned())).collect()
    };
    let mut members = Vec::new();
    let mut enums = BTreeMap::new();
    let mut fields = Vec::new();
    let mut figures = Vec::new();
    for schema in
        tables(&contract.join("schemas")).iter().flat_map(|t| t["schema"].as_array().unwrap())
    {
        members.extend(texts(schema, "fields", "name"));
        enums.insert(schema["name"].as_str().unwrap().to_owned(), texts(schema, "values", "value"));
        let values = schema.get("values").and_then(toml::Value::as_array).into_iter().flatten();
        let kinds =
            values.filter_map(|it| Some((it.get("kind")?.as_str()?, it["value"].as_str()?)));
        figures.extend(kinds.filter(|(kind, _)| *kind != "text").map(|(_, name)| name.to_owned()));
        for field in schema.get("fields").and_then(toml::Value::as_array).into_iter().flatten() {
            if let (Some(name), Some(kind)) = (field.get("name"), field.get("type")) {
                fields.push((name.as_str().unwrap().to_owned(), kind.as_str().unwrap().to_owned()));
            }
        }
    }
    members.extend(enums["MetricName"].clone());
    members.sort();
    members.dedup();
    let names: Vec<String> = members.iter().map(|name| format!("{name:?}:null")).collect();
    let mut bodies = vec![format!("{{{}}}", names.join(","))];
    for (name, kind) in &fields {
        bodies.extend(enums.get(kind).into_iter().flatten().map(|v| format!("{{{name:?}:{v:?}}}")));
        // A name that holds a text elsewhere may hold anybody's text.
        let holds_text = |(other, kind): &(String, String)| other == name && kind == "string";
        if fields.iter().any(holds_text) {
            continue;
        }
        if matches!(kind.as_str(), "decimal" | "number" | "integer") {
            bodies.push(format!("{{{name:?}:42}}"));
        }
        if kind == "decimal-string" {
            bodies.push(format!("{{{name:?}:\"42.50\"}}"));
        }
    }
    assert!(figures.len() > 100, "{figures:?}");
    bodies.extend(figures.iter().map(|name| format!("{{{name:?}:\"42.50\"}}")));
    assert!(members.len() > 200 && bodies.len() > 200, "{} {}", members.len(), bodies.len());

    let server = tower::service_fn(async |_: http::Request<Body>| {
        Ok::<_, Error>(http::Response::new(Body::from("{}")))
    });
    let (recorder, tape) = Recorder::new(server.into_seam(), "a live account", Scrub::new());
    let client = client_over(recorder);
    for body in &bodies {
        client.call_raw(Method::POST, "/x").json_text(body.clone()).send().await.unwrap();
    }
    let mut parameters = BTreeSet::new();
    for table in tables(&contract) {
        let operations = table.get("operation").and_then(toml::Value::as_array);
        for operation in operations.into_iter().flatten() {
            let query = operation["query"].as_array().unwrap().iter();
            parameters.extend(query.map(|parameter| {
                let name = parameter.get("name").unwrap_or(parameter);
                name.as_str().unwrap().to_owned()
            }));
            let paths =
                operation["alternatives"].as_array().unwrap().iter().chain([&operation["path"]]);
            for path in paths.filter_map(toml::Value::as_str).filter(|path| !path.contains('{')) {
                client.call_raw(Method::GET, path).send().await.unwrap();
                let recorded = tape.recording().exchanges.last().unwrap().request.path.clone();
                assert_eq!(recorded, format!("/v1{path}"));
            }
        }
    }
    assert!(parameters.len() > 20, "{parameters:?}");
    for name in parameters {
        client.call_raw(Method::GET, format!("/page/list?{name}=true")).send().await.unwrap();
        let recorded = tape.recording().exchanges.last().unwrap().request.path.clone();
        assert_eq!(recorded, format!("/v1/page/list?{name}=true"));
    }
    for (body, exchange) in bodies.iter().zip(&tape.recording().exchanges) {
        assert_eq!(text_of(&exchange.request.content), *body);
    }
}
