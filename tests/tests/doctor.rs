//! The doctor: looks at an account with GET only, and settles guessed paths.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::sync::{Arc, Mutex};

use funnelflux::doctor::{Finding, examine};
use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::prelude::*;
use funnelflux::transport::{Body, Operation, Overlay};
use funnelflux_tests::{client_of, lives};
use http::{Method, Request, Response};

#[tokio::test]
async fn an_account_as_the_contract_says_needs_no_override() {
    let emulator = Emulator::builder().visits_per_hour(1).start().await.unwrap();
    let client = client_of(&emulator).build().unwrap();
    let diagnosis = examine(client.client()).await.unwrap();
    let lists = AssetKind::all().iter().filter_map(|kind| kind.operation(Verb::List));
    let asked = ["reporting.attributes", "billing.domains.list"].into_iter();
    let asked: Vec<&str> = asked.chain(lists.map(|list| list.id())).collect();
    let checked: Vec<&str> = diagnosis.checks.iter().map(|c| c.operation.id()).collect();
    assert_eq!(checked, asked);
    assert!(checked.len() >= 16, "a list is missing: {checked:?}");
    for check in &diagnosis.checks {
        let id = check.operation.id();
        assert!(matches!(check.finding, Finding::Found(_)), "{id}: {}", check.finding);
        assert_eq!(check.unknown_members.len(), 0, "{id}");
    }
    assert!(diagnosis.overrides().is_empty() && diagnosis.overrides_toml().is_empty());
    assert!(emulator.requests().iter().all(|request| request.method == Method::GET));
}

#[tokio::test]
async fn an_account_with_other_roots_is_settled_and_works_with_the_overrides() {
    let roots = [("/campaign/funnel", "/funnel"), ("/visitortag", "/tag")];
    let moved = |it: &Operation| {
        let is_other = it.path().starts_with("/campaign/funnel/condition");
        let mut own = roots.iter().filter(|_| !is_other);
        own.find_map(|(from, to)| Some(format!("{to}{}", it.path().strip_prefix(from)?)))
    };
    let moved = Operation::all().filter_map(|it| Some((it.id(), moved(it)?)));
    let overlay = moved.fold(Overlay::new(), |overlay, (id, path)| overlay.path(id, path));
    let emulator = Emulator::builder().visits_per_hour(1).overlay(overlay).start().await.unwrap();
    let builder = || {
        FunnelFlux::builder()
            .base_url(emulator.base_url())
            .access_token(emulator.access_token())
            .rate_limit(RateLimit::unlimited())
    };
    let diagnosis = examine(builder().build().unwrap().client()).await.unwrap();
    let overrides = diagnosis.overrides();
    assert_eq!(overrides["ledger.visitortag.create"], "/tag/save");
    let families = ["ledger.funnel.", "ledger.visitortag."];
    assert!(overrides.keys().all(|id| families.iter().any(|f| id.starts_with(f))), "{overrides:?}");

    let overridden =
        overrides.into_iter().fold(builder(), |b, (id, path)| b.path_override(id, path));
    let client = overridden.build().unwrap();
    for name in ["funnels", "visitor-tags"] {
        lives::live(&client, name).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[tokio::test]
async fn a_list_that_lives_elsewhere_moves_the_whole_asset_there() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let server = tower::service_fn(move |request: Request<Body>| {
        notes.lock().unwrap().push(request.method().clone());
        let (status, body) = match request.uri().path() {
            "/v1/funnel/list" => (200, r#"[{"idFunnel":"2nIemJxCKbFX","rank":1}]"#),
            "/v1/trafficsource/list" => (200, r#"{"items":[{"trafficSourceName":"x"}]}"#),
            "/v1/page/list" => (200, "7"),
            "/v1/campaign/list" => (403, "{}"),
            _ => (404, "{}"),
        };
        std::future::ready(Ok::<_, Error>(
            Response::builder()
                .status(status)
                .header("date", "Thu, 01 Jan 2099 00:00:00 GMT")
                .body(Body::from(body))
                .unwrap(),
        ))
    });
    let client = FunnelFlux::builder()
        .transport(server)
        .access_token("a")
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    let diagnosis = examine(client.client()).await.unwrap();
    let finding = |id: &str| {
        let mut checks = diagnosis.checks.iter();
        checks.find(|c| c.operation.id() == id).unwrap()
    };
    assert_eq!(finding("ledger.funnel.list").finding, Finding::FoundAt("/funnel/list", 1));
    assert_eq!(finding("ledger.funnel.list").unknown_members.iter().collect::<Vec<_>>(), ["rank"]);
    assert_eq!(finding("ledger.trafficsource.list").finding, Finding::Found(1));
    assert_eq!(finding("ledger.page.list").finding, Finding::NoList);
    assert_eq!(finding("ledger.campaign.list").finding, Finding::Failed(Some(403)));
    assert_eq!(finding("ledger.condition.list").finding, Finding::NotFound);
    assert!(diagnosis.clock_skew.unwrap() > 0);

    let overrides = diagnosis.overrides();
    assert_eq!(overrides["ledger.funnel.list"], "/funnel/list");
    assert_eq!(overrides["ledger.funnel.update"], "/funnel/save");
    assert!(overrides.keys().all(|id| id.starts_with("ledger.funnel.")), "{overrides:?}");
    assert!(diagnosis.overrides_toml().starts_with("[paths]\n\"ledger.funnel."));
    assert!(asked.lock().unwrap().iter().all(|method| *method == Method::GET));

    // The builder takes the overrides.
    let overridden = overrides
        .into_iter()
        .fold(FunnelFlux::builder(), |b, (id, path)| b.path_override(id, path));
    overridden.base_url("http://127.0.0.1:9").build().unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_reached_is_an_error() {
    let server = tower::service_fn(|_: Request<Body>| {
        std::future::ready(Err::<Response<Body>, _>(Error::not_sent("no network")))
    });
    let client = FunnelFlux::builder().transport(server).access_token("a").build().unwrap();
    assert!(examine(client.client()).await.unwrap_err().is_connect());
}
