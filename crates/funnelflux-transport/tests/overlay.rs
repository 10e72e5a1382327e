//! An account with other names than the contract guessed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::{Arc, Mutex};

use funnelflux_transport::{Client, Operation, Overlay};
use http::Method;
use serde_json::{Value, json};
use support::*;

/// A server that knows a page's `url` by the parameter `page`, and what it was sent.
fn server() -> (Server, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let server = Server::new(move |_, request| {
        let body = request.body().as_bytes().map(|b| String::from_utf8_lossy(b).into_owned());
        notes.lock().unwrap().push(format!("{} {}", request.uri(), body.unwrap_or_default()));
        ok(r#"[ {"url":"https://example.com/","baseURL":"theirs","x":{"url":1.50}} ]"#)
    });
    (server, seen)
}

fn overridden(server: &Server) -> Client {
    client(server)
        .overlay(Overlay::new().path("ledger.page.update", "/pages/save").query(
            "ledger.page.*",
            "idPage",
            "page",
        ))
        .member_override("ledger.page.*", "baseURL", "url")
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_server_hears_its_own_names_and_the_caller_ours() {
    let (server, seen) = server();
    let client = overridden(&server);
    let call = client.call(&SAVE).query("idPage", "p1").json(&json!({ "baseURL": "https://x/" }));
    let (_, path, body) = call.preview().unwrap();
    assert_eq!(
        (path.as_str(), body.unwrap()),
        ("/pages/save?page=p1", &br#"{"url":"https://x/"}"#[..])
    );

    let answer = call.send().await.unwrap();
    assert_eq!(
        &answer[..],
        br#"[ {"baseURL":"https://example.com/","url":"theirs","x":{"url":1.50}} ]"#
    );
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen.as_slice(),
        [r#"https://api.funnelflux.pro/v1/pages/save?page=p1 {"url":"https://x/"}"#]
    );
}

#[tokio::test]
async fn other_operations_and_raw_calls_are_left_alone() {
    let (server, seen) = server();
    let client = overridden(&server);
    let sent = json!({ "baseURL": 1 });
    client.call(&CONVERSIONS).query("idPage", "p1").json(&sent).send().await.unwrap();
    let raw = Operation::raw(Method::PUT, "/page/save");
    let answer = client.call(raw).json(&sent).send().await.unwrap().json::<Value>().unwrap();
    assert_eq!(answer[0]["url"], "https://example.com/");
    for request in seen.lock().unwrap().iter() {
        assert!(request.contains("baseURL"), "{request}");
    }
}

#[tokio::test]
async fn a_call_that_must_carry_the_body_of_another_one_sends_it_as_it_is() {
    let (server, seen) = server();
    let client = overridden(&server);
    let first = client.call(&SAVE).json(&json!({ "baseURL": 1 }));
    let body = first.preview().unwrap().2.unwrap().to_vec();
    for operation in [&CONVERSIONS, &SAVE] {
        client.call(operation).json_as_is(body.clone()).send().await.unwrap();
    }
    for request in seen.lock().unwrap().iter() {
        assert!(request.ends_with(r#" {"url":1}"#), "{request}");
    }
}

#[test]
fn an_override_that_makes_no_sense_is_refused_where_the_client_is_built() {
    let wrong = [
        Client::builder().path_override("ledger.page.update", "pages"),
        Client::builder().path_override("ledger.page.*", "/pages"),
        Client::builder().query_override("ledger.page.update", "", "id"),
        Client::builder().member_override("ledger.page.update", "a..b", "c"),
        Client::builder().member_override("ledger.page.*", "a", "b").member_override(
            "ledger.page.update",
            "c",
            "b",
        ),
    ];
    for builder in wrong {
        let error = builder.build().unwrap_err();
        assert!(error.is_invalid_request(), "{error}");
        assert!(error.to_string().contains("ledger.page"), "{error}");
    }
}
