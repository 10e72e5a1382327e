//! What an answer to a token request means: new tokens, a refusal of the grant, or nothing certain.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use funnelflux_auth::AuthClient;
use funnelflux_transport::{Body, Client, Error, Secret};
use http::{Request, Response};

/// Asks a server that answers like this for new tokens. Gives the error, and how often it was asked.
async fn refreshed(status: u16, body: Vec<u8>) -> (Error, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let server = tower::service_fn(move |_: Request<Body>| {
        count.fetch_add(1, Ordering::Relaxed);
        let answer = Response::builder().status(status).body(Body::from(body.clone()));
        ready(Ok::<_, Error>(answer.unwrap()))
    });
    let client = AuthClient::new(Client::builder().transport(server).build().unwrap());
    let (old, refresh) = (Secret::new("s3cret"), Secret::new("gr4nt"));
    let error = client.validate(&old, Some(&refresh)).await.unwrap_err();
    (error, asked.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn a_no_in_any_form_is_a_refused_grant() {
    for (status, body) in [
        (401, ""),
        (400, r#"{"error":"x"}"#),
        (403, "{}"),
        (200, r#"{"error":"invalid_grant","error_description":"revoked"}"#),
        (200, r#"{"error":"invalid_grant"}"#),
        (200, r#"{"error":{"code":400,"message":"revoked"}}"#),
        (200, r#"{"success":false}"#),
        (200, r#"{"success":"false","message":"revoked"}"#),
        (200, r#"{"status":"error","message":"revoked"}"#),
        (200, r#"{"errors":["revoked"]}"#),
        (201, r#"{"code":401,"message":"revoked"}"#),
        (200, r#"[{"error":{"code":400,"message":"revoked"}}]"#),
    ] {
        let (error, asked) = refreshed(status, body.into()).await;
        assert!(error.needs_authorisation() && !error.is_ambiguous(), "{status} {body}: {error}");
        assert_eq!(asked, 1, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_no_refusal_and_the_grant_is_presented_once() {
    let tokens = r#"{"tokens":{"access_token":"n3w"}}"#;
    for (what, status, body) in [
        ("a page", 200, b"<html>log in</html>".to_vec()),
        ("a cut answer", 200, tokens.as_bytes().iter().take(20).copied().collect()),
        ("Latin-1", 200, b"{\"tokens\":\"\xe9\"}".to_vec()),
        ("UTF-16", 200, tokens.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("more than 1 MiB", 200, format!("{tokens}{}", " ".repeat(1 << 20)).into_bytes()),
        ("2 MiB of zeros", 200, vec![0; 2 << 20]),
        ("nested without end", 200, vec![b'['; 10_000]),
        ("two answers", 200, tokens.repeat(2).into_bytes()),
        ("another protocol", 101, Vec::new()),
        ("see other", 303, Vec::new()),
        ("a broken server", 500, tokens.into()),
        ("a gateway", 504, Vec::new()),
    ] {
        let (error, asked) = refreshed(status, body).await;
        assert!(error.is_ambiguous() && !error.needs_authorisation(), "{what}: {error}");
        assert_eq!(asked, 1, "{what}");
        let text = format!("{error} {error:?} {}", error.support_report());
        assert!(!text.contains("n3w") && !text.contains("gr4nt") && !text.contains("s3cret"));
    }
}
