//! The recorded lives of all assets and of a domain, replayed strictly: what the clients send must
//! not change unnoticed. To record anew: `cargo run -p funnelflux-tests --bin record_fixtures`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use funnelflux::ledger::Ledger;
use funnelflux::prelude::*;
use funnelflux::transport::replay::Replay;
use funnelflux_tests::{fixture, lives};

fn replayed(name: &str) -> (FunnelFlux, Replay) {
    let replay = Replay::load(fixture(name)).unwrap();
    let client = FunnelFlux::builder()
        .transport(replay.clone())
        .access_token("any")
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    (client, replay)
}

#[tokio::test]
async fn every_asset_asks_what_it_asked_when_it_was_recorded() {
    let mut operations = 0;
    for name in Ledger::names() {
        let (client, replay) = replayed(&format!("ledger/{name}.json"));
        let done = lives::live(&client, name).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        replay.verify().unwrap_or_else(|e| panic!("{name}: {e}"));
        operations += done.len();
    }
    // Each operation of the ledger, once.
    assert_eq!(operations, funnelflux::ledger::operations::ALL.len());
}

#[tokio::test]
async fn a_domain_asks_what_it_asked_when_it_was_recorded() {
    let (client, replay) = replayed("domains/domain.json");
    lives::live_as_domain(&client).await.unwrap();
    replay.verify().unwrap();
}
