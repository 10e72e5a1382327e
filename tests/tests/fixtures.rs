//! Recorded fixtures, replayed strictly through the whole stack.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use funnelflux::auth::{MemoryStore, TokenStore as _, Tokens};
use funnelflux::prelude::*;
use funnelflux::reporting::EventsCompleteness;
use funnelflux::transport::replay::{Recording, Replay};
use funnelflux_tests::{fixture, recordings, requests};
use rust_decimal::Decimal;

fn replayed(name: &str) -> (FunnelFlux, Replay) {
    let replay = Replay::load(fixture(name)).unwrap();
    let client =
        FunnelFlux::builder().transport(replay.clone()).access_token("access-1").build().unwrap();
    (client, replay)
}

#[test]
fn every_fixture_says_where_it_comes_from() {
    let known = ["documented sample", "production-shaped", "made from the contract", "recorded"];
    for (name, recording) in recordings() {
        let provenance = &recording.provenance;
        assert!(known.iter().any(|known| provenance.starts_with(known)), "{name}");
        for exchange in &recording.exchanges {
            let id = exchange.operation.as_deref().unwrap();
            assert!(funnelflux::operations::find_by_id(id).is_some(), "{name}: {id}");
        }
    }
    assert!(recordings().len() >= 4);
}

#[tokio::test]
async fn an_expired_token_is_renewed_as_production_did_it() {
    let replay = Replay::load(fixture("auth/validate-refresh.json")).unwrap();
    let client = FunnelFlux::builder().transport(replay.clone()).build().unwrap();
    let old = Tokens::new("access-1").with_refresh_token("refresh-1");
    let session =
        client.auth().validate(&old.access_token, old.refresh_token.as_ref()).await.unwrap();
    assert_eq!(session.tokens.access_token.expose(), "access-2");
    let store = MemoryStore::new(session.tokens);
    let kept = store.load().await.unwrap().unwrap();
    assert_eq!(kept.refresh_token.unwrap().expose(), "refresh-2");
    assert!(kept.expires_at.is_some());
    replay.verify().unwrap();
}

#[tokio::test]
async fn the_attribute_list_keeps_unknown_names() {
    let (client, replay) = replayed("reporting/attributes.json");
    let list = client.reporting().attributes().await.unwrap();
    assert!(list.contains(&Attribute::ELEMENT_OFFER));
    assert!(list.contains(&Attribute::new("Something: Nobody Knows Yet")));
    replay.verify().unwrap();
}

#[tokio::test]
async fn a_drilldown_asks_what_production_asked_and_loses_nothing_of_the_answer() {
    let (client, replay) = replayed("reporting/drilldown.json");
    let report =
        client.reporting().drilldown(&requests::production_drilldown().unwrap()).await.unwrap();
    replay.verify().unwrap();

    assert_eq!(report.len(), 2);
    let first = report.rows().next().unwrap();
    let offer = first.attribute(3).unwrap();
    assert_eq!(offer.id().unwrap(), "2nIemJxCKbFX");
    assert_eq!(offer.value().unwrap(), "Blue shoes, \"big\"");
    assert_eq!(first.metric(&Metric::REVENUE).as_decimal(), Some(Decimal::new(3690, 2)));
    assert_eq!(first.metric(&Metric::OFFER_VIEWS).as_count(), Some(12));
    let second = report.rows().nth(1).unwrap();
    assert!(second.metric(&Metric::REVENUE).is_null());
    assert!(second.metric(&Metric::COST).is_absent());

    // Every member of every row, with its spelling.
    let recording = Recording::load(fixture("reporting/drilldown.json")).unwrap();
    let body = recording.exchanges[0].response.as_ref().unwrap().content.to_bytes().unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
    for (row, sent) in report.rows().zip(sent["rows"].as_array().unwrap()) {
        for (name, value) in sent.as_object().unwrap() {
            if name == "attributes" {
                continue;
            }
            let kept = row.cell(name).json().unwrap_or_else(|| panic!("{name} was lost"));
            let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
            assert_eq!(&kept, value, "{name}");
        }
    }
    assert_eq!(row_text(&report, 0, "cost"), "\"1e1\"", "the spelling stays");
    let extras: Vec<&str> = report.extra().map(|(name, _)| name).collect();
    assert_eq!(extras, ["totals"]);

    // CSV: stable names, exact decimals, quoted where it must be.
    let mut csv = Vec::new();
    report.to_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let header = csv.lines().next().unwrap();
    assert!(
        header.contains("URL Tracking Field: campaign")
            && header.contains("URL Tracking Field: c1"),
        "{header}"
    );
    assert!(csv.contains("36.90") && csv.contains(r#""Blue shoes, ""big""""#), "{csv}");
}

fn row_text(report: &Report, row: usize, name: &str) -> String {
    report.rows().nth(row).unwrap().cell(name).json().unwrap().into_owned()
}

#[tokio::test]
async fn raw_events_come_page_after_page_and_say_that_they_are_complete() {
    let (client, replay) = replayed("reporting/hits.json");
    let mut events = client.reporting().raw_events(requests::raw_events().unwrap());
    let mut rows = Vec::new();
    while let Some(event) = events.next().await {
        rows.push(event.unwrap());
        assert_eq!(events.position(), rows.len() as u64);
    }
    assert_eq!(events.completeness(), EventsCompleteness::Complete);
    let spelled: Vec<&str> = rows.iter().map(|r| r.json().get()).collect();
    assert!(spelled[0].contains("1e3") && spelled[2].contains("[1, 2.50]"), "{spelled:?}");
    replay.verify().unwrap();
}
