//! Canaries: tokens, visitors' addresses and form data that must never be seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux::auth::{FileStore, TokenStore as _, Tokens};
use funnelflux::emulator::{Emulator, Fault};
use funnelflux::prelude::*;
use funnelflux::transport::http::{Method, StatusCode};
use funnelflux::transport::replay::{Recorder, Scrub};
use funnelflux::transport::{Call, Event, Observer, ReqwestTransport};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Everything(Sink);

impl Observer for Everything {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        writeln!(self.0.clone(), "{call:?} {event:?}").unwrap();
    }
}

/// A whole session with everything that can go wrong in it, at the highest log level.
#[tokio::test]
async fn nothing_secret_is_seen_in_a_whole_session() {
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("tokens.json"));
    let emulator = Emulator::builder().visits_per_hour(2).start().await.unwrap();
    let first = emulator.access_token().to_owned();
    let refresh = emulator.refresh_token().to_owned();
    store.save(&Tokens::new(first.clone()).with_refresh_token(refresh.clone())).await.unwrap();

    let (recorder, tape) =
        Recorder::new(ReqwestTransport::new().unwrap(), "recorded from the emulator", Scrub::new());
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .token_store(store.clone())
        .transport(recorder)
        .rate_limit(RateLimit::unlimited())
        .observer(Arc::new(Everything(sink.clone())))
        .build()
        .unwrap();
    let mut out = sink.clone();
    writeln!(out, "{client:?} {store:?} {:?}", store.load().await.unwrap()).unwrap();

    let now = emulator.now();
    let range =
        TimeRange::between(now - Duration::from_secs(36 * 3600), now, &Zone::utc()).unwrap();
    let request = RawEventsRequest::builder(range).hits().clicks().conversions().build().unwrap();
    let page = client.reporting().raw_events_page(&request).await.unwrap();
    assert!(page.rows().iter().any(|row| row.json().get().contains("192.0.2.")
        || row.json().get().contains("198.51.100.")
        || row.json().get().contains("203.0.113.")));
    writeln!(out, "{page:?} {:?} {:?}", *page, page.rows().first()).unwrap();

    emulator.advance(Duration::from_secs(80 * 3600));
    client.reporting().attributes().await.unwrap();
    let second = store.load().await.unwrap().unwrap().access_token;
    assert_ne!(second.expose(), first);

    for fault in [
        Fault::garbage_body(),
        Fault::html_page(StatusCode::BAD_REQUEST),
        Fault::lost_answer().times(3),
        Fault::truncated_body().times(3),
    ] {
        emulator.faults().push(fault);
        let error = client.reporting().attributes().await.unwrap_err();
        writeln!(out, "{error} {error:?} {error:#?} {}", error.support_report()).unwrap();
    }
    emulator.faults().clear();
    let form = r#"{"email":"canary@example.com","ip":"203.0.113.201"}"#;
    let call = client.call(Method::PUT, "/reporting/update/conversions").json_text(form);
    writeln!(out, "{call:?}").unwrap();
    let error = call.send().await.unwrap_err();
    writeln!(out, "{error} {error:?} {}", error.support_report()).unwrap();
    emulator.refuse_refreshes(true);
    emulator.revoke_access_tokens();
    let error = client.reporting().attributes().await.unwrap_err();
    assert!(error.needs_authorisation(), "{error}");
    writeln!(out, "{error} {error:?} {}", error.support_report()).unwrap();
    out.write_all(tape.recording().to_text().unwrap().as_bytes()).unwrap();

    let seen = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    for expected in ["http.client.request", "RetryScheduled", "funnelflux-recording/1", "Endpoint:"]
    {
        assert!(seen.contains(expected), "the test looked at: {expected}");
    }
    let mut secrets = vec![first, refresh, second.expose().to_owned()];
    secrets.extend(["canary@example.com", "203.0.113.201"].map(ToOwned::to_owned));
    for row in page.rows() {
        let row: serde_json::Value = serde_json::from_str(row.json().get()).unwrap();
        secrets.extend(row.as_object().unwrap().values().filter_map(|v| {
            let text = v.as_str()?;
            text.parse::<std::net::IpAddr>().ok().map(|_| text.to_owned())
        }));
    }
    for secret in secrets {
        // TEST-NET-1 is also what scrubbing writes.
        if secret.starts_with("192.0.2.") {
            continue;
        }
        let found = seen.lines().find(|line| line.contains(&secret));
        assert!(found.is_none(), "{secret} is seen in: {}", found.unwrap_or_default());
    }
}
