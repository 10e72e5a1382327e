//! A test that replays a recording, and records it anew when asked to.
//!
//! ```sh
//! cargo test -p funnelflux-examples --test record_or_replay
//! FUNNELFLUX_RECORD=1 cargo test -p funnelflux-examples --test record_or_replay
//! ```
#![allow(clippy::unwrap_used, reason = "test code")]

use funnelflux::prelude::*;
use funnelflux::testing::{Emulator, Scrub, record_or_replay};
use funnelflux::transport::ReqwestTransport;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/revenue.json");

#[tokio::test]
async fn the_revenue_of_a_day_is_read_from_the_recording() {
    // The account that is recorded; yours is the live one. A replay sends nothing to it.
    let emulator = Emulator::builder().seed(1).start().await.unwrap();
    let provenance = "recorded from the emulator, seed 1";
    // A recording is asked for the days that are in it, so this one keeps its times.
    let (transport, fixture) =
        record_or_replay(FILE, provenance, Scrub::new().keep_times(), ReqwestTransport::new)
            .unwrap();
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .transport(transport)
        .build()
        .unwrap();

    let day = TimeRange::days("2026-01-01", "2026-01-01", &Zone::utc()).unwrap();
    let request = DrilldownRequest::builder(day).attribute(Attribute::ELEMENT_FUNNEL);
    let report = client.reporting().drilldown(&request.build().unwrap()).await.unwrap();
    let funnels = report.rows().len();
    let revenue = report.totals().get(&Metric::REVENUE).unwrap_or_default();
    println!("{revenue} from {funnels} funnels");
    assert!(funnels > 0 && !revenue.is_zero());

    // Fails on a request that the recording lacks, and on an exchange that was not asked for.
    fixture.finish().unwrap();
    if !fixture.is_recording() {
        assert_eq!(emulator.calls().total(), 0, "a replay sends nothing");
    }
}
