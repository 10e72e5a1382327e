//! Records the fixtures of assets and domains from the emulator:
//! `cargo run -p funnelflux-tests --bin record_fixtures`.

use std::error::Error;
use std::time::Duration;

use funnelflux::emulator::{Clock, Emulator};
use funnelflux::ledger::Ledger;
use funnelflux::prelude::*;
use funnelflux::transport::ReqwestTransport;
use funnelflux::transport::replay::{Recorder, RecorderHandle, Scrub};
use funnelflux_tests::{fixture, lives};

const PROVENANCE: &str = "made from the contract: recorded from the emulator, whose answers are a choice where the live ones are unknown";

/// An account of its own for each recording, always the same.
async fn account() -> Result<(Emulator, FunnelFlux, RecorderHandle), Box<dyn Error>> {
    // 2026-01-01T00:00:00Z.
    let now = std::time::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let emulator =
        Emulator::builder().seed(1).clock(Clock::fixed(now)).visits_per_hour(1).start().await?;
    let scrub = Scrub::of_made_up_data();
    let (recorder, tape) = Recorder::new(ReqwestTransport::new()?, PROVENANCE, scrub);
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .transport(recorder)
        .build()?;
    Ok((emulator, client, tape))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for name in Ledger::names() {
        let (_emulator, client, tape) = account().await?;
        let done = lives::live(&client, name).await.map_err(|e| format!("{name}: {e}"))?;
        let file = fixture(&format!("ledger/{name}.json"));
        tape.recording().save(&file)?;
        println!("{name}: {} operations", done.len());
    }
    let (_emulator, client, tape) = account().await?;
    lives::live_as_domain(&client).await?;
    tape.recording().save(fixture("domains/domain.json"))?;
    Ok(())
}
