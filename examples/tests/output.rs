//! Each example runs and prints what it promises.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::Path;
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
fn the_middleware_per_attempt_sees_the_retry_and_the_one_per_call_does_not() {
    let lines = lines(env!("CARGO_BIN_EXE_custom_middleware"));
    let of = |place: &str| lines.iter().filter(|line| line.starts_with(place)).count();
    // A line before the answer and one after it; both attempts have the header of the call's layer.
    assert_eq!((of("call "), of("attempt ")), (2, 4), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.contains("media-buying")).count(), 3);
    assert!(lines[2].ends_with("← 503 Service Unavailable"), "{lines:#?}");
    assert!(lines[6].ends_with("attributes after 2 attempts"), "{lines:#?}");
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

#[test]
fn every_example_is_short_and_says_how_it_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut programs, checked) = (0, include_str!("output.rs"));
    for (folder, command) in [
        ("src/bin", "run -p funnelflux-examples --bin"),
        ("tests", "test -p funnelflux-examples --test"),
    ] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if path.extension().is_none_or(|it| it != "rs") || name == "output" {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(&format!("//! cargo {command} {name}\n")), "{name}: its command");
            assert!(text.lines().count() <= 80, "{name}: over 80 lines");
            let is_run = folder == "tests" || checked.contains(&format!("CARGO_BIN_EXE_{name}"));
            assert!(is_run, "{name}: no test checks what it prints");
            programs += 1;
        }
    }
    assert!(programs >= 8, "{programs} examples");
}
