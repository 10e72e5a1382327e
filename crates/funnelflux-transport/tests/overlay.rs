//! An account with other names than the contract guessed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use funnelflux_transport::{CallBuilder, Client, Fact, Operation, Overlay, Says};
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

#[tokio::test]
async fn a_preview_refuses_what_the_sending_refuses_unsent() {
    let (server, seen) = server();
    let needs = Says::Required("pageName".to_owned());
    let client = client(&server).overlay(Overlay::new().fact(Fact::new("ledger.page.*", needs)));
    let client = client.build().unwrap();
    let find = Operation::raw(Method::GET, "/page/{id}");
    type Make<'c> = &'c dyn Fn() -> CallBuilder<'c>;
    let calls: [(Make<'_>, &str); 6] = [
        (&|| client.call(&SAVE).json(&json!({ "idPage": "a" })), "pageName"),
        (&|| client.call(&SAVE).json(&BTreeMap::from([(vec![1], 1)])), "written as JSON"),
        (&|| client.call(&SAVE).header("bad name", "x"), "bad name"),
        (&|| client.call(&SAVE).header("x-name", "line\nbreak"), "x-name"),
        (&|| client.call(find.clone()), "{id}"),
        (&|| client.call(Operation::raw(Method::GET, "/a b")), "path of raw"),
    ];
    for (call, word) in calls {
        let shown = call().preview().expect_err(word);
        let sent = call().send().await.expect_err(word);
        assert!(shown.is_invalid_request() && shown.to_string().contains(word), "{shown}");
        assert_eq!(shown.to_string(), sent.to_string());
    }
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
    let whole = client.call(&SAVE).json(&json!({ "idPage": "a", "pageName": "b" }));
    whole.preview().unwrap();
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

#[tokio::test]
async fn an_id_travels_in_the_path_or_in_the_query_and_the_method_may_differ() {
    let (server, seen) = server();
    let overlay = Overlay::new()
        .base_path("/api/v2")
        .path("ledger.page.find-by-id", "/pages/{idPage}")
        .path("billing.domains.get", "/domain/?key={id}")
        .path("ledger.trafficsource.list", "/sources/all/")
        .path("ledger.page.update", "/pages/{idPage}")
        .method("ledger.page.update", &Method::PATCH)
        .value("AssetStatus", "archived", "paused");
    let client = client(&server).overlay(overlay).build().unwrap();
    let find = &funnelflux_contract::operations::ledger::PAGE_FIND_BY_ID;
    let get = &funnelflux_contract::operations::billing::DOMAINS_GET;
    let list = &funnelflux_contract::operations::ledger::TRAFFICSOURCE_LIST;
    client.call(find).query("idPage", "a/b").send().await.unwrap();
    client.call(get).path_param("id", "x y").send().await.unwrap();
    client.call(list).query("status", "archived").send().await.unwrap();
    assert_eq!(
        seen.lock().unwrap().as_slice(),
        [
            "https://api.funnelflux.pro/api/v2/pages/a%2Fb ",
            "https://api.funnelflux.pro/api/v2/domain/?key=x%20y ",
            "https://api.funnelflux.pro/api/v2/sources/all/?status=paused ",
        ]
    );
    let save = client.call(&SAVE).query("idPage", "p1");
    assert_eq!(save.preview().unwrap().0, Method::PATCH);
    assert!(!save.operation().idempotency().is_safe());
    // Without its id a call about one page would be one about all of them.
    let error = client.call(find).send().await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("{idPage}"), "{error}");
}

#[cfg(feature = "overlay-file")]
#[tokio::test]
async fn an_error_that_contradicts_a_fact_names_its_line() {
    let text = "format = 1\n\n[[fact]]\nof = \"ledger.page.list\"\npath = \"/pages/all\"\n\n[[fact]]\n\
                of = \"ledger.page.*\"\nquery = \"status\"\nname = \"state\"\n\n[[fact]]\n\
                of = \"ledger.page.find-by-id\"\nanswer_in = \"data\"\n\n[[fact]]\n\
                of = \"ledger.page.delete\"\nmethod = \"POST\"\n";
    let overlay = || Overlay::from_toml("p.contract.toml", text).unwrap();
    let answered = |status: u16, body: &'static str| {
        let answer = move || http::Response::builder().status(status).body(body.into());
        let server = Server::new(move |_, _| Ok(answer().unwrap()));
        client(&server).overlay(overlay()).build().unwrap()
    };
    use funnelflux_contract::operations::ledger;
    let error = answered(404, "{}").call(&ledger::PAGE_LIST).send().await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("p.contract.toml, line 3 says the path /pages/all"), "{said}");
    let refused = answered(400, r#"{"error":{"message":"unknown parameter state"}}"#);
    let call = refused.call(&ledger::PAGE_LIST).query("status", "active");
    let said = call.send().await.unwrap_err().to_string();
    assert!(said.contains("p.contract.toml, line 7 says the parameter \"state\""), "{said}");
    let no = answered(200, r#"{"success":false,"message":"unknown parameter state"}"#);
    let said = no.call(&ledger::PAGE_DELETE).query("idPage", "x").send().await.unwrap_err();
    assert!(said.to_string().contains("p.contract.toml, line 7 says"), "{said}");
    let gone = answered(405, "{}");
    let said = gone.call(&ledger::PAGE_DELETE).query("idPage", "x").send().await.unwrap_err();
    assert!(said.to_string().contains("p.contract.toml, line 16 says the method"), "{said}");
    let bare = answered(200, r#"{"idPage":"x"}"#);
    let error = bare.call(&ledger::PAGE_FIND_BY_ID).query("idPage", "x").send().await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("line 12"), "{error}");
    // Another failure says nothing about the facts.
    let other = answered(403, "{}").call(&ledger::PAGE_LIST).send().await.unwrap_err();
    assert!(!other.to_string().contains("p.contract.toml"), "{other}");
}
