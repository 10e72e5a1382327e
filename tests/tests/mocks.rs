//! Code written against a service's trait is tested without HTTP. `examples/tests/mock.rs` has a report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::sync::Arc;

use funnelflux::domains::DomainsApi;
use funnelflux::id::{self as markers, Id};
use funnelflux::ledger::AssetsApi;
use funnelflux::model::ledger::{Identified as _, OfferSource};
use funnelflux::model::reporting::RawEvents;
use funnelflux::prelude::*;
use funnelflux::reporting::{EventsCompleteness, RawEventStream};
use funnelflux::testing::{MockAssetsApi, MockDomainsApi, MockReportingApi};
use funnelflux_tests::root;

fn hour() -> TimeRange {
    TimeRange::from_rfc3339("2026-01-01T00:00:00Z", "2026-01-01T00:59:59Z").unwrap()
}

#[tokio::test]
async fn a_server_that_repeats_its_first_page_is_found_out() {
    let mut api = MockReportingApi::new();
    api.expect_raw_events_page()
        .returning(|_| Ok(RawEvents::from_json(r#"[{"hitId":"a"},{"hitId":"b"}]"#).unwrap()));
    let request = RawEventsRequest::builder(hour()).hits().page(0, 2).build().unwrap();
    let mut events = RawEventStream::new(Arc::new(api), request);
    assert!(events.next().await.unwrap().is_ok());
    assert!(events.next().await.unwrap().is_ok());
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("counted twice"), "{error}");
    assert!(events.next().await.is_none());
    assert_ne!(events.completeness(), EventsCompleteness::Complete);
}

#[tokio::test]
async fn a_page_that_failed_is_asked_for_again_by_the_next_call() {
    let mut api = MockReportingApi::new();
    let mut n = 0;
    api.expect_raw_events_page().times(3).returning(move |request| {
        n += 1;
        if n == 1 {
            return Err(Error::no_answer("reset"));
        }
        let page = if request.page_start() == 0 { r#"[{"hitId":"a"}]"# } else { "[]" };
        Ok(RawEvents::from_json(page).unwrap())
    });
    let request = RawEventsRequest::builder(hour()).hits().page(0, 2).build().unwrap();
    let mut events = RawEventStream::new(Arc::new(api), request);
    assert!(events.next().await.unwrap().is_err());
    assert!(events.next().await.unwrap().is_ok());
    assert!(events.next().await.is_none());
    assert_eq!(events.completeness(), EventsCompleteness::Complete);
}

#[tokio::test]
async fn raw_events_are_a_stream_too() {
    use futures_util::StreamExt as _;

    let mut api = MockReportingApi::new();
    api.expect_raw_events_page().times(3).returning(|request| {
        let page = match request.page_start() {
            0 => r#"[{"n":1},{"n":2}]"#,
            2 => r#"[{"n":3}]"#,
            _ => "[]",
        };
        Ok(RawEvents::from_json(page).unwrap())
    });
    let request = RawEventsRequest::builder(hour()).hits().page(0, 2).build().unwrap();
    let events = RawEventStream::new(Arc::new(api), request);
    let rows: Vec<_> = events.map(|e| e.unwrap().json().get().to_owned()).collect().await;
    assert_eq!(rows, [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#]);
}

/// A user's function over assets: it knows the trait only.
async fn rename(
    api: &dyn AssetsApi<OfferSource>,
    id: &Id<markers::OfferSource>,
) -> Result<bool, Error> {
    let Some(mut source) = api.find_by_id(id).await? else { return Ok(false) };
    source.set_name("Renamed");
    api.update(&source).await?;
    Ok(true)
}

#[tokio::test]
async fn a_mocked_asset_is_renamed() {
    let id: Id<markers::OfferSource> = "2n5JuOKWLTzd".parse().unwrap();
    let mut api = MockAssetsApi::<OfferSource>::new();
    api.expect_find_by_id().returning(|id| Ok(Some(OfferSource::new(*id, "Old"))));
    api.expect_update()
        .withf(|source| source.asset_name() == "Renamed")
        .times(1)
        .returning(|_| Ok(()));
    assert!(rename(&api, &id).await.unwrap());

    let mut api = MockAssetsApi::<OfferSource>::new();
    api.expect_find_by_id().returning(|_| Ok(None));
    assert!(!rename(&api, &id).await.unwrap());
}

#[tokio::test]
async fn mocked_domains_are_listed() {
    let mut api = MockDomainsApi::new();
    api.expect_list().returning(|| Ok(Vec::new()));
    assert!(DomainsApi::list(&api).await.unwrap().is_empty());
}

/// A user's function: what was sent and may have arrived is never sent again.
async fn delete_or_ask(api: &dyn AssetsApi<OfferSource>, id: &Id<markers::OfferSource>) -> String {
    match api.delete(id).await {
        Ok(()) => "deleted".to_owned(),
        Err(error) if error.is_ambiguous() => match api.find_by_id(id).await {
            Ok(None) => "deleted after all".to_owned(),
            _ => "unknown".to_owned(),
        },
        Err(_) => "still there".to_owned(),
    }
}

#[tokio::test]
async fn a_mock_can_leave_a_writes_fate_in_doubt() {
    let id: Id<markers::OfferSource> = "2n5JuOKWLTzd".parse().unwrap();
    let mut api = MockAssetsApi::<OfferSource>::new();
    api.expect_delete().times(1).returning(|_| Err(Error::no_answer("cut off").into_ambiguous()));
    api.expect_find_by_id().returning(|_| Ok(None));
    assert_eq!(delete_or_ask(&api, &id).await, "deleted after all");
}

/// A method with a default that is not forwarded would be answered by the default, and not by the
/// implementation behind the pointer.
#[test]
fn pointers_forward_every_method_of_a_trait() {
    for (file, count) in [
        ("crates/funnelflux-domains/src/api.rs", 7),
        ("crates/funnelflux-ledger/src/api.rs", 10),
        ("crates/funnelflux-reporting/src/api/mod.rs", 16),
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let (_, declared) = text.split_once("pub trait ").unwrap();
        let (declared, rest) = declared.split_once("\n}\n").unwrap();
        let (_, forwarded) = rest.split_once("implement_for_pointers!").unwrap();
        let (forwarded, _) = forwarded.split_once("\n\n").unwrap();
        let lines = declared
            .lines()
            .map(str::trim)
            .filter_map(|line| line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")));
        let names = lines.map(|line| line.split('(').next().unwrap());
        // Only the defaults, which a pointer never runs, ask for the client.
        let names: Vec<&str> = names.filter(|name| *name != "client").collect();
        assert_eq!(names.len(), count, "{file}");
        for name in names {
            assert!(forwarded.contains(&format!("    {name}(")), "{file}: {name}");
        }
    }
}
