//! `ffx api`.

use crate::support::{Ffx, Handmade, Reply};

#[test]
fn the_answer_is_printed_byte_for_byte_and_indented_without_respelling() {
    let server = Handmade::serve(|_, _| Reply::Json(200, r#"{"b": 1.50,"a":1e3}"#.into()));
    let ffx = Ffx::against(&server.base_url);
    let call = ["api", "get", "trafficsource/list", "-Q", "status=a b&c", "-Q", "idCategory="];
    let plain = ffx.run(&call).done();
    assert_eq!((plain.stdout.as_str(), plain.stderr.as_str()), (r#"{"b": 1.50,"a":1e3}"#, ""));
    let pretty = ffx.run(&[&["-o", "json"], &call[..]].concat()).done();
    assert_eq!(pretty.stdout, "{\n  \"b\": 1.50,\n  \"a\": 1e3\n}\n");
    let asked = server.seen();
    assert_eq!(asked[0].line, "GET /v1/trafficsource/list?status=a%20b%26c&idCategory= HTTP/1.1");
}

#[test]
fn a_body_is_sent_as_it_is_from_a_file_or_stdin() {
    let server = Handmade::serve(|_, _| Reply::Json(200, String::new()));
    let ffx = Ffx::against(&server.base_url);
    let body = "{\"cost\": \"1.50\",\n \"big\": 12345678901234567890}";
    ffx.run_with(&["api", "PUT", "/reporting/update/cost", "--body", "-"], body).done();
    let file = ffx.write("body.json", body);
    let file = file.to_str().unwrap();
    ffx.run(&["api", "PUT", "/reporting/update/cost", "--body", file]).done();
    let sent: Vec<String> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(sent, [body, body]);
    let wrong = ["api", "PUT", "/reporting/update/cost", "--body", "-"];
    ffx.run_with(&wrong, "{cost: 1}").failed(2, &["is not JSON (line 1, column 2)"]);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_write_whose_answer_was_lost_is_sent_once_and_is_ambiguous() {
    for path in ["/reporting/update/conversions", "/reporting/update/cost", "/something/else"] {
        let server = Handmade::serve(|_, _| Reply::Nothing);
        let ffx = Ffx::against(&server.base_url);
        let call = ["api", "PUT", path, "--body", "-", "-o", "json"];
        let outcome = ffx.run_with(&call, r#"{"hits":[{"idHit":"h1"}]}"#).failed(4, &[]);
        let error = outcome.error();
        assert_eq!((&error["kind"], &error["exit_code"]), (&"fate_unknown".into(), &4.into()));
        assert!(error["hint"].as_str().unwrap().contains("check whether it was done"), "{error}");
        assert_eq!(server.seen().len(), 1, "{path}");
    }
}

#[test]
fn a_read_whose_answer_was_lost_is_repeated_even_if_it_is_a_post() {
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Nothing,
        _ => Reply::Json(200, r#"{"rows":[]}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let call = ["api", "POST", "/reporting/drilldown", "--body", "-"];
    assert_eq!(ffx.run_with(&call, "{}").done().stdout, r#"{"rows":[]}"#);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn an_overridden_path_keeps_the_operations_rules() {
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Nothing,
        _ => Reply::Json(200, "[]".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    ffx.write("profiles/default.toml", "[paths]\n\"reporting.drilldown\" = \"/reports/new\"\n");
    ffx.run_with(&["api", "POST", "reports/new?x=1", "--body", "-"], "{}").done();
    assert_eq!(server.seen()[1].line, "POST /v1/reports/new?x=1 HTTP/1.1");
    // A path given on the command line is never replaced.
    ffx.run_with(&["api", "POST", "/reporting/drilldown", "--body", "-"], "{}").done();
    assert_eq!(server.seen()[2].line, "POST /v1/reporting/drilldown HTTP/1.1");
}

#[test]
fn success_false_in_a_normal_answer_is_a_failure() {
    let answer = r#"{"success":false,"error_code":"DOMAIN_EXISTS","error_message":"taken"}"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, answer.into()));
    let call = ["api", "POST", "/billing/domains", "--body", "-"];
    let outcome = Ffx::against(&server.base_url).run_with(&call, r#"{"domain":"a.example"}"#);
    let outcome = outcome.failed(1, &["`success: false`", "DOMAIN_EXISTS; taken"]);
    assert_eq!(outcome.stdout, answer);
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_sent() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::against(&server.base_url);
    ffx.run(&["api", "GET", "https://api.funnelflux.pro/v1/x"]).failed(2, &["below the base URL"]);
    ffx.run(&["api", "GET", "/v1/trafficsource/list"]).failed(2, &["try /trafficsource/list"]);
    ffx.run(&["api", "GET", "/x", "-Q", "novalue"])
        .failed(2, &["--query", "novalue", "expected NAME=VALUE"]);
    ffx.run(&["api", "G E T", "/x"]).failed(2, &["METHOD"]);
    ffx.run(&["api", "GET", "/x", "-o", "csv"]).failed(2, &["-o json"]);
    let elsewhere = ["--base-url", "http://example.com/v1", "api", "GET", "/x"];
    ffx.run(&elsewhere).failed(2, &["plain http is for loopback"]);
    ffx.run(&["--emulator", "--base-url", "http://127.0.0.1:1/v1", "api", "GET", "/x"])
        .failed(2, &["exclude each other"]);
    assert!(server.seen().is_empty());
}

#[test]
fn the_hint_of_a_404_says_that_the_path_is_a_guess() {
    let server = Handmade::serve(|_, _| Reply::Json(404, "{}".into()));
    let outcome = Ffx::against(&server.base_url).run(&["api", "GET", "/page/list"]);
    outcome.failed(1, &["404", "is a guess", "\"ledger.page.list\""]);
}

#[test]
fn a_body_that_is_not_utf8_is_refused_before_it_is_sent() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.path("body.json");
    std::fs::write(&file, b"{\"a\": \"caf\xe9\"}").unwrap();
    let put = ["api", "PUT", "/x/save", "--body", file.to_str().unwrap()];
    ffx.run(&put).failed(2, &["not UTF-8", "nothing was sent"]);
    assert!(server.seen().is_empty());
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf8_is_wrong_usage() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut command = Ffx::new().command(&["api", "GET", "-o", "json"]);
    command.arg(std::ffi::OsStr::from_bytes(b"/caf\xe9")).arg("--nonsense");
    let outcome = crate::support::Outcome::from(command.output().unwrap()).failed(2, &[]);
    assert_eq!(outcome.error()["kind"], "usage");
}
