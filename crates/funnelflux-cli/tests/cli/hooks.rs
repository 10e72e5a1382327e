//! `ffx hooks trigger`: what a server gets, and what the user sees.

use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Reply, serve};

const CONFIG: &str = "
middlewareConfigName: Fraud check
timeoutMs: 2000
routes:
  - { idRoute: approved, priority: 1, isDefault: false, conditions: [
      { path: body_json.decision, operator: is, value: approved } ] }
  - { idRoute: cheap, priority: 2, isDefault: false, conditions: [
      { path: body_json.score, operator: lessThan, value: \"10\" } ] }
  - { idRoute: default, priority: 0, isDefault: true }
";

fn service(answer: &'static str) -> Handmade {
    Handmade::serve(move |_, _| Reply::Json(200, answer.into()))
}

/// Removes the times, which differ from run to run.
fn without_times(text: &str) -> String {
    let is_time = |line: &&str| line.starts_with("time ");
    text.lines().filter(|line| !is_time(line)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_middleware_request_has_the_documented_members_and_its_answer_is_explained() {
    let ffx = Ffx::new();
    let config = ffx.write("check.yaml", CONFIG);
    let service = service("{\"decision\":\"approved\",\n\"why\":\"\\u001b[31m\"}");
    let outcome = ffx
        .run(&[
            "hooks",
            "trigger",
            "middleware",
            "--to",
            &service.base_url,
            "--set",
            "visitor.country=DE",
            "--set",
            "action_data.zip=01234",
            "--config",
            config.to_str().unwrap(),
        ])
        .done();
    assert_eq!(
        without_times(&outcome.stdout),
        "status     200\n\
         answer     {\"decision\":\"approved\", \"why\":\"\\u001b[31m\"}\n\
         decision   approved\n\
         route      approved\n"
    );
    let left = outcome.stdout.lines().find(|line| line.starts_with("time left")).unwrap();
    assert!(left.ends_with(" of 2000 ms"), "{left}");

    let seen = service.seen().remove(0);
    assert!(seen.line.starts_with("POST /v1 "), "{}", seen.line);
    assert!(seen.headers.to_lowercase().contains("content-type: application/json"));
    let sent = seen.json();
    let names: Vec<&str> = sent.as_object().unwrap().keys().map(String::as_str).collect();
    let mut documented = vec![
        "schema_version",
        "event_type",
        "request_id",
        "timestamp",
        "execute_timeout_ms",
        "visitor",
        "funnel",
        "traffic_source",
        "hit",
        "session",
        "tracking_fields",
        "url_buffer",
        "action_data",
    ];
    documented.sort_unstable();
    assert_eq!(names, documented);
    assert_eq!(sent["event_type"], "middleware_request");
    assert_eq!(sent["execute_timeout_ms"], 2000, "from the config");
    assert_eq!(sent["visitor"], json!({"country": "DE"}));
    assert_eq!(sent["action_data"], json!({"zip": "01234"}), "no number");
}

#[test]
fn what_is_unknown_of_the_routes_is_shown_with_those_that_are_possible() {
    let ffx = Ffx::new();
    let config = ffx.write("check.yaml", CONFIG);
    let service = service(r#"{"decision":"rejected","score":7}"#);
    let line = |format: &str| {
        let to = ["hooks", "trigger", "middleware", "--to", &service.base_url, "-o", format];
        ffx.run(&[&to[..], &["--config", config.to_str().unwrap()]].concat()).done()
    };
    let table = line("table").stdout;
    assert!(table.contains("route      unknown: cheap or default\n"), "{table}");
    assert!(table.contains("the operator `lessThan` is unknown"), "{table}");
    let shown = line("json").json();
    assert_eq!(shown["route"]["taken"], Value::Null);
    assert_eq!(shown["route"]["possible"], json!(["cheap", "default"]));
    assert_eq!(shown["decision"], "rejected");
    assert!(shown["time_left_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_config_of_the_account_is_found_by_its_name() {
    let served = serve(funnelflux::emulator::Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let listed = ffx.run(&["middleware-configs", "list", "-o", "json"]).done().json();
    let name = listed[0]["middlewareConfigName"].as_str().unwrap();
    let service = service(r#"{"decision":"approved"}"#);
    let outcome = ffx
        .run(&["hooks", "trigger", "middleware", "--to", &service.base_url, "--config", name])
        .done();
    assert!(outcome.stdout.contains("\nroute "), "{}", outcome.stdout);
    ffx.run(&["hooks", "trigger", "middleware", "--to", &service.base_url, "--config", "Nothing"])
        .failed(2, &["`Nothing`", "nothing was sent"]);
}

#[test]
fn a_late_a_failed_and_a_strange_answer_go_to_the_default_and_end_with_code_1() {
    let ffx = Ffx::new();
    let config = ffx.write("check.yaml", CONFIG);
    let config = config.to_str().unwrap();
    let slow = Handmade::serve(|_, _| {
        std::thread::sleep(std::time::Duration::from_secs(5));
        Reply::Nothing
    });
    let middleware = |to: &str, set: &str| {
        ffx.run(&["hooks", "trigger", "middleware", "--to", to, "--set", set, "--config", config])
    };
    let late = middleware(&slow.base_url, "execute_timeout_ms=300")
        .failed(1, &["no answer within execute_timeout_ms, 300 ms", "`default`"]);
    assert!(late.stdout.contains("status     none\n"), "{}", late.stdout);
    assert!(late.stdout.contains("route      default\n"), "{}", late.stdout);

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    middleware(&closed, "visitor.country=DE")
        .failed(1, &["no connection to the server", "`default`"]);

    for (status, answer, words) in [
        (500, r#"{"decision":"approved"}"#, "the service answered 500"),
        (200, "approved", "no plain JSON object"),
    ] {
        let service = Handmade::serve(move |_, _| Reply::Json(status, answer.into()));
        let failed = middleware(&service.base_url, "visitor.country=DE").failed(1, &[words]);
        assert!(failed.stdout.contains("default"), "{}", failed.stdout);
    }

    // What FunnelFlux makes of these is unknown.
    let all = "route      unknown: approved or cheap or default\n";
    let one = "route      unknown: approved or default\n";
    let long = "x".repeat(2 << 20);
    for (status, header, answer, route, words) in [
        (302, "location: /x", "", all, "whether a redirect is followed is unknown"),
        (200, "content-encoding: gzip", "\u{1f}", all, "a content encoding is read is unknown"),
        (
            200,
            "x: y",
            "\u{feff}{\"decision\":\"approved\"}",
            one,
            "byte order mark is read is unknown",
        ),
        (200, "x: y", "decision=approved", all, "no JSON object is unknown"),
        (200, "x: y", &long, all, "this length is read is unknown"),
    ] {
        let answer = answer.to_owned();
        let service = Handmade::serve(move |_, _| Reply::With(status, header, answer.clone()));
        let failed = middleware(&service.base_url, "visitor.country=DE").failed(1, &["error"]);
        assert!(failed.stdout.contains(words), "{} {}", failed.stdout, failed.stderr);
        assert!(failed.stdout.contains(route), "{}", failed.stdout);
    }
}

#[test]
fn an_answer_within_the_safety_buffer_is_warned_of() {
    let slow = Handmade::serve(|_, _| {
        std::thread::sleep(std::time::Duration::from_millis(300));
        Reply::Json(200, r#"{"decision":"approved"}"#.into())
    });
    // At least 300 ms are gone; at most 249 may be left. A slow machine may find it late.
    let to = ["hooks", "trigger", "middleware", "--to", &slow.base_url];
    let outcome = Ffx::new().run(&[&to[..], &["--set", "execute_timeout_ms=540"]].concat());
    let words = if outcome.code == 0 { "less than 250 ms" } else { "no answer within" };
    assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
}

#[test]
fn a_webhook_has_the_documented_headers_and_members_of_its_event() {
    let ffx = Ffx::new();
    let receiver = Handmade::serve(|_, _| Reply::Json(204, String::new()));
    let webhook = |more: &[&str]| {
        let to = ["hooks", "trigger", "webhook", "--to", &receiver.base_url];
        ffx.run(&[&to[..], more].concat()).done();
        receiver.seen().pop().unwrap()
    };
    let conversion = webhook(&[]);
    let sent = conversion.json();
    let id = sent["request_id"].as_str().unwrap();
    assert_eq!(id.len(), 36, "{id}");
    let expected = json!({
        "schema_version": "1.0", "event_type": "conversion_triggered", "request_id": id
    });
    assert_eq!(sent, expected, "members of the session are in-flow only");
    let headers = conversion.headers.to_lowercase();
    for header in [
        "x-funnelflux-payload-schema: webhook_outbound_payload_v1",
        "x-funnelflux-trigger-type: conversion_triggered",
        &format!("x-funnelflux-request-id: {id}"),
    ] {
        assert!(headers.contains(header), "{headers}");
    }
    let action = webhook(&["--event", "on_action", "--set", "action_data.email=a@example.com"]);
    let sent = action.json();
    assert_eq!((&sent["is_action"], &sent["action_number"]), (&json!(true), &json!(1)));
    assert_eq!(sent["action_data"], json!({"email": "a@example.com"}));
    assert!(sent["session"].is_object() && sent["url_buffer"].is_object());
    assert_ne!(sent["request_id"], id, "each dispatch has an id of its own");

    // The headers follow what is set, as a receiver compares both.
    let set = webhook(&["--set", "request_id=x", "--set", "event_type=new_event"]);
    let headers = set.headers.to_lowercase();
    assert!(headers.contains("x-funnelflux-request-id: x"), "{headers}");
    assert!(headers.contains("x-funnelflux-trigger-type: new_event"), "{headers}");
}

#[test]
fn a_refused_webhook_ends_with_code_1_and_wrong_arguments_with_code_2() {
    let ffx = Ffx::new();
    let receiver = Handmade::serve(|_, _| Reply::Json(401, "{}".into()));
    let to = |more: &[&str]| {
        ffx.run(&[&["hooks", "trigger", "webhook", "--to", &receiver.base_url], more].concat())
    };
    to(&[]).failed(1, &["the server answered 401", "is unknown"]);
    to(&["--event", "click"]).failed(2, &["`click`", "node_execution, on_action"]);
    to(&["--set", "session"]).failed(2, &["`session` has no `=`"]);
    to(&["--set", "request_id=a\u{7f}b"]).failed(2, &["x-funnelflux-request-id"]);
    assert_eq!(receiver.seen().len(), 1, "nothing else was sent");
    for (address, words) in [
        ("127.0.0.1:80", "expected http://HOST"),
        ("ftp://example.com/", "expected http://HOST"),
        ("http://user:pass@example.com/", "no user and no password"),
        ("https://pass@example.com/", "no user and no password"),
        ("user:pass@example.com", "expected http://HOST"),
        ("http://user:pass/w@example.com/", "no user and no password"),
        ("/decide", "expected http://HOST"),
    ] {
        for arguments in [
            &["hooks", "trigger", "webhook", "--to"][..],
            &["hooks", "listen", "-o", "json", "--forward-to"],
            &["emulator", "--middleware-url"],
        ] {
            let refused = ffx.run(&[arguments, &[address]].concat()).failed(2, &[words]);
            assert!(!refused.stderr.contains("pass@") && !refused.stderr.contains("pass/"));
        }
    }
    to(&["-o", "csv"]).failed(2, &["-o csv", "-o ndjson"]);
}
