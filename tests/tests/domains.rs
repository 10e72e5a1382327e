//! Custom domains: a life on the emulator, refusals inside normal answers, and waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux::domains::{WaitOptions, refusal};
use funnelflux::emulator::Emulator;
use funnelflux::model::domains::DomainErrorCode;
use funnelflux::prelude::*;
use funnelflux::transport::Body;
use http::{Request, Response};

fn client(emulator: &Emulator) -> FunnelFlux {
    FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_domain_is_added_checked_and_deleted_and_refusals_are_errors() {
    let emulator = Emulator::builder().visits_per_hour(1).start().await.unwrap();
    let domains = client(&emulator).domains().clone();
    let created = domains.create("go.example.com").await.unwrap();
    let id = created.id().unwrap().unwrap().into_owned();
    assert!(!created.is_active());
    assert!(created.dns_records().zone_snippet().is_some());
    assert!(domains.list().await.unwrap().iter().any(|d| d.id().unwrap().unwrap() == id));

    let error = domains.create("go.example.com").await.unwrap_err();
    assert!(error.is_refused() && !error.is_ambiguous(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(refusal(&error).unwrap().code(), Some(&DomainErrorCode::DomainExists));
    assert_eq!(error.refusal_code(), Some("DOMAIN_EXISTS"));

    let checked = domains.check("go.example.com").await.unwrap();
    assert!(checked.found().unwrap().is_some());
    domains.delete(&id).await.unwrap();
    let error = domains.get(&id).await.unwrap_err();
    assert!(refusal(&error).unwrap().is_not_found(), "{error}");
    let error = domains.create("https://go.example.com/").await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("bare domain"), "{error}");
}

/// A server whose domain becomes active at the third look.
fn slow(active_at: usize) -> FunnelFlux {
    let looks = Arc::new(Mutex::new(0));
    let server = tower::service_fn(move |request: Request<Body>| {
        let looks = looks.clone();
        async move {
            if request.method() == http::Method::GET {
                *looks.lock().unwrap() += 1;
            }
            let status = if *looks.lock().unwrap() >= active_at { "active" } else { "pending" };
            let body = format!(
                r#"{{"success":true,"domain":{{"id":"d1","status":"{status}","ssl_status":"{status}"}}}}"#
            );
            Ok::<_, Error>(Response::new(Body::from(body)))
        }
    });
    FunnelFlux::builder().transport(server).access_token("a").build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn waiting_looks_again_after_longer_and_longer_pauses() {
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let tell = pauses.clone();
    let options = WaitOptions::new().on_step(move |step| tell.lock().unwrap().push(step.pause));
    let domain = slow(4).domains().wait_until_active("d1", options).await.unwrap();
    assert!(domain.is_active());
    assert_eq!(*pauses.lock().unwrap(), [10, 20, 40].map(Duration::from_secs));
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_patience_does() {
    let options = WaitOptions::new().with_patience(Duration::from_secs(60));
    let error = slow(usize::MAX).domains().wait_until_active("d1", options).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_ambiguous(), "{error}");
    assert!(error.to_string().contains("DNS records"), "{error}");
}
