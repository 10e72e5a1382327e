//! Each example runs and prints what it promises.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::process::Command;

/// What a program prints, and that it ended well.
fn printed(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn lines(program: &str) -> Vec<String> {
    printed(program).lines().map(str::to_owned).collect()
}

#[test]
fn the_cache_layer_asks_the_server_once() {
    let lines = lines(env!("CARGO_BIN_EXE_cache_layer"));
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert!(lines[0].ends_with("attributes from the server"), "{lines:#?}");
    assert!(lines[1..].iter().all(|line| line.ends_with("from the cache")), "{lines:#?}");
}

#[test]
fn the_signer_signs_the_second_attempt_anew() {
    let lines = lines(env!("CARGO_BIN_EXE_signer"));
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert!(lines[0].starts_with("attempt 1: ") && lines[2].starts_with("attempt 2: "));
    let signatures = [&lines[1], &lines[3]].map(|line| line.trim().strip_prefix("x-signature: "));
    assert!(signatures.iter().all(|it| it.is_some_and(|it| it.len() == 64)), "{lines:#?}");
    assert_ne!(signatures[0], signatures[1]);
    assert!(lines[4].ends_with("rows after 2 attempts"), "{lines:#?}");
}

#[test]
fn the_circuit_breaker_turns_the_fourth_call_away() {
    let lines = lines(env!("CARGO_BIN_EXE_circuit_breaker"));
    assert_eq!(lines.len(), 6, "{lines:#?}");
    assert!(lines[..3].iter().all(|line| line.contains("500")), "{lines:#?}");
    assert!(lines[3].starts_with("call 4: turned away") && lines[3].contains("circuit is open"));
    assert!(lines[5].starts_with("call 5: ") && lines[5].ends_with("attributes"), "{lines:#?}");
}

#[test]
fn the_metrics_show_the_call_its_refresh_and_three_attempts() {
    let text = printed(env!("CARGO_BIN_EXE_metrics"));
    let spans = |name: &str| text.matches(&format!("Name         : {name}\n")).count();
    assert_eq!(spans("reporting.attributes"), 1, "{text}");
    assert_eq!(spans("auth.validate"), 1, "{text}");
    assert_eq!(spans("GET /reporting/attributes"), 3, "{text}");
    for number in [
        "http.response.status_code: I64(503)",
        "http.response.status_code: I64(200)",
        "http.request.resend_count: I64(2)",
        "funnelflux.attempts: I64(3)",
        "server.port: I64(",
        "delay_ms: I64(",
    ] {
        assert!(text.contains(number), "{number} is missing in {text}");
    }
    assert!(text.contains("funnelflux.retries") && text.contains("funnelflux.calls"), "{text}");
    assert!(text.ends_with("attributes after 3 attempts\n"), "{text}");
}

#[test]
fn the_web_service_answers_two_days_and_refuses_a_wrong_one() {
    let lines = lines(env!("CARGO_BIN_EXE_web_service"));
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for line in &lines[..2] {
        assert!(line.contains("HTTP/1.1 200 OK: "), "{lines:#?}");
    }
    assert!(lines[2].starts_with("yesterday: HTTP/1.1 400 Bad Request: "), "{lines:#?}");
}
