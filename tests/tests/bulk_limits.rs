//! A thousand creates against a server that takes twenty requests a second and refuses the rest with
//! 429: the emulator in this process, on tokio's paused clock, so that the schedule is exact and
//! the test does not wait.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use funnelflux::emulator::{Clock, Emulator, Fault, RetryAfter};
use funnelflux::id::{AssetId, Generator};
use funnelflux::ledger::{BulkOptions, ListFilter};
use funnelflux::model::ledger::{Identified as _, OfferSource};
use funnelflux::prelude::*;

const CREATES: usize = 1000;
const PER_SECOND: u32 = 20;
/// What the limit allows at best: a thousand at twenty a second.
const LEAST: f64 = 50.0;

/// An emulator that lives in tokio's time; `phase` is where in a second of its clock that begins.
fn emulator(phase: Duration, per_second: u32, retry_after: RetryAfter) -> Emulator {
    let origin = tokio::time::Instant::now();
    // 2026-01-01T00:00:00Z.
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600) + phase;
    Emulator::builder()
        .clock(Clock::from_fn(move || start + origin.elapsed()))
        .visits_per_hour(1)
        .rate_ceiling(per_second, retry_after)
        .build()
        .unwrap()
}

fn sources(count: usize) -> Vec<OfferSource> {
    let mut dice = 0_u64;
    let ids = Generator::new(
        || 1_767_225_600_000,
        move || {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Some(dice)
        },
    );
    let id = || ids.generate().unwrap().as_str().parse().unwrap();
    (0..count).map(|n| OfferSource::new(id(), &format!("Bulk {n}"))).collect()
}

/// Makes so many, and gives the seconds that passed and the requests that were refused.
async fn make(client: &FunnelFlux, emulator: &Emulator, count: usize) -> (f64, u64) {
    let sources = sources(count);
    let before = tokio::time::Instant::now();
    let report = client.ledger().offer_sources().create_all(&sources, BulkOptions::new()).await;
    let seconds = before.elapsed().as_secs_f64();
    assert!(report.is_all_ok(), "{:?}", report.failed().next());
    let refused = emulator.calls().of("ledger.offersource.create") - count as u64;

    // All are there, and none twice.
    let listed = client.ledger().offer_sources().list(&ListFilter::new()).await.unwrap();
    let bulk = listed.iter().filter(|source| source.asset_name().starts_with("Bulk "));
    let there: Vec<String> = bulk.map(|source| source.asset_id_text().into_owned()).collect();
    let made: BTreeSet<AssetId> =
        sources.iter().map(|source| source.asset_id_text().parse().unwrap()).collect();
    assert_eq!((there.len(), made.len()), (count, count));
    assert_eq!(there.iter().map(|id| id.parse().unwrap()).collect::<BTreeSet<AssetId>>(), made);
    (seconds, refused)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_creates_keep_to_a_limit_of_twenty_a_second() {
    let mut refused_in_all = 0;
    for retry_after in [RetryAfter::Absent, RetryAfter::Seconds(1)] {
        // Where the server's seconds begin is its own affair.
        for phase in [0, 250, 500, 750, 999].map(Duration::from_millis) {
            let emulator = emulator(phase, PER_SECOND, retry_after);
            let client = FunnelFlux::builder()
                .transport(emulator.router())
                .access_token(emulator.access_token())
                .retry(RetryPolicy::new().with_fixed_jitter(0.5))
                .build()
                .unwrap();
            let (seconds, refused) = make(&client, &emulator, CREATES).await;
            let case = format!("{retry_after:?}, {phase:?}: {seconds} s, {refused} refused");
            refused_in_all += refused;
            // A burst at the start saves a second at most.
            assert!(seconds > LEAST - 1.0 && seconds < LEAST * 1.15, "{case}");
            assert!(refused <= CREATES as u64 / 50, "{case}");
        }
    }
    // The burst at the start runs into the limit where the server's second begins with it.
    assert!(refused_in_all > 0, "the limit was never felt");
}

#[tokio::test(start_paused = true)]
async fn at_an_unknown_limit_every_object_is_made_and_few_requests_are_refused() {
    const OBJECTS: usize = 500;
    for retry_after in [RetryAfter::Absent, RetryAfter::Seconds(1)] {
        for per_second in [1, 3, 7, 15] {
            let emulator = emulator(Duration::from_millis(370), per_second, retry_after);
            let client = FunnelFlux::builder()
                .transport(emulator.router())
                .access_token(emulator.access_token())
                .build()
                .unwrap();
            let (seconds, refused) = make(&client, &emulator, OBJECTS).await;
            let case =
                format!("{per_second} a second, {retry_after:?}: {seconds} s, {refused} refused");
            // The first ten seconds are those of the search: at most 15 requests are refused in them.
            assert!(refused <= 15 + OBJECTS as u64 * 3 / 100, "{case}");
            let least = OBJECTS as f64 / f64::from(per_second);
            assert!(seconds < least / 0.95 + 10.0, "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_lets_nothing_pass_is_waited_for_until_patience_ends() {
    for (patience, least) in [(0, 0), (60, 40), (300, 200)] {
        let emulator = emulator(Duration::ZERO, PER_SECOND, RetryAfter::Absent);
        emulator.faults().push(Fault::rate_limited(RetryAfter::Absent).always());
        let client = FunnelFlux::builder()
            .transport(emulator.router())
            .access_token(emulator.access_token())
            .build()
            .unwrap();
        let options = BulkOptions::new().with_patience(Duration::from_secs(patience));
        let before = tokio::time::Instant::now();
        let report = client.ledger().offer_sources().create_all(&sources(5), options).await;
        let took = before.elapsed().as_secs();
        let errors: Vec<_> = report.failed().map(|(_, error)| error).collect();
        assert_eq!(errors.len(), 5);
        assert!(errors.iter().all(|error| error.is_rate_limited() && !error.is_ambiguous()));
        assert!((least..=patience + 60).contains(&took), "{patience} s of patience: {took} s");
    }
}
