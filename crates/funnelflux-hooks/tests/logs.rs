//! What is logged of requests to a middleware node. The only test of its program: which events are wanted is cached for
//! a whole process, so that tests on other threads would change it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "test code")]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use funnelflux_hooks::middleware::{MiddlewareNode, MiddlewareService, Routes};
use http::{HeaderMap, Request};
use http_body_util::Full;
use tower::ServiceExt as _;

funnelflux_hooks::decisions! {
    enum Lead { Approved = "approved", Review = "review" }
}

struct Lines(Arc<Mutex<String>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn body(does: &str) -> String {
    format!(
        r#"{{"execute_timeout_ms":1000,"visitor":{{"country":"Z3bra"}},"tracking_fields":{{"does":"{does}"}},"action_data":{{"email":"a@example.com"}}}}"#
    )
}

#[tokio::test]
async fn nothing_of_a_request_reaches_logs_or_debug() {
    let shown = Arc::new(Mutex::new(String::new()));
    let writer = Arc::clone(&shown);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || Lines(Arc::clone(&writer)))
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let routes = Routes::new().with_fallback(Lead::Review);
    let service = MiddlewareService::new(routes, |request, _| async move {
        match request.text_in("tracking_fields", "does").as_deref() {
            Some("panic") => panic!("with a@example.com"),
            Some("fail") => Err("of a@example.com"),
            _ => Ok(Lead::Approved),
        }
    });
    for what in ["answer", "fail", "panic"] {
        let request = Request::post("/").body(Full::new(Bytes::from(body(what)))).unwrap();
        service.clone().oneshot(request).await.unwrap();
    }
    let node = MiddlewareNode::new(Routes::<Lead>::new());
    let now = std::time::Instant::now();
    let question = node.open(&HeaderMap::new(), body("answer").as_bytes(), now).unwrap();
    let shown = format!("{} {question:?} {service:?}", shown.lock().unwrap());
    for reason in ["decided", "failed", "panicked"] {
        assert!(shown.contains(&format!("reason=\"{reason}\"")), "{shown}");
    }
    assert!(!shown.contains("example.com") && !shown.contains("Z3bra"), "{shown}");
}
