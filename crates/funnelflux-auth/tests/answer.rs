#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! The answer of the token endpoint.

use std::time::{Duration, SystemTime};

use funnelflux_auth::Session;
use funnelflux_transport::Secret;

fn read(json: &str) -> Result<Session, serde_json::Error> {
    serde_json::from_str(json)
}

fn expiring(expires_at: &str) -> Result<Session, serde_json::Error> {
    read(&format!(r#"{{"tokens":{{"access_token":"s3cret","expires_at":{expires_at}}}}}"#))
}

#[test]
fn an_answer_as_in_production_is_read() {
    let answer = read(
        r#"{"tokens":{"access_token":"new","refresh_token":"keep","expires_at":1697120000},
            "user":{"user_id":"auth0|1","email":"a@example.com"},"plan":{"name":"pro"}}"#,
    )
    .unwrap();
    assert_eq!(answer.user_id.as_deref(), Some("auth0|1"));
    let tokens = answer.tokens;
    assert_eq!(tokens.access_token.expose(), "new");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "keep");
    let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_697_120_000);
    assert_eq!(tokens.expires_at, Some(expected));
}

#[test]
fn seconds_and_milliseconds_are_told_apart() {
    let at = |millis| Some(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
    for (text, expected) in [
        ("1697120000", at(1_697_120_000_000)),
        ("1697120000123", at(1_697_120_000_123)),
        ("\"1697120000\"", at(1_697_120_000_000)),
        ("\" 1697120000123 \"", at(1_697_120_000_123)),
        ("1697120000.0", at(1_697_120_000_000)),
        ("\"1697120000.5\"", at(1_697_120_000_000)),
        ("100000000000", at(100_000_000_000_000)),
        ("100000000001", at(100_000_000_001)),
        ("0", at(0)),
        ("null", None),
    ] {
        assert_eq!(expiring(text).unwrap().tokens.expires_at, expected, "{text}");
    }
}

#[test]
fn an_expiry_that_cannot_be_read_does_not_cost_the_tokens() {
    for odd in [
        "\"soon\"",
        "\"2033-01-01T00:00:00Z\"",
        "true",
        "[]",
        "-5",
        "\"99999999999999999999999999\"",
        "1e300",
    ] {
        let tokens = expiring(odd).unwrap().tokens;
        assert_eq!((tokens.access_token.expose(), tokens.expires_at), ("s3cret", None), "{odd}");
    }
}

#[test]
fn a_refresh_token_may_be_missing() {
    for refresh in ["", r#","refresh_token":null"#, r#","refresh_token":"""#] {
        let answer = read(&format!(r#"{{"tokens":{{"access_token":"a"{refresh}}}}}"#)).unwrap();
        assert_eq!(answer.tokens.refresh_token, None);
        assert_eq!(answer.user_id, None);
    }
}

#[test]
fn whatever_the_shape_no_message_shows_a_token() {
    for (json, why) in [
        (r#""s3cret""#, "tokens.access_token: got nothing or null"),
        (r#"{"tokens":"s3cret"}"#, "tokens.access_token: got nothing or null"),
        (r#"{"tokens":{"access_token":{"s3cret":1}}}"#, "got an object; expected a string"),
        (r#"{"tokens":{"access_token":""}}"#, "got an empty string; expected the token"),
        (r#"{"tokens":{"access_token":"s3cret","refresh_token":5}}"#, "got a number"),
        (r#"["s3cret"]"#, "got nothing or null"),
        (r#"{"tokens":{"access_token":"s3cret"#, "EOF"),
    ] {
        let error = format!("{0} {0:?}", read(json).unwrap_err());
        assert!(error.contains(why), "{json}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    let answer = expiring("1").unwrap();
    let shown = format!("{answer:?} {:?}", answer.tokens.access_token);
    assert!(!shown.contains("s3cret"), "{shown}");
}

static_assertions::assert_impl_all!(Session: Send, Sync);
static_assertions::assert_not_impl_any!(Secret: std::fmt::Display, serde::Serialize);
