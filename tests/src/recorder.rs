//! The fixtures of assets and domains, recorded from the emulator: for the program that writes them
//! and for the test that compares them with what it would write.

use std::sync::Arc;

use funnelflux::emulator::Emulator;
use funnelflux::ledger::AssetKind;
use funnelflux::prelude::*;
use funnelflux::testing::EmulatorTimer;
use funnelflux::transport::replay::{Recorder, RecorderHandle, Recording, Scrub};
use funnelflux::transport::{BoxError, ReqwestTransport};

use crate::lives;
use crate::time::standing_clock;

/// What the head of each of these fixtures says, and of no other.
pub const PROVENANCE: &str = "made from the contract: recorded from the emulator, whose answers are a choice where the live ones are unknown";

/// An account of its own for each recording, always the same.
async fn account() -> Result<(Emulator, FunnelFlux, RecorderHandle), BoxError> {
    let clock = standing_clock();
    let emulator =
        Emulator::builder().seed(1).clock(clock.clone()).visits_per_hour(1).start().await?;
    let scrub = Scrub::of_made_up_data();
    let (recorder, tape) = Recorder::new(ReqwestTransport::new()?, PROVENANCE, scrub);
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .timer(Arc::new(EmulatorTimer::new(&clock)))
        .transport(recorder)
        .build()?;
    Ok((emulator, client, tape))
}

/// The path below `fixtures` of the recording of this kind.
#[must_use]
pub fn fixture_of(kind: &AssetKind) -> String {
    format!("ledger/{}.json", kind.name)
}

/// Records every operation of this kind.
///
/// # Errors
/// The failure of an operation, with the name of the kind.
pub async fn record_kind(kind: &AssetKind) -> Result<Recording, BoxError> {
    let name = kind.name;
    let (_emulator, client, tape) = account().await?;
    lives::live(&client, name).await.map_err(|e| format!("{name}: {e}"))?;
    Ok(tape.recording())
}

/// Records all of them anew, each by its path below `fixtures`, sorted.
///
/// # Errors
/// Whatever goes wrong, with the fixture it belongs to.
pub async fn record() -> Result<Vec<(String, Recording)>, BoxError> {
    let mut recorded = Vec::new();
    for kind in AssetKind::all() {
        recorded.push((fixture_of(kind), record_kind(kind).await?));
    }
    let (_emulator, client, tape) = account().await?;
    lives::live_as_domain(&client).await.map_err(|e| format!("domain: {e}"))?;
    recorded.push(("domains/domain.json".to_owned(), tape.recording()));
    recorded.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(recorded)
}
