//! No token reaches stdout or stderr, at any verbosity.

use crate::support::{DRILLDOWN, Ffx, Handmade, Outcome, Reply};

/// At least as long as real tokens.
const ACCESS: &str = "canary-access-7f3a9d1c5b2e8f6a4d0c";
const REFRESH: &str = "canary-refresh-91bc27e60fd84a3b9c15";
const RENEWED: &str = "canary-renewed-d20e6b8c31f94a7e5d02";

#[track_caller]
fn assert_silent(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn tokens_are_never_shown() {
    let server = Handmade::serve(|seen, _| {
        if seen.line.contains("/auth/validate") {
            return Reply::Json(200, format!(r#"{{"tokens":{{"access_token":"{RENEWED}"}}}}"#));
        }
        // A server that repeats what it was sent.
        let body = format!(r#"{{"message":"no: Bearer {ACCESS}","access_token":"{RENEWED}"}}"#);
        Reply::Json(if seen.has_bearer(RENEWED) { 500 } else { 401 }, body)
    });
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    let tokens = format!(r#"{{"access_token":"{ACCESS}","refresh_token":"{REFRESH}"}}"#);
    assert_silent(&ffx.run_with(&["auth", "login", "--stdin", "-vvv"], &tokens).done());
    assert_silent(&ffx.run(&["auth", "status", "-vvv"]).done());
    assert_silent(&ffx.run(&["auth", "status", "-o", "json"]).done());
    assert_silent(&ffx.run(&[&DRILLDOWN[..], &["-vvv"]].concat()).failed(1, &["500"]));
    assert_silent(&ffx.run(&["api", "GET", "/x", "-vvv"]).failed(1, &["500"]));
    assert_silent(&ffx.run(&["auth", "logout", "-vvv"]).done());

    let from_environment = Ffx::new()
        .with("FUNNELFLUX_BASE_URL", &server.base_url)
        .with("FUNNELFLUX_ACCESS_TOKEN", ACCESS)
        .with("FUNNELFLUX_REFRESH_TOKEN", REFRESH);
    assert_silent(&from_environment.run(&["report", "attributes", "-vvv"]).failed(1, &["500"]));
    assert_silent(&from_environment.run(&["auth", "status", "-vvv"]).done());
    assert_silent(&from_environment.run(&["--help"]).done());
}

#[test]
fn what_a_raw_login_sends_is_not_shown_though_the_server_says_it_back() {
    const PASSWORD: &str = "canary horse/battery & staple";
    const SPELLED: &str = "canary%20horse%2Fbattery%20%26%20staple";
    let body = format!(r#"{{"login":"canary@example.com","pass":["{PASSWORD}"]}}"#);
    let member = |name: &str| format!(r#"{{"a":{{"{name}":"{PASSWORD}"}}}}"#);
    let number = r#"{"login":"me","pin":777700001111}"#;
    for (path, query, body) in [
        ("auth/login", "", body.as_str()),
        ("/auth/login", "", &body),
        ("/auth/login/", "", &body),
        ("/auth/login?x=1", "", &body),
        ("/auth/login", "", number),
        (&format!("/auth/login?user=me&pw={SPELLED}"), "", "{}"),
        ("/auth/login?pw=canary+horse", "", "{}"),
        ("/auth/login", &format!("pw={PASSWORD}"), "{}"),
        ("/session/new", "", &body),
        ("/users", "", &member("password")),
        ("/users", "", &member("newPassword")),
        ("/users", "", &member("PASSWORD")),
        ("/users", "", &member("hmacSecret")),
        (&format!("/users?password={SPELLED}"), "", "{}"),
        ("/users", &format!("client_secret={PASSWORD}"), "{}"),
    ] {
        for (status, code) in [(400, 1), (401, 3), (500, 4), (200, 1)] {
            let server = Handmade::serve(move |seen, _| {
                let line = seen.line.split(' ').nth(1).unwrap().to_owned();
                let said = format!("no: {line} {}", seen.body);
                let plain = percent_decoded(&said);
                let answer =
                    serde_json::json!({ "success": false, "message": said, "error": plain });
                Reply::Json(status, answer.to_string())
            });
            let ffx = Ffx::against(&server.base_url);
            let settings = "[paths]\n\"auth.login\" = \"/session/new\"\n";
            ffx.write("profiles/default.toml", settings);
            let file = ffx.write("body.json", body);
            let mut call = vec!["api", "POST", path, "--body", file.to_str().unwrap(), "-vvv"];
            if !query.is_empty() {
                call.extend(["-Q", query]);
            }
            let outcome = ffx.run(&call);
            assert!([code, 1].contains(&outcome.code), "{path} {status}: {}", outcome.stderr);
            let sent = &server.seen()[0];
            assert!(sent.body == body && sent.line.contains(path), "{sent:?}");
            for word in ["canary", "horse", "77770000"] {
                assert!(!outcome.stderr.contains(word), "{path} {query}: {}", outcome.stderr);
            }
        }
    }
    // A wrong path is refused without its query.
    for wrong in
        ["https://a.example/auth/login?pw=canary", "/v1/auth/login?pw=canary", "/a?x#canary"]
    {
        let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
        assert_silent(&ffx.run(&["api", "POST", wrong]).failed(2, &["PATH: got `"]));
    }
    // A value under a harmless name is shown.
    let server = Handmade::serve(|_, _| Reply::Json(400, r#"{"message":"no summertime"}"#.into()));
    let call = ["api", "GET", "/users?name=summertime", "-Q", "key=summertime"];
    Ffx::against(&server.base_url).run(&call).failed(1, &["no summertime"]);
}

fn percent_decoded(text: &str) -> String {
    text.replace("%20", " ").replace("%2F", "/").replace("%26", "&").replace('+', " ")
}

#[test]
fn a_preview_shows_secrets_as_the_server_does() {
    let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token-of-the-test");
    for (kind, object, others) in [
        (
            "middleware-configs",
            r#"{"middlewareConfigName":"x","destination":{"url":"https://a.example","hasHmacSecret":true,
                "hmacSecret":"canary","basicAuth":{"username":"u","password":"canary"}}}"#,
            &["********", "\"username\":\"u\"", "\"hasHmacSecret\":true"][..],
        ),
        (
            "funnels",
            r#"{"funnelName":"x","idFunnelGroup":"2nIemJxCKbFX","nodes":[{"idNode":"2nIemJxCKbFY","secret":"",
                "nodeMiddlewareRefParams":{"destinationOverrides":{"hmacSecret":["canary"]}}}]}"#,
            &["********", "\"secret\":\"\""],
        ),
    ] {
        let file = ffx.write("object.json", object);
        let create = [kind, "create", "--dry-run", "-f", file.to_str().unwrap()];
        for more in [&[][..], &["-o=json"]] {
            let told = ffx.run(&[&create[..], more].concat());
            assert_silent(&told);
            assert!(
                others.iter().all(|it| told.stdout.replace(' ', "").contains(it)),
                "{}{}",
                told.stdout,
                told.stderr
            );
        }
    }
}
