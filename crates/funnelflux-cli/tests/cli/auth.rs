//! `ffx auth`. Only a login with a password makes a call.

use crate::support::{Ffx, Handmade, Reply};

#[test]
fn tokens_are_readable_by_their_owner_only_shown_by_status_and_deleted_by_logout() {
    let ffx = Ffx::new();
    ffx.run(&["auth", "status"]).failed(3, &["not logged in", "auth login"]);
    let json = r#"{"access_token":"a-token","refresh_token":"r-token","expires_at":4102444800}"#;
    let login = ffx.run_with(&["auth", "login", "--stdin"], json).done();
    assert!(login.stderr.contains("tokens/default.json"), "{}", login.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(ffx.path("tokens/default.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let status = ffx.run(&["auth", "status", "-o", "json"]).done().json();
    assert_eq!(status["profile"], "default");
    assert_eq!(status["source"], "file");
    assert_eq!(status["expires_at"], "2100-01-01T00:00:00Z");
    assert_eq!(status["expired"], false);
    assert_eq!(status["has_refresh_token"], true);

    ffx.run(&["auth", "logout"]).done();
    assert!(!ffx.path("tokens/default.json").exists());
    let status = ffx.run(&["auth", "status", "-o", "json"]).failed(3, &[]).json();
    assert_eq!((&status["logged_in"], &status["source"]), (&false.into(), &"none".into()));
    ffx.run(&["auth", "logout"]).done();
}

#[test]
fn an_invalid_token_is_refused_and_not_stored() {
    let ffx = Ffx::new();
    let login = &["auth", "login", "--stdin"];
    for bad in ["", "{}", r#"{"access_token":""}"#, r#"{"access_token":"two words"}"#, "a-token"] {
        let outcome = ffx.run_with(login, bad).failed(2, &["error: "]);
        assert!(!outcome.stderr.contains("two words"), "{}", outcome.stderr);
        assert!(!ffx.path("tokens").join("default.json").exists(), "{bad}");
    }
    // The prompts need a terminal.
    #[cfg(unix)]
    {
        use std::process::{Command, Stdio};
        let program = Command::new("setsid").arg("true").stdin(Stdio::null()).status();
        if program.is_ok_and(|status| status.success()) {
            let command = ffx.command(&["auth", "login"]);
            let mut detached = Command::new("setsid");
            detached.arg("--wait").arg(command.get_program()).args(command.get_args());
            for (name, value) in command.get_envs() {
                match value {
                    Some(value) => detached.env(name, value),
                    None => detached.env_remove(name),
                };
            }
            let output = detached.stdin(Stdio::null()).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{stderr}");
            assert!(stderr.contains("--stdin"), "{stderr}");
        }
    }
}

#[test]
fn an_expired_token_that_cannot_be_renewed_means_authorise_again() {
    let ffx = Ffx::new();
    ffx.login(r#"{"access_token":"a-token","expires_at":1700000000}"#);
    let status = ffx.run(&["auth", "status"]).failed(3, &["no refresh token"]);
    assert!(status.stdout.contains("expired        yes"), "{}", status.stdout);
    ffx.run(&["report", "attributes"]).failed(3, &["no refresh token", "hint: "]);
}

#[test]
fn profiles_have_separate_tokens_and_the_environment_overrides_them() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    ffx.login(r#"{"access_token":"first"}"#);
    let other = r#"{"access_token":"second"}"#;
    ffx.run_with(&["--profile", "client-b", "auth", "login", "--stdin"], other).done();

    ffx.run(&["report", "attributes"]).done();
    ffx.run(&["report", "attributes", "--profile", "client-b"]).done();
    ffx.write("profiles/client-c.toml", "tz = \"UTC\"\n");
    ffx.run(&["report", "attributes", "--profile", "client-c"]).failed(3, &["client-c"]);
    let ffx = ffx.with("FUNNELFLUX_ACCESS_TOKEN", "third");
    ffx.run(&["report", "attributes"]).done();
    let status = ffx.run(&["auth", "status", "-o", "json"]).done().json();
    assert_eq!((&status["source"], &status["expires_at"]), (&"environment".into(), &().into()));

    let sent: Vec<bool> = ["first", "second", "third"]
        .iter()
        .zip(server.seen())
        .map(|(token, seen)| seen.has_bearer(token))
        .collect();
    assert_eq!(sent, [true, true, true]);
}

#[test]
fn a_login_with_a_password_is_sent_unchanged_and_its_tokens_are_stored() {
    let server = Handmade::serve(|seen, _| match seen.body.contains("sesame") {
        true => Reply::Json(200, r#"{"tokens":{"access_token":"a-token"},"user":{}}"#.into()),
        false => Reply::Json(401, r#"{"error":"no"}"#.into()),
    });
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    let login = &["auth", "login", "--legacy"];
    ffx.run_with(login, "[]").failed(2, &["one JSON object"]);
    let refused = ffx.run_with(login, r#"{"password":"wrong-one"}"#).failed(3, &["refused"]);
    assert!(!refused.stderr.contains("wrong-one"), "{}", refused.stderr);
    let server_of_numbers = Handmade::serve(|seen, _| {
        Reply::Json(400, serde_json::json!({ "message": format!("no {}", seen.body) }).to_string())
    });
    let other = Ffx::new().with("FUNNELFLUX_BASE_URL", &server_of_numbers.base_url);
    let refused = other.run_with(login, r#"{"pin":77771111,"pins":[99992222]}"#);
    for pin in ["77771111", "99992222"] {
        assert!(!refused.stderr.contains(pin), "{}", refused.stderr);
    }
    assert!(!ffx.path("tokens/default.json").exists());

    let credentials = r#"{ "email": "me@example.com", "password": "sesame" }"#;
    ffx.run_with(login, credentials).done();
    let seen = server.seen();
    assert_eq!(seen.last().unwrap().line, "POST /v1/auth/login HTTP/1.1");
    assert_eq!(seen.last().unwrap().body, credentials);
    assert!(std::fs::read_to_string(ffx.path("tokens/default.json")).unwrap().contains("a-token"));
}

#[test]
fn stored_tokens_are_sent_only_to_the_api_they_were_stored_for() {
    let own = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let other = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::new();
    let ask = |ffx: &Ffx, server: &Handmade| {
        ffx.run(&["--base-url", &server.base_url, "report", "attributes"])
    };
    let tokens = r#"{"access_token":"a-token","refresh_token":"r-token"}"#;
    let login = |server: &Handmade| {
        ffx.run_with(&["--base-url", &server.base_url, "auth", "login", "--stdin"], tokens).done()
    };
    login(&own);
    ask(&ffx, &own).done();
    let refused = ask(&ffx, &other).failed(2, &[&own.base_url, &other.base_url, "auth login"]);
    assert!(!refused.stderr.contains("a-token"), "{}", refused.stderr);
    ffx.run(&["auth", "status"]).failed(2, &[&own.base_url]);
    ffx.run(&["report", "attributes"]).failed(2, &[&own.base_url, "https://api.funnelflux.pro/v1"]);
    assert_eq!(other.seen().len(), 0);

    // Tokens from the environment are for this run, so they are sent.
    let given = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
    ask(&given, &other).done();
    // A file of an earlier version is not bound until the next login.
    ffx.write("tokens/default.json", tokens);
    ask(&ffx, &other).done();
    login(&other);
    ask(&ffx, &own).failed(2, &[&other.base_url]);
    ffx.run(&["auth", "logout"]).done();
}

#[test]
fn a_renewed_token_stays_bound() {
    let server = Handmade::serve(|seen, _| match seen.line.contains("/auth/validate") {
        true => Reply::Json(200, r#"{"tokens":{"access_token":"new"},"user":{}}"#.into()),
        false => Reply::Json(200, "[]".into()),
    });
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    ffx.login(r#"{"access_token":"old","refresh_token":"r","expires_at":1700000000}"#);
    ffx.run(&["report", "attributes"]).done();
    let stored = std::fs::read_to_string(ffx.path("tokens/default.json")).unwrap();
    assert!(stored.contains("new") && stored.contains(&server.base_url));
}
