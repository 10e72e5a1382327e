//! No two ids are equal, whatever the clock does; and no id is wrong.

#![cfg(feature = "generate")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::HashSet;
use std::error::Error;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use funnelflux_id::{AssetId, Funnel, GenerateError, Generator, Id};
use proptest::prelude::*;

const NOW: i64 = 1_722_606_672_853;

/// A little generator of even numbers (SplitMix64).
fn seeded(mut seed: u64) -> impl FnMut() -> Option<u64> + Send {
    move || {
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Some(mixed ^ (mixed >> 31))
    }
}

fn assert_distinct(mut ids: Vec<AssetId>) {
    let made = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), made, "some ids came twice");
}

#[test]
fn four_million_ids_of_a_clock_that_stands_still_are_distinct_and_of_that_millisecond() {
    let generator = Generator::new(|| NOW, seeded(1));
    let ids = generator.batch(4_000_000).unwrap();
    assert!(ids.iter().all(|id| id.unix_millis() == NOW));
    assert_distinct(ids);
}

#[test]
fn a_clock_that_steps_back_and_comes_again_yields_no_id_twice_and_no_earlier_time() {
    let clock = AtomicI64::new(NOW);
    let generator = Generator::new(|| clock.load(Relaxed), seeded(2));
    let mut ids = Vec::new();
    let mut latest = i64::MIN;
    for step in [0, 1, -1, -3_600_000, 0, 0, 1, 2, 1, 2, 3, -5, 3, 4] {
        clock.store(NOW + step, Relaxed);
        latest = latest.max(NOW + step);
        for _ in 0..50_000 {
            let id = generator.generate().unwrap();
            assert_eq!(id.unix_millis(), latest, "at step {step}");
            ids.push(id);
        }
    }
    assert_distinct(ids);
}

#[test]
fn threads_that_share_a_generator_and_a_restless_clock_never_share_an_id() {
    let tick = AtomicI64::new(0);
    let clock = || NOW + [0, 1, 1, 0, 2, -7, 3][tick.fetch_add(1, Relaxed) as usize % 7];
    let generator = Generator::new(clock, seeded(3));
    let ids = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|thread| {
                let generator = &generator;
                scope.spawn(move || -> Vec<AssetId> {
                    if thread % 2 == 0 {
                        generator.batch(20_000).unwrap()
                    } else {
                        (0..20_000).map(|_| generator.generate().unwrap()).collect()
                    }
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_distinct(ids);
}

#[test]
fn the_process_wide_generator_gives_every_caller_other_ids() {
    let ids = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| -> Vec<AssetId> {
                    let mut ids = funnelflux_id::new_ids(10_000).unwrap();
                    ids.extend((0..10_000).map(|_| funnelflux_id::new_id().unwrap()));
                    ids.extend((0..10_000).map(|_| Id::<Funnel>::generate().unwrap().untyped()));
                    ids
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_distinct(ids);
}

fn system_millis() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "the process-wide generator reads this clock")]
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since_epoch.as_millis()).unwrap()
}

#[test]
fn a_process_wide_id_carries_the_time_of_the_system_clock() {
    let before = system_millis();
    let id = funnelflux_id::new_id().unwrap();
    // Other tests can only have brought the generator to a time that the clock has shown.
    assert!((before..=system_millis()).contains(&id.unix_millis()));
    let since_epoch = id.timestamp().duration_since(UNIX_EPOCH).unwrap();
    assert_eq!(since_epoch, Duration::from_millis(id.unix_millis().unsigned_abs()));
}

#[test]
fn two_generators_with_different_chance_go_different_ways() {
    let make = |seed| Generator::new(|| NOW, seeded(seed)).batch(1_000).unwrap();
    let (one, other): (HashSet<_>, HashSet<_>) =
        (make(4).into_iter().collect(), make(5).into_iter().collect());
    assert!(one.is_disjoint(&other));
    assert_eq!(make(4), make(4), "the same chance must be repeatable");
}

#[test]
fn chance_is_drawn_once_per_millisecond() {
    let (clock, drawn) = (AtomicI64::new(NOW), AtomicU64::new(0));
    let random = || Some(drawn.fetch_add(1, Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let generator = Generator::new(|| clock.load(Relaxed), random);
    assert_eq!(drawn.load(Relaxed), 0);
    for millisecond in 1..=5 {
        generator.batch(100).unwrap();
        generator.batch(100).unwrap();
        assert_eq!(drawn.load(Relaxed), millisecond);
        clock.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_batch_reads_the_clock_once() {
    let read = AtomicI64::new(0);
    let generator = Generator::new(|| NOW + read.fetch_add(1, Relaxed), seeded(6));
    let ids = generator.batch(1_000).unwrap();
    assert_eq!(read.load(Relaxed), 1);
    assert!(ids.iter().all(|id| id.unix_millis() == NOW));
    assert!(generator.batch(0).unwrap().is_empty());
}

fn at(unix_millis: i64) -> Result<AssetId, GenerateError> {
    Generator::new(|| unix_millis, seeded(7)).generate()
}

#[test]
fn the_first_and_the_last_millisecond_have_ids() {
    let first = at(1_563_840_000_000).unwrap();
    assert!(first.as_str().starts_with("0000000"), "{first}");
    assert_eq!(first.created_at_rfc3339().as_str(), "2019-07-23T00:00:00.000Z");
    let last = at(5_085_454_606_207).unwrap();
    assert!(last.as_str().starts_with("zzzzzzz"), "{last}");
    assert_eq!(last.created_at_rfc3339().as_str(), "2131-02-25T10:16:46.207Z");
}

#[test]
fn a_time_without_ids_is_an_error_that_says_what_to_do() {
    for early in [1_563_839_999_999, 0, -1, i64::MIN] {
        let error = at(early).unwrap_err();
        assert!(error.is_before_base() && !error.is_after_end());
        assert_eq!(error.unix_millis(), Some(early));
    }
    for late in [5_085_454_606_208, i64::MAX] {
        let error = at(late).unwrap_err();
        assert!(error.is_after_end() && !error.is_before_base());
        assert_eq!(error.unix_millis(), Some(late));
    }
    assert_eq!(
        at(1_563_839_999_999).unwrap_err().to_string(),
        "no asset id can be made: the time 1563839999999 ms since the Unix epoch is before \
         2019-07-23T00:00:00.000Z, where the ids begin; set the clock right"
    );
    assert_eq!(
        at(5_085_454_606_208).unwrap_err().to_string(),
        "no asset id can be made: the time 5085454606208 ms since the Unix epoch is after \
         2131-02-25T10:16:46.207Z, where the ids end; set the clock right"
    );
}

#[test]
fn a_clock_that_was_wrong_for_a_moment_leaves_no_trace() {
    let clock = AtomicI64::new(NOW);
    let generator = Generator::new(|| clock.load(Relaxed), seeded(8));
    let mut ids = generator.batch(1_000).unwrap();
    for wrong in [0, i64::MAX] {
        clock.store(wrong, Relaxed);
        assert!(generator.generate().is_err());
        assert!(generator.batch(2).is_err());
        clock.store(NOW, Relaxed);
        ids.extend(generator.batch(1_000).unwrap());
    }
    assert!(ids.iter().all(|id| id.unix_millis() == NOW));
    assert_distinct(ids);
}

#[test]
fn randomness_that_fails_or_panics_spoils_neither_the_generator_nor_its_lock() {
    let mut asked = 0_u64;
    let generator = Generator::new(
        || NOW,
        move || {
            asked += 1;
            assert_ne!(asked, 2, "a bug in the caller's source of randomness");
            (asked > 2).then_some(asked << 40)
        },
    );
    let error = generator.generate().unwrap_err();
    assert!(error.is_no_randomness());
    assert_eq!(error.unix_millis(), None);
    assert!(error.source().is_none());
    assert_eq!(error.to_string(), "no asset id can be made: the source of randomness gave none");
    let panicked = std::thread::scope(|scope| scope.spawn(|| generator.generate()).join().is_err());
    assert!(panicked);
    assert_distinct(generator.batch(1_000).unwrap());
}

#[test]
fn the_debug_form_of_a_generator_does_not_foretell_ids() {
    assert_eq!(format!("{:?}", Generator::system()), "Generator { .. }");
    assert_eq!(format!("{:?}", Generator::new(|| NOW, seeded(9))), "Generator { .. }");
}

proptest! {
    #[test]
    fn an_id_tells_the_time_it_was_made_at(
        unix_millis in AssetId::EARLIEST_UNIX_MILLIS..=AssetId::LATEST_UNIX_MILLIS,
        random: u64,
    ) {
        let id = Generator::new(|| unix_millis, || Some(random)).generate().unwrap();
        prop_assert_eq!(id.unix_millis(), unix_millis);
        prop_assert_eq!(id.as_str().parse::<AssetId>(), Ok(id));
    }

    #[test]
    fn ids_never_go_back_in_time_and_never_repeat(
        readings in prop::collection::vec(NOW..NOW + 8, 1..300),
        chance: [u64; 8],
    ) {
        let mut readings = readings.into_iter();
        let count = readings.len();
        let clock = std::cell::RefCell::new(&mut readings);
        let mut chance = chance.into_iter().cycle();
        let generator =
            Generator::new(|| clock.borrow_mut().next().unwrap(), || chance.next());
        let ids: Vec<AssetId> = (0..count).map(|_| generator.generate().unwrap()).collect();
        prop_assert!(ids.is_sorted_by_key(AssetId::unix_millis));
        prop_assert_eq!(ids.iter().collect::<HashSet<_>>().len(), count);
    }
}
