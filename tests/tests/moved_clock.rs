//! A test moves the emulator's clock, as often and as far as it likes, and the client stays signed in.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::sync::Arc;
use std::time::Duration;

use funnelflux::auth::Tokens;
use funnelflux::emulator::Emulator;
use funnelflux::prelude::*;
use funnelflux::testing::EmulatorTimer;
use funnelflux::transport::Timer as _;
use funnelflux_tests::time::standing_clock;

const HOUR: Duration = Duration::from_secs(3600);

/// An account whose tokens are valid for three days, and a client that knows it.
async fn served() -> (Emulator, FunnelFlux) {
    let builder = Emulator::builder().seed(1).clock(standing_clock()).visits_per_hour(1);
    let emulator = builder.start().await.unwrap();
    let tokens = Tokens::new(emulator.access_token()).with_refresh_token(emulator.refresh_token());
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .tokens(tokens.with_expiry(emulator.now() + 72 * HOUR))
        .timer(Arc::new(EmulatorTimer::new(emulator.clock())))
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    (emulator, client)
}

#[tokio::test]
async fn a_token_is_renewed_once_for_each_time_the_clock_passes_its_end() {
    // The moves of the clock in hours, and the refreshes after each.
    for (moves, refreshes) in [
        (&[0][..], &[0][..]),
        (&[1, 1, 1], &[0, 0, 0]),
        (&[73], &[1]),
        // The second move is the one that two clocks did not survive.
        (&[73, 73], &[1, 2]),
        (&[73, 1, 73, 1], &[1, 1, 2, 2]),
        (&[71, 2], &[0, 1]),
        (&[1000, 1000, 1000], &[1, 2, 3]),
        (&[24, 24, 24, 24], &[0, 0, 1, 1]),
        (&[8760, 0, 8760], &[1, 1, 2]),
        (&[36, 37, 36, 37], &[0, 1, 1, 2]),
    ] {
        let (emulator, client) = served().await;
        for (hours, refreshes) in moves.iter().zip(refreshes) {
            emulator.advance(*hours * HOUR);
            client.reporting().attributes().await.unwrap_or_else(|e| panic!("{moves:?}: {e}"));
            assert_eq!(emulator.refreshes(), *refreshes, "{moves:?}");
        }
    }
}

#[tokio::test]
async fn the_timer_reads_the_emulators_time_of_day_and_waits_on_tokios() {
    let emulator = Emulator::builder().clock(standing_clock()).visits_per_hour(1);
    let emulator = emulator.start().await.unwrap();
    let timer = EmulatorTimer::new(emulator.clock());
    let (before, instant) = (timer.wall(), timer.now());
    emulator.advance(100 * HOUR);
    assert_eq!(timer.wall(), before + 100 * HOUR);
    emulator.clock().set(before);
    assert_eq!(timer.wall(), before, "also back");
    assert!(timer.now() < instant + HOUR, "a moved clock ends no wait");
    tokio::time::timeout(HOUR, timer.sleep(Duration::ZERO)).await.unwrap();
}
