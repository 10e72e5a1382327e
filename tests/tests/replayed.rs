//! Every fixture is replayed strictly, and together they hold every operation but those of a kind of
//! asset that is a copy of another: what the clients send must not change unnoticed. To record those of assets and domains anew:
//! `cargo run -p funnelflux-tests --bin record_fixtures`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::collections::BTreeSet;

use funnelflux::auth::Tokens;
use funnelflux::ledger::AssetKind;
use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::logs::LogRequest;
use funnelflux::prelude::*;
use funnelflux::transport::BoxError;
use funnelflux::transport::replay::Replay;
use funnelflux_tests::{lives, recordings, recordings_of_every_kind, requests};

/// Asks for everything that the fixture holds.
async fn ask(client: &FunnelFlux, fixture: &str) -> Result<(), BoxError> {
    let (folder, name) = fixture.trim_end_matches(".json").split_once('/').unwrap();
    match (folder, name) {
        ("ledger", name) => drop(lives::live(client, name).await?),
        ("domains", "domain") => lives::live_as_domain(client).await?,
        ("auth", "login") => {
            let credentials =
                serde_json::json!({ "whatever": "the caller knows", "password": "correct horse" });
            client.auth().login(&credentials).await?;
        }
        ("auth", "validate-refresh") => {
            let old = Tokens::new("access-1").with_refresh_token("refresh-1");
            client.auth().validate(&old.access_token, old.refresh_token.as_ref()).await?;
        }
        ("reporting", name) => ask_for_reports(client.reporting(), name).await?,
        _ => panic!("{fixture}: say here how it is replayed"),
    }
    Ok(())
}

async fn ask_for_reports(reporting: &Reporting, fixture: &str) -> Result<(), BoxError> {
    let log = || LogRequest::builder(requests::day().unwrap());
    match fixture {
        "attributes" => drop(reporting.attributes().await?),
        "drilldown" => drop(reporting.drilldown(&requests::production_drilldown()?).await?),
        "hits" => {
            let mut events = reporting.raw_events(requests::raw_events()?);
            while let Some(event) = events.next().await {
                event?;
            }
        }
        "conversions-update" => {
            reporting.conversions_update(&requests::conversions()?).await?;
        }
        "customevents-update" => {
            let body = r#"{ "whatever": ["the", "caller", { "knows": 1.50 }] }"#;
            reporting.custom_events_update(body).await?;
        }
        "cost-update" => drop(reporting.cost_submit(requests::costs()?.plan()).await?),
        "reset-validate" => drop(reporting.reset_validate(&requests::reset()?).await?),
        "reset-perform" => {
            let token = reporting.reset_validate(&requests::reset()?).await?;
            reporting.reset_perform(token).await?;
        }
        "logs-postback" => {
            reporting.postback_log(&log().extra("pagingLength", 2).build()?).await?;
        }
        "logs-webhook-summary" => drop(reporting.webhook_summary(&log().build()?).await?),
        "logs-middleware-summary" => drop(reporting.middleware_summary(&log().build()?).await?),
        "explorer-visitor" => {
            let visitor = "dkezmsf3bat8xdbz8rt039v0".parse()?;
            reporting
                .explore_visitor(&VisitorLookup::by_visitor(visitor, requests::day()?))
                .await?;
            let hit = "dkezmsf3bat8xdbz8rt039rh".parse()?;
            reporting.explore_visitor(&VisitorLookup::by_hit(hit)).await?;
        }
        "explorer-hit" => {
            let hit = "dkezmsf3bat8xdbz8rt039rh".parse()?;
            reporting.explore_hit(&HitLookup::new(hit)).await?;
        }
        other => panic!("reporting/{other}: say here how it is replayed"),
    }
    Ok(())
}

#[tokio::test]
async fn every_operation_asks_what_it_asked_when_it_was_recorded() {
    let mut replayed = BTreeSet::new();
    for (name, recording) in recordings_of_every_kind().await.unwrap() {
        let operations = recording.exchanges.iter().map(|e| e.operation.clone().unwrap());
        replayed.extend(operations.collect::<Vec<_>>());
        let replay = Replay::new(recording);
        let client = FunnelFlux::builder()
            .transport(replay.clone())
            .access_token("any")
            .rate_limit(RateLimit::unlimited())
            .build()
            .unwrap();
        Box::pin(ask(&client, &name)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        // Each exchange was asked for, once, and nothing else was.
        replay.verify().unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let all: BTreeSet<String> =
        funnelflux::operations::all().map(|operation| operation.id().to_owned()).collect();
    let missing: Vec<&String> = all.difference(&replayed).collect();
    assert!(missing.is_empty(), "operations that nothing replays: {missing:?}");
    assert!(replayed.is_subset(&all), "fixtures of operations that are none");
}

/// The operations that a fixture holds. The number only grows.
const HELD: usize = 154;

#[test]
fn only_a_kind_whose_every_verb_has_a_fixture_elsewhere_does_without_one() {
    let held = recordings().into_iter().flat_map(|(_, recording)| recording.exchanges);
    let held: BTreeSet<String> = held.map(|exchange| exchange.operation.unwrap()).collect();
    assert!(held.len() >= HELD, "{} operations have a fixture, of {HELD}", held.len());

    let in_a_fixture = |kind: &AssetKind| {
        let mut operations = kind.verbs.iter().map(|(_, operation)| operation.id());
        operations.all(|id| held.contains(id))
    };
    let (kept, others): (Vec<&AssetKind>, Vec<_>) =
        AssetKind::all().iter().partition(|kind| in_a_fixture(kind));
    for kind in &others {
        for (verb, operation) in kind.verbs {
            let id = operation.id();
            assert!(!held.contains(id), "{id} has a fixture, others of its kind have none");
            let alike = |other: &&AssetKind| {
                other.operation(*verb).is_some() && other.takes_one(*verb) == kind.takes_one(*verb)
            };
            assert!(kept.iter().any(alike), "{id}: no fixture of another kind shows {verb}");
        }
    }
    let of_others = others.iter().flat_map(|kind| kind.verbs);
    let of_others: BTreeSet<&str> = of_others.map(|(_, operation)| operation.id()).collect();
    let missing: Vec<&str> = funnelflux::operations::all()
        .map(|operation| operation.id())
        .filter(|id| !held.contains(*id) && !of_others.contains(id))
        .collect();
    assert!(missing.is_empty(), "operations without a fixture: {missing:?}");
}
