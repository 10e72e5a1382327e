//! Runs under rate limits, with expired tokens, and in several processes.

use funnelflux::emulator::{Emulator, ExpiredStatus, Rotation};

use crate::support::{DRILLDOWN, Ffx, Handmade, PRODUCTION_SHAPED, Reply, serve};

#[test]
fn a_429_is_waited_for_as_long_as_it_asks() {
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::With(429, "retry-after: 1", "{}".into()),
        _ => Reply::Json(200, PRODUCTION_SHAPED.into()),
    });
    let outcome = Ffx::against(&server.base_url).run(&[&DRILLDOWN[..], &["-v"]].concat()).done();
    assert_eq!(outcome.stdout.lines().count(), 4);
    assert_eq!(server.seen().len(), 2);
    assert!(outcome.stderr.contains("next attempt in 1."), "{}", outcome.stderr);
}

/// Refuses the token `old` with this status, renews it to `new`, and reports for that.
fn with_expired_token(status: u16) -> Handmade {
    Handmade::serve(move |seen, _| {
        if seen.line.contains("/auth/validate") {
            assert_eq!(seen.json()["refresh_token"], "refresh");
            let tokens =
                r#"{"access_token":"new","refresh_token":"refresh-2","expires_at":4102444800}"#;
            return Reply::Json(200, format!(r#"{{"tokens":{tokens},"user":{{"user_id":"u"}}}}"#));
        }
        if seen.has_bearer("new") {
            Reply::Json(200, PRODUCTION_SHAPED.into())
        } else {
            Reply::Json(status, r#"{"code":0,"message":"expired"}"#.into())
        }
    })
}

#[test]
fn an_expired_token_is_renewed_once_for_401_and_400() {
    for status in [401, 400] {
        let server = with_expired_token(status);
        let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
        ffx.login(r#"{"access_token":"old","refresh_token":"refresh"}"#);
        let outcome = ffx.run(&DRILLDOWN).done();
        assert_eq!(outcome.stdout.lines().count(), 4);
        let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
        assert_eq!(asked.len(), 3, "{asked:?}");
        assert!(asked[1].contains("/auth/validate"), "{asked:?}");
        // The next run uses the renewed tokens.
        ffx.run(&DRILLDOWN).done();
        assert_eq!(server.seen().len(), 4);
        let stored = std::fs::read_to_string(ffx.path("tokens/default.json")).unwrap();
        assert!(stored.contains("refresh-2"), "the new refresh token is kept");
    }
}

#[test]
fn a_token_that_is_known_to_have_expired_is_renewed_before_it_is_used() {
    let server = with_expired_token(400);
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    ffx.login(r#"{"access_token":"old","refresh_token":"refresh","expires_at":1700000000}"#);
    ffx.run(&DRILLDOWN).done();
    let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].contains("/auth/validate"), "{asked:?}");
}

#[test]
fn processes_that_share_a_profile_renew_its_token_once() {
    let ways = [
        (ExpiredStatus::Unauthorized, ""),
        (ExpiredStatus::BadRequest, ""),
        (ExpiredStatus::Unauthorized, r#","expires_at":1700000000"#),
    ];
    for (status, expiry) in ways {
        // A refresh token that is presented twice is dead: a second refresh would fail the run.
        let served = serve(Emulator::builder().expired_status(status).rotation(Rotation::Rotate));
        let emulator = &served.emulator;
        let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", emulator.base_url());
        let (access, refresh) = (emulator.access_token(), emulator.refresh_token());
        ffx.login(&format!(r#"{{"access_token":"{access}","refresh_token":"{refresh}"{expiry}}}"#));
        emulator.expire_access_tokens();
        let children: Vec<_> = (0..4).map(|_| ffx.spawn(&DRILLDOWN)).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.success(), "{stderr}");
        }
        assert_eq!(emulator.calls().of("auth.validate"), 1, "{status:?} {expiry}");
        assert_eq!(emulator.refreshes(), 1);
    }
}

#[test]
fn a_refused_refresh_means_authorise_again() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    served.emulator.expire_access_tokens();
    served.emulator.revoke_refresh_tokens();
    let mut arguments = DRILLDOWN;
    arguments[7] = "json";
    let outcome = ffx.run(&arguments).failed(3, &[]);
    let error = outcome.error();
    assert_eq!((&error["kind"], &error["exit_code"]), (&"authorise".into(), &3.into()));
    assert!(error["hint"].as_str().unwrap().contains("ffx auth login"), "{error}");
    assert_eq!(served.emulator.calls().of("auth.validate"), 1);
}

#[test]
fn with_output_json_an_error_is_one_json_object() {
    let ffx = Ffx::new();
    let error = ffx.run(&["-o", "json", "report", "drilldown"]).failed(2, &[]).error();
    assert_eq!(error["kind"], "usage");
    let error = ffx.run(&["report", "attributes", "-o", "ndjson"]).failed(3, &[]).error();
    assert_eq!(error["kind"], "authorise");
    let server = Handmade::serve(|_, _| Reply::With(500, "x-request-id: r-1", "{}".into()));
    let error = Ffx::against(&server.base_url).run(&["report", "attributes", "-o", "json"]);
    let error = error.failed(1, &[]).error();
    assert_eq!(error["status"], 500);
    assert_eq!(error["operation"], "reporting.attributes");
    assert_eq!(error["request_id"], "r-1");
    assert_eq!(error["attempts"], 3);
}

#[test]
fn a_wrong_argument_is_named_in_json() {
    let outcome = Ffx::new().run(&["domains", "get", "-o", "json"]).failed(2, &[]);
    let message = outcome.error()["message"].to_string();
    assert!(message.contains("required arguments") && message.contains("<ID>"), "{message}");
}

const IDS: [&str; 3] = ["2nIemJxCKbFX", "2n5JuOKWLTzd", "2nIemJxCKbFY"];

#[test]
fn work_on_several_objects_waits_for_a_throttled_account_until_patience_ends() {
    // More refusals than a single call has attempts.
    let server = Handmade::serve(|_, before| match before {
        0..5 => Reply::With(429, "retry-after: 0", "{}".into()),
        _ => Reply::Json(200, "{}".into()),
    });
    let archive = [&["funnels", "archive"], &IDS[..]].concat();
    let outcome = Ffx::against(&server.base_url).run(&archive).done();
    assert!(outcome.stdout.matches("archived").count() >= 3, "{}", outcome.stdout);
    assert_eq!(server.seen().len(), 8, "five refused, and each object once");

    let server = Handmade::serve(|_, _| Reply::With(429, "retry-after: 0", "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let impatient = [&archive[..], &["--patience", "1s"]].concat();
    let outcome = ffx.run(&impatient).failed(1, &["3 of 3 funnels were not archived", "429"]);
    assert!(outcome.stderr.contains("--patience"), "{}", outcome.stderr);
    for wrong in ["soon", "5 m", "-1s", "1.5h", "m", "10d", "1m30s"] {
        let outcome = ffx.run(&[&archive[..], &[&format!("--patience={wrong}")]].concat());
        outcome.failed(2, &["--patience", "such as 90s, 10m or 2h"]);
    }
    let before = server.seen().len();
    for wrong in
        ["1.5s", "3", "00", "", " ", "5S", "8761h", "31536001s", "18446744073709551616s", "1ms"]
    {
        let outcome = ffx.run(&[&archive[..], &["--patience", wrong]].concat());
        outcome.failed(2, &["--patience", "such as 90s, 10m or 2h, up to 8760h; or 0"]);
    }
    assert_eq!(server.seen().len(), before);
    for right in ["8760h", "525600m", "31536000s", "1s"] {
        ffx.run(&["offer-sources", "members", "--patience", right]).done();
    }
}

#[test]
fn no_patience_is_no_waiting() {
    let costs = "date,funnel,traffic_source,cost\n2026-03-01,2nIemJxCKbFX,2nIemJxCKbFY,1.50\n";
    for command in [
        &["funnels", "archive", IDS[0], IDS[1]][..],
        &["offer-sources", "delete", "--yes", IDS[0], IDS[1]],
        &["offer-sources", "update", IDS[0], IDS[1], "--set", "offerSourceName=x"],
        &["pages", "get", IDS[0], IDS[1]],
        &["offer-sources", "create", "-f", "-"],
        &["costs", "push", "-", "--tz=UTC", "--everything", "--unchecked-ids", "--yes"],
    ] {
        for zero in ["--patience=0", "--patience=0s", "--patience=0h"] {
            let server = Handmade::serve(|_, _| Reply::With(429, "retry-after: 3600", "{}".into()));
            let ffx = Ffx::against(&server.base_url);
            let input = match command[1] {
                "push" => costs,
                "create" => "[{\"offerSourceName\":\"a\"},{\"offerSourceName\":\"b\"}]",
                _ => "",
            };
            ffx.run_with(&[command, &[zero]].concat(), input).failed(1, &["--patience"]);
            let seen = server.seen();
            let lines: std::collections::BTreeSet<_> =
                seen.iter().map(|seen| (&seen.line, &seen.body)).collect();
            assert_eq!(seen.len(), lines.len(), "{command:?}: each request once");
        }
    }
    let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
    ffx.run(&["doctor", "--patience=0"]).failed(2, &["--patience: got 0", "such as 5s"]);
}

#[test]
fn the_next_command_begins_at_the_rate_that_the_last_one_learned() {
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::With(429, "retry-after: 0", "{}".into()),
        _ => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let archive = [&["funnels", "archive", "-v"], &IDS[..]].concat();
    let first = ffx.run(&archive).done();
    assert!(first.stderr.contains("the rate limit is now"), "{}", first.stderr);
    let file = ffx.path("state/rate-default.json");
    let learned: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(learned["per_second"].as_f64().unwrap() < 20.0, "{learned}");
    // Each request waits for its slot.
    std::fs::write(&file, learned.to_string().replace(&learned["per_second"].to_string(), "3.0"))
        .unwrap();
    let second = ffx.run(&archive).done();
    assert!(second.stderr.contains("by the rate limit"), "{}", second.stderr);
}
