//! The secrets in use, said back by a server in every place and spelling.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::sync::{Arc, Mutex};

use funnelflux_transport::{
    AccessToken, Client, Error, Observer, Secret, Secrets, StaticToken, TokenProvider,
};
use http::Method;
use support::*;

/// Short words, which no rule of shape takes for a token.
const ACCESS: &str = "plain/wo+rd";
const REFRESH: &str = "rosebud-two";
const KEY: &str = "sesame=open";

/// A provider whose token changes with every call.
#[derive(Debug)]
struct Rotating(Mutex<u32>);

#[async_trait::async_trait]
impl TokenProvider for Rotating {
    async fn token(&self) -> Result<AccessToken, Error> {
        let mut number = self.0.lock().unwrap();
        *number += 1;
        AccessToken::new(Secret::new(format!("rotating-{number}")), None)
    }
    fn reject(&self, _: &AccessToken) {}
    fn secrets(&self) -> Vec<Secret> {
        vec![Secret::new(REFRESH)]
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The spellings of a secret in an answer.
fn spellings(secret: &str) -> Vec<String> {
    let each = |spell: &dyn Fn(u8) -> String| secret.bytes().map(spell).collect::<String>();
    let cut = |length: usize| format!("{}…", secret.get(..length).unwrap());
    vec![
        secret.to_owned(),
        secret.to_uppercase(),
        format!("Bearer {secret}"),
        format!("x{secret}y"),
        secret.replace('/', "%2F").replace('+', "%2b").replace('=', "%3D"),
        secret.replace('/', "%252F").replace('+', "%252b").replace('=', "%253D"),
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("%{byte:02X}")),
        secret.replace('/', "\\/").replace('=', "\\u003d"),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("\\\\u{byte:04X}")),
        secret.replace('/', "\\\\\\/"),
        secret.replace('/', "&#x2F;").replace('+', "&#43;").replace('=', "&#x3d;"),
        secret.replace('/', "&#0047;").replace('=', "&#X003D;"),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("&#x{byte:x};")),
        each(&|byte| format!("\\x{byte:02x}")),
        each(&|byte| format!("\\\\x{byte:02X}")),
        base64(secret),
        base64(&format!("user:{secret}")),
        base64(&format!("u:{secret}")),
        base64(&format!("us:{secret}!")),
        base64(secret).replace('+', "-").replace('/', "_").replace('=', ""),
        cut(secret.len() - 1),
        cut(9),
        format!("{}...", secret.get(..9).unwrap()),
        format!("{}***", secret.get(..8).unwrap()),
        format!("…{}", secret.get(1..).unwrap()),
        format!("******{}", secret.get(2..).unwrap()),
        format!(".......{}", secret.get(1..).unwrap()),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
        each(&|byte| format!("\\{byte:03o}")),
        each(&|byte| format!("\\u{{{byte:x}}}")),
        each(&|byte| format!("\\x{{{byte:X}}}")),
        each(&|byte| format!("\\U{byte:08x}")),
        each(&|byte| format!("%u{byte:04x}")),
        each(&|byte| format!("%2525{byte:02x}")),
        each(&|byte| format!("={byte:02X}")),
        each(&|byte| format!("=3D{byte:02x}")),
        each(&|byte| format!("=3D3D{byte:02X}")),
        each(&|byte| format!("\\00{byte:04x}")),
        each(&|byte| format!("&amp;amp;amp;#x{byte:X};")),
        each(&|byte| format!("{}u{byte:04x}", "\\".repeat(15))),
        each(&|byte| format!("&#x{byte:08x};")),
        each(&|byte| format!("&#{byte:011};")),
        each(&|byte| format!("&#{byte}")),
        each(&|byte| format!("&amp;amp;#{byte};")),
        secret.replace('/', "&sol;").replace('+', "&plus;").replace('=', "&equals;"),
        secret.replace('/', &format!("{}/", "\\".repeat(15))),
        format!("{secret}{secret}"),
    ]
}

/// What must not be in any text: the beginning of each spelling, which is as good as all of it.
/// Whether the text has the beginning of a spelling: 8 signs of it, and at least three letters of the secret. Of
/// `&#112;&#108;…` 8 signs are one letter, which a pseudonym of the same shape may have, too.
fn is_shown(text: &str, secret: &str) -> bool {
    let folded = text.to_lowercase();
    spellings(secret).iter().any(|spelling| {
        let spelling = spelling.to_lowercase();
        let spelling =
            spelling.trim_start_matches("bearer ").trim_start_matches(['x', '\\', '.', '*']);
        let three = 3 * spelling.chars().count().div_ceil(secret.chars().count());
        let start: String = spelling.chars().take(three.max(8)).collect();
        folded.contains(&start)
    })
}

mod secrets_that_the_server_says_back {
    use super::*;

    #[test]
    fn no_spelling_is_shown() {
        let secrets = Secrets::default();
        for secret in [ACCESS, REFRESH, KEY, "ünïcödé-pass", "päss😀wörter", "aaaaaaaa"] {
            assert!(secrets.add(&Secret::new(secret)));
            assert!(!secrets.add(&Secret::new(secret)), "known already");
        }
        for secret in ["pass%25word", "pass\\\\word", "pass=3D3Dword", "pass&amp;word"] {
            secrets.add(&Secret::new(secret));
            assert_eq!(secrets.redact(&format!("a {secret} b")), "a [redacted] b");
        }
        for secret in [ACCESS, REFRESH, KEY] {
            for spelling in spellings(secret) {
                for (before, behind) in
                    [("", ""), ("a ", " b"), ("{\"x\":\"", "\"}"), ("id=", "&c=1"), ("ä", "")]
                {
                    let text = format!("{before}{spelling}{behind}");
                    // A cut one ends its text.
                    if spelling.ends_with(['…', '.', '*']) && behind == "&c=1" {
                        continue;
                    }
                    let shown = secrets.redact(&text);
                    assert!(!is_shown(&shown, secret), "{text} is shown as {shown}");
                    assert!(shown.starts_with(before) && shown.contains("[redacted]"), "{shown}");
                    assert!(shown.ends_with(behind), "{shown}");
                }
            }
        }
        for harmless in [
            "plain",
            "plain words",
            "rosebud",
            "%",
            "\\",
            "\\u00",
            "%2",
            "",
            "äöü…",
            "\\\\\\\\\\\\\\\\\\\\",
        ] {
            assert_eq!(secrets.redact(harmless), harmless);
        }
        assert!(!secrets.redact("the pass is ünïcödé-pass!").contains("ünï"));
        for spelled in [
            r"p\u00e4ss\ud83d\ude00w\u00f6rter",
            r"p\\u00E4ss\\uD83D\\uDE00w\\u00F6rter",
            "p%C3%A4ss%F0%9F%98%80w%C3%B6rter",
        ] {
            assert_eq!(secrets.redact(spelled), "[redacted]");
        }
        // Too short to be told from a word.
        assert!(!secrets.add(&Secret::new("sesame7")));
        assert_eq!(secrets.redact("sesame7"), "sesame7");
        assert_eq!(format!("{secrets:?}"), "Secrets");
    }

    #[test]
    fn the_oldest_of_many_rotated_tokens_go() {
        let secrets = Secrets::default();
        (0..1000).for_each(|number| {
            assert!(secrets.add(&Secret::new(format!("token-number-{number:04}"))));
        });
        assert_eq!(secrets.redact("token-number-0999"), "[redacted]");
        assert_eq!(secrets.redact("token-number-0950"), "[redacted]");
        assert_eq!(secrets.redact("token-number-0000"), "token-number-0000");
    }

    /// Every place of an answer from which a text gets into an error, a log or a report.
    #[tokio::test(start_paused = true)]
    async fn from_no_place_of_an_answer() {
        for spelled in
            spellings(ACCESS).into_iter().filter(|it| !it.contains('\\') && it.is_ascii())
        {
            for status in [200, 302, 400, 401, 404, 429, 500, 503] {
                for place in 0..9 {
                    let said = spelled.clone();
                    let server = Server::new(move |_, _| {
                        let body = match place {
                            0 => format!(r#"{{"message":"no: {said}"}}"#),
                            1 => format!(r#"{{"error":{{"code":"{said}","message":"no"}}}}"#),
                            2 => format!(r#"{{"{said}":"x","visits":{{"{said}":"y"}}}}"#),
                            3 => format!(r#"{{"success":false,"error_code":"{said}"}}"#),
                            4 => format!(r#"{{"errors":["{said}"]}}"#),
                            5 => format!("<html>{said}</html>"),
                            6 => format!(r#"{{"message":"{}{said}"}}"#, "x".repeat(295)),
                            _ => "{}".to_owned(),
                        };
                        let mut answer = http::Response::builder().status(status);
                        for name in ["x-request-id", "location", "content-encoding", "x-other"] {
                            answer =
                                answer.header(name, if place == 7 { &*said } else { "identity" });
                        }
                        if place == 8 {
                            return Err(Error::no_answer("reset").with_source(format!("of {said}")));
                        }
                        Ok(answer.body(body.into()).unwrap())
                    });
                    let token = AccessToken::new(Secret::new(ACCESS), None).unwrap();
                    let notes = Arc::new(Notebook::default());
                    let client = client(&server)
                        .token_provider(Arc::new(StaticToken::new(token)))
                        .observer(notes.clone() as Arc<dyn Observer>)
                        .build()
                        .unwrap();
                    for told in told_of(&client).await {
                        assert!(
                            !is_shown(&told, ACCESS),
                            "{spelled} at {place} of {status}: {told}"
                        );
                    }
                    let seen = notes.lines.lock().unwrap().join("\n");
                    assert!(!is_shown(&seen, ACCESS), "{spelled} at {place} of {status}: {seen}");
                }
            }
        }
    }

    #[derive(Debug, serde::Deserialize)]
    struct Counted {
        #[expect(dead_code, reason = "only its type matters")]
        visits: std::collections::BTreeMap<String, u64>,
    }

    /// All texts about a read and a write.
    async fn told_of(client: &Client) -> Vec<String> {
        let mut told = vec![format!("{client:?}")];
        for method in [Method::GET, Method::PUT] {
            let answer = client.call_raw(method, "/x").send().await;
            let error = match answer {
                Ok(answer) => {
                    told.push(format!(
                        "{answer:?} {:?} {:?}",
                        answer.request_id(),
                        answer.headers()
                    ));
                    answer.json::<Counted>().unwrap_err()
                }
                Err(error) => error,
            };
            told.push(format!("{error} {error:?} {error:#?} {}", error.support_report()));
            let causes = std::iter::successors(error.cause(), |it| it.source());
            told.extend(causes.map(|cause| format!("{cause} {cause:?}")));
            told.push(format!("{:?} {:?}", error.request_id(), error.headers()));
            told.push(format!("{:?} {:?}", error.server_message(), error.refusal_code()));
            told.push(format!("{:?}", error.advice()));
        }
        told
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_secret_the_request_carried() {
        for (name, value, secret) in [
            ("authorization", "Bearer sesame=open", KEY),
            ("authorization", "Basic sesame=open", KEY),
            ("authorization", "sesame=open", KEY),
            ("x-api-key", "sesame=open", KEY),
            ("api_key", "sesame=open", KEY),
            ("x-auth-token", "sesame=open", KEY),
            ("x-shared-secret", "sesame=open", KEY),
            ("cookie", "sid=1; sesame=open", KEY),
        ] {
            let server = Server::new(|_, request| {
                let said: Vec<_> =
                    request.headers().values().map(|it| it.to_str().unwrap()).collect();
                let body = serde_json::json!({ "message": said.join(" and ") }).to_string();
                Ok(http::Response::builder().status(400).body(body.into()).unwrap())
            });
            let client = client(&server).build().unwrap();
            let error =
                client.call_raw(Method::GET, "/x").header(name, value).send().await.unwrap_err();
            assert!(error.to_string().contains(" and "), "{error}");
            assert!(!is_shown(&error.to_string(), secret), "{name}: {error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_that_were_replaced_and_the_one_beside_them() {
        let server = Server::new(|_, _| {
            let said = (1..6).map(|number| format!("rotating-{number} ")).collect::<String>();
            let body = format!(r#"{{"message":"{said} {REFRESH}"}}"#);
            Ok(http::Response::builder().status(400).body(body.into()).unwrap())
        });
        let secrets = Secrets::default();
        let tokens = Arc::new(Rotating(Mutex::new(0)));
        let client =
            client(&server).secrets(secrets.clone()).token_provider(tokens).build().unwrap();
        for used in 1..6 {
            let error = client.call_raw(Method::GET, "/x").send().await.unwrap_err().to_string();
            for number in 1..6 {
                assert_eq!(error.contains(&format!("rotating-{number}")), number > used, "{error}");
            }
            assert!(!error.contains(REFRESH), "{error}");
        }
        // A program that prints itself knows them, too.
        assert_eq!(secrets.redact("rotating-3"), "[redacted]");
        assert_eq!(client.secrets().redact(REFRESH), "[redacted]");
    }

    #[cfg(feature = "replay")]
    #[tokio::test(start_paused = true)]
    async fn into_no_recording() {
        use funnelflux_transport::replay::{Recorder, Scrub};
        for scrub in
            [Scrub::new(), Scrub::of_made_up_data(), Scrub::new().keep("message").keep_name(ACCESS)]
        {
            for spelled in spellings(ACCESS).into_iter().filter(|it| !it.contains('…')) {
                let said = serde_json::Value::from(spelled.clone()).to_string();
                let body = format!(r#"{{"message":{said},"name":[{said}],{said}:1}}"#);
                let server =
                    tower::service_fn(move |_: http::Request<funnelflux_transport::Body>| {
                        let body = body.clone();
                        async move {
                            Ok::<_, Error>(http::Response::new(funnelflux_transport::Body::from(
                                body,
                            )))
                        }
                    });
                let (recorder, tape) = Recorder::new(server, "a test", scrub.clone());
                let token = AccessToken::new(Secret::new(ACCESS), None).unwrap();
                let tokens = Arc::new(StaticToken::new(token));
                let client =
                    Client::builder().transport(recorder).token_provider(tokens).build().unwrap();
                let path = format!("/x?message={}", ACCESS.replace('+', "%2B"));
                client.call_raw(Method::GET, path).send().await.unwrap();
                let text = tape.recording().to_text().unwrap();
                assert!(!is_shown(&text, ACCESS), "{spelled} in {text}");
            }
        }
    }
}
