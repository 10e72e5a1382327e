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
