//! `ffx hooks replay`, the proofs that are sent, and where a route leads.

use funnelflux::hooks::{Authentication, Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
use funnelflux::transport::http::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use crate::hooks_listen::Listener;
use crate::support::{Ffx, Handmade, Reply, Seen};

const QUESTION: &str = r#"{"event_type":"middleware_request", "execute_timeout_ms":2000,"a":1.50}"#;

fn approving() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, r#"{"decision":"approved"}"#.into()))
}

fn headers(seen: &Seen) -> HeaderMap {
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
    };
    seen.headers.lines().filter_map(pair).collect()
}

#[test]
#[cfg(unix)]
fn what_was_kept_goes_out_again_as_it_came() {
    let ffx = Ffx::new();
    let server = approving();
    let origin = server.base_url.trim_end_matches("/v1");
    let mut listener = Listener::start(&ffx, &["--forward-to", origin]);
    listener.post("/decide?a=b", "x-signature: 12ab\r\n", QUESTION);
    listener.told();
    listener.post("/hook", "x-raw: \u{e4}\r\n", "no JSON");
    listener.told();
    let file = listener.file.clone().unwrap();
    drop(listener.end());
    let first = server.seen();
    let outcome = ffx.run(&["hooks", "replay", &file]).done();
    assert!(outcome.stdout.contains("request    #1\nstatus     200\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("decision   approved\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains(" of 2000 ms\n"), "{}", outcome.stdout);
    let again = server.seen().split_off(2);
    for (before, after) in first.iter().zip(&again) {
        assert_eq!((&before.line, &before.body), (&after.line, &after.body));
        let without = |seen: &Seen| {
            let mut headers = headers(seen);
            // Of the connection.
            headers.remove("content-length");
            headers
        };
        assert_eq!(without(before), without(after));
    }
    let other = approving();
    let to = format!("{}/elsewhere", other.base_url);
    ffx.run(&["hooks", "replay", &file, "--only", "2", "--to", &to]).done();
    let seen = other.seen();
    assert_eq!((seen.len(), &*seen[0].body), (1, "no JSON"));
    assert!(seen[0].line.starts_with("POST /v1/elsewhere "), "{}", seen[0].line);
    // A run that was killed has begun a line.
    let torn = std::fs::read_to_string(&file).unwrap() + "{\"number\":3,\"rec";
    std::fs::write(&file, torn).unwrap();
    let outcome = ffx.run(&["hooks", "replay", &file]).done();
    assert!(outcome.stderr.contains("line 3 was not written to its end"), "{}", outcome.stderr);
    assert_eq!(server.seen().len(), 6);
    ffx.run(&["hooks", "replay", &file, "--only", "3"])
        .failed(2, &["--only 3", "requests 1 to 2", "nothing was sent"]);
}

#[test]
fn a_body_and_a_recording_get_the_documented_headers() {
    let ffx = Ffx::new();
    let server = Handmade::serve(|seen, _| match seen.body.contains("on_action") {
        true => Reply::Json(500, "{}".into()),
        false => Reply::Json(200, r#"{"decision":"approved"}"#.into()),
    });
    let replay = |file: &std::path::Path, more: &[&str]| {
        let replay = ["hooks", "replay", file.to_str().unwrap()];
        ffx.run(&[&replay[..], more].concat())
    };
    let to = ["--to", server.base_url.as_str()];
    let body = ffx.write("body.json", r#"{"event_type":"on_action","request_id":"r-1"}"#);
    replay(&body, &to).failed(1, &["the server answered 500"]);
    let sent = headers(&server.seen()[0]);
    assert_eq!(sent["x-funnelflux-request-id"], "r-1");
    assert_eq!(sent["x-funnelflux-trigger-type"], "on_action");

    let exchange = |path: &str, body: &str| {
        let body: Value = serde_json::from_str(body).unwrap();
        let request = json!({"method": "POST", "path": path, "body": {"json": body}});
        json!({"request": request, "response": {"status": 200}})
    };
    let recording = json!({
        "format": "funnelflux-recording/2", "provenance": "made up",
        "exchanges": [exchange("/a", QUESTION), exchange("/b", r#"{"event_type":"on_action"}"#)]
    });
    let recording = ffx.write("recording.json", &recording.to_string());
    let origin = server.base_url.trim_end_matches("/v1");
    let outcome = replay(&recording, &["--to", origin, "-o", "json"])
        .failed(1, &["request 2: the server answered 500", "1 of 2 requests failed"]);
    let shown = outcome.json();
    assert_eq!((&shown[0]["number"], &shown[0]["decision"]), (&json!(1), &json!("approved")));
    assert_eq!(shown[1]["status"], 500);
    assert!(server.seen()[1].line.starts_with("POST /a "), "{}", server.seen()[1].line);

    replay(&body, &[]).failed(2, &["request 1", "no server", "--to"]);
    replay(&body, &["--to", "http://example.com/"]).failed(2, &["https://"]);
    for (text, words) in [
        ("", "expected what `ffx hooks listen` kept"),
        ("[1]", "expected what `ffx hooks listen` kept"),
        (&"[".repeat(100_000), "expected what `ffx hooks listen` kept"),
        (r#"{"exchanges":[]}"#, "format"),
        (
            "{\"number\":1,\"received\":\"\",\"method\":\"GET\",\"target\":\"/\",\"headers\":[]}\n{}",
            "line 2",
        ),
        (
            "{\"number\":1,\"received\":\"\",\"method\":\"GET\",\"target\":\"/\",\"headers\":[[\"a b\",\"\"]]}",
            "line 1: a header is not valid",
        ),
    ] {
        let bad = ffx.write("bad.json", text);
        replay(&bad, &to).failed(2, &[words, "nothing was sent"]);
    }
}

#[test]
fn a_request_proves_what_is_configured_and_shows_no_secret() {
    let server = Handmade::serve(|seen, _| {
        // An echo of everything, as a careless server makes it.
        Reply::Json(401, json!({"decision": seen.headers}).to_string())
    });
    let ffx = Ffx::new()
        .with("MY_PASSWORD", "passw0rd-of-basic")
        .with("MY_KEY", "k3y-of-a-header")
        .with("MY_SECRET", "s3cret-of-hmac")
        .with("MY_EMPTY", "");
    let trigger = |more: &[&str]| {
        let to = ["hooks", "trigger", "middleware", "-v", "--to", &server.base_url];
        ffx.run(&[&to[..], more].concat())
    };
    let all = [
        "--user=funnelflux",
        "--password-env=MY_PASSWORD",
        "--header-env=x-key=MY_KEY",
        "--secret-env=MY_SECRET",
        "--signature-header=x-signature",
        "--signature-algorithm=sha512",
        "--signature-encoding=base64",
        "--signature-prefix=v1=",
        "--signed=header:x-key",
        "--signed=text:.",
        "--signed=body",
    ];
    let outcome = trigger(&all).failed(1, &["401"]);
    for secret in ["passw0rd-of-basic", "s3cret-of-hmac"] {
        assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
    }
    let seen = server.seen().pop().unwrap();
    let key = HeaderName::from_static("x-key");
    let hmac = Hmac::new(HeaderName::from_static("x-signature"), "s3cret-of-hmac")
        .with_algorithm(HmacAlgorithm::Sha512)
        .with_encoding(SignatureEncoding::Base64)
        .with_prefix("v1=")
        .with_signed([
            SignedPart::Header(key.clone()),
            SignedPart::Text(".".into()),
            SignedPart::Body,
        ]);
    let proofs = Authentication::new()
        .with_basic("funnelflux", "passw0rd-of-basic")
        .with_header(key, "k3y-of-a-header")
        .with_hmac(hmac);
    assert!(proofs.accepts(&headers(&seen), seen.body.as_bytes()));

    // Those of a config; what the API masks is told, and can be given.
    let config = |password: &str| {
        let destination = json!({
            "type": "http", "basicAuth": {"username": "ffx", "password": password},
            "hasBasicAuthPassword": true, "headers": {"x-own": "a-value"},
            "hmacSecret": "s3cret-of-config", "hasHmacSecret": true,
        });
        let config = json!({"destination": destination, "routes": []});
        ffx.write("config.json", &config.to_string()).to_str().unwrap().to_owned()
    };
    let given = config("passw0rd-of-config");
    trigger(&["--config", &given]).failed(1, &["not signed", "--signature-header"]);
    let of_config = Authentication::new()
        .with_basic("ffx", "passw0rd-of-config")
        .with_header(HeaderName::from_static("x-own"), "a-value");
    let seen = server.seen().pop().unwrap();
    assert!(of_config.accepts(&headers(&seen), seen.body.as_bytes()));
    let masked = config("********");
    let outcome =
        trigger(&["--config", &masked]).failed(1, &["basicAuth.password", "--password-env"]);
    assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.stderr);
    assert!(!headers(&server.seen().pop().unwrap()).contains_key("authorization"));
    trigger(&["--config", &masked, "--password-env", "MY_PASSWORD"]).failed(1, &["401"]);
    assert!(headers(&server.seen().pop().unwrap()).contains_key("authorization"));

    let before = server.seen().len();
    for (more, words) in [
        (&["--password-env=MY_PASSWORD"][..], "the user is missing"),
        (&["--user=funnelflux"], "--user: the password is missing"),
        (&["--secret-env=MY_SECRT", "--signature-header=x"], "MY_SECRT is not set"),
        (&["--secret-env=MY_EMPTY", "--signature-header=x"], "MY_EMPTY is empty"),
        (&["--signature-header=x"], "the secret is missing"),
        (&["--signature-header=a b"], "--signature-header"),
        (&["--signature-algorithm=sha512"], "--signature-header"),
        (&["--signature-encoding=base64"], "--signature-header"),
        (&["--signature-prefix=v1="], "--signature-header"),
        (&["--signed=body"], "--signature-header"),
        (&["--signed=query"], "header:NAME"),
        (&["--header-env=x-key"], "NAME=VALUE"),
        (
            &["--secret-env=MY_SECRET", "--signature-header=x", "--signed=header:y"],
            "a signed header",
        ),
    ] {
        trigger(more).failed(2, &[words]);
    }
    assert_eq!(server.seen().len(), before, "nothing was sent");
    let far =
        ["hooks", "trigger", "webhook", "--to", "http://example.com/", "--header-env=x-key=MY_KEY"];
    ffx.run(&far).failed(2, &["over https", "nothing was sent"]);
}

const FUNNEL: &str = r#"{"idFunnel":"2nIemJxCKbFX","funnelName":"Leads","nodes":[
 {"idNode":"2nIemJxCKbF1","nodeName":"Lead check","nodeType":"middleware",
  "nodeMiddlewareRefParams":{"idMiddlewareConfig":"2nIemJxCKbF9"}},
 {"idNode":"2nIemJxCKbF2","nodeName":"Best offer","nodeType":"externalUrl","nodeExternalUrlParams":{"url":"https://a.example"}},
 {"idNode":"2nIemJxCKbF3","nodeName":"Others","nodeType":"externalUrl","nodeExternalUrlParams":{"url":"https://b.example"}}],
 "connections":[
 {"idConnection":"2nIemJxCKbF4","idSourceNode":"2nIemJxCKbF1","idTargetNode":"2nIemJxCKbF2","connectionMiddlewareParams":{"onRouteId":"approved"}},
 {"idConnection":"2nIemJxCKbF5","idSourceNode":"2nIemJxCKbF1","idTargetNode":"2nIemJxCKbF3","connectionMiddlewareParams":{"onRouteId":"default"}}]}"#;

#[test]
fn what_a_server_says_of_a_visitor_is_not_shown_and_a_kept_address_is_checked() {
    let ffx = Ffx::new();
    let server = Handmade::serve(|_, _| {
        Reply::Json(200, r#"{"decision":"jane.roe","email":"jane@example.com"}"#.into())
    });
    let body = ffx.write("body.json", QUESTION);
    let replay = ["hooks", "replay", body.to_str().unwrap(), "--to", &server.base_url];
    let told = ffx.run(&replay).done().stdout;
    assert!(told.contains("decision") && !told.contains("jane"), "{told}");
    let told = ffx.run(&[&replay[..], &["--show"]].concat()).done().stdout;
    assert!(told.contains("jane@example.com"), "{told}");

    let kept = r#"{"number":1,"received":"2026-03-01T00:00:00Z","method":"POST","target":"/","headers":[],"body":{"text":"x"},"to":"http://example.invalid/"}"#;
    let kept = ffx.write("kept.ndjson", kept);
    ffx.run(&["hooks", "replay", kept.to_str().unwrap()])
        .failed(2, &["line 1: expected https://", "nothing was sent"]);
}

#[test]
fn a_node_shows_where_the_visitor_goes() {
    let ffx = Ffx::new();
    let config = ffx.write(
        "check.yaml",
        "
routes:
  - { idRoute: approved, priority: 1, isDefault: false, conditions: [
      { path: body_json.decision, operator: is, value: approved } ] }
  - { idRoute: review, priority: 2, isDefault: false, conditions: [
      { path: body_json.decision, operator: is, value: review } ] }
  - { idRoute: default, priority: 0, isDefault: true }
",
    );
    let funnel = ffx.write("funnel.json", FUNNEL);
    let (config, funnel) = (config.to_str().unwrap(), funnel.to_str().unwrap());
    let ask = |answer: &'static str, node: &str, format: &str| {
        let server = Handmade::serve(move |_, _| Reply::Json(200, answer.into()));
        let node = format!("{funnel}/{node}");
        let to = ["hooks", "trigger", "middleware", "--to", &server.base_url, "-o", format];
        ffx.run(&[&to[..], &["--config", config, "--node", &node]].concat())
    };
    let outcome = ask(r#"{"decision":"approved"}"#, "lead check", "table").done();
    let end = "route      approved\nleads to   Best offer (external-url)\n";
    assert!(outcome.stdout.ends_with(end), "{}", outcome.stdout);
    let shown = ask(r#"{"decision":"none"}"#, "2nIemJxCKbF1", "json").done().json();
    assert_eq!(shown["route"]["leads_to"], json!({"default": ["Others (external-url)"]}));
    let outcome = ask(r#"{"decision":"review"}"#, "Lead check", "table").done();
    assert!(outcome.stdout.ends_with("leads to   no connection\n"), "{}", outcome.stdout);
    for (node, words) in [("Others", "no such middleware node"), ("x", "the funnel has Lead check")]
    {
        ask("{}", node, "table").failed(2, &[words, "nothing was sent"]);
    }
    let to = ["hooks", "trigger", "middleware", "--to", "http://127.0.0.1:9/", "--node", "Leads"];
    ffx.run(&to).failed(2, &["expected FUNNEL/NODE"]);
}
