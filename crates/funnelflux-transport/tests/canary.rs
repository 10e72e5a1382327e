//! What must never be seen. Alone in its binary: a subscriber of one thread and callsites that other
//! threads register meanwhile do not go together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::{Arc, Mutex};

use funnelflux_transport::{AccessToken, Error, Operation, Secret, StaticToken};
use http::Method;
use support::*;

const CANARY: &str = "canary-7f3a9b2c5d8e1f4a6b9c2d5e8f1a4b7c";

/// Whatever goes wrong, nothing secret is shown.
#[tokio::test(start_paused = true)]
async fn the_canary_is_never_seen() {
    let shown = Arc::new(Mutex::new(Vec::<u8>::new()));
    let writer = shown.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || Sink(writer.clone()))
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let body = format!(r#"{{"refresh_token":"{CANARY}","ip":"203.0.113.99"}}"#);
    let mut texts = Vec::new();
    for code in [200, 400, 401, 404, 429, 500, 0] {
        let answer = format!(
            r#"{{"message":"bad token {CANARY} of 203.0.113.99:51234, a@b.example","email":"a@b.example","visits":"{CANARY}"}}"#
        );
        let server = Server::new(move |_, _| match code {
            0 => Err(Error::no_answer("reset").with_source(format!("by {CANARY}"))),
            _ => Ok(http::Response::builder().status(code).body(answer.clone().into()).unwrap()),
        });
        let tokens =
            Arc::new(StaticToken::new(AccessToken::new(Secret::new(CANARY), None).unwrap()));
        let notes = Arc::new(Notebook::default());
        let client =
            client(&server).token_provider(tokens.clone()).observer(notes.clone()).build().unwrap();
        let call = client
            .call(&SAVE)
            .json_text(body.clone())
            .query("secret", CANARY)
            .header("x-secret", CANARY);
        texts.push(format!("{client:?} {call:?} {tokens:?}"));
        let error = match call.send().await {
            Ok(answer) => {
                texts.push(format!("{answer:?}"));
                answer.json::<Counted>().unwrap_err()
            }
            Err(error) => error,
        };
        texts.push(format!("{error} {error:?} {error:#?} {}", error.support_report()));
        let causes = std::iter::successors(error.cause(), |it| it.source());
        texts.extend(causes.map(|cause| format!("{cause} {cause:?}")));
        let raw = Operation::raw(Method::GET, format!("/raw?email=a@b.example&token={CANARY}"));
        let call = client.call(raw);
        texts.push(format!("{call:?} {:?}", call.operation()));
        if let Err(error) = call.send().await {
            texts.push(format!("{error} {error:?} {}", error.support_report()));
        }
        texts.push(notes.lines.lock().unwrap().join("\n"));
    }
    drop(guard);
    texts.push(String::from_utf8(shown.lock().unwrap().clone()).unwrap());
    assert!(texts.last().unwrap().contains("http.client.request"), "the log was captured");
    for text in texts {
        for secret in [CANARY, "203.0.113.99", "a@b.example"] {
            assert!(!text.contains(secret), "{secret} in: {text}");
        }
    }
}

#[derive(Debug, serde::Deserialize)]
struct Counted {
    #[expect(dead_code, reason = "only its type matters")]
    visits: u64,
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
