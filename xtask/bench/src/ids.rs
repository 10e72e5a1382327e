//! Nanoseconds per id, by one thread and by two at once.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Duration;

use anyhow::anyhow;
use funnelflux_id::{new_id, new_ids};
use ulid::Ulid;
use uuid::Uuid;

use crate::Result;
use crate::measure::{Samples, thread_cpu, wall};
use crate::section::{Figure, Goal, Row, Section};

struct Case {
    name: &'static str,
    make: fn(u32) -> Result,
    /// The ids of a round: about two milliseconds' worth, so that nothing disturbs some rounds.
    count: u32,
}

const OURS: &str = "funnelflux_id::new_id";
const BASE: &str = "ulid";

/// Each as its crate's documentation has it for the ordinary case.
const CASES: &[Case] = &[
    Case { name: BASE, make: |n| each(n, || Ok(Ulid::generate())), count: 50_000 },
    Case { name: "ulid, as text", make: ulid_text, count: 50_000 },
    Case { name: "uuid v7", make: |n| each(n, || Ok(Uuid::now_v7())), count: 5_000 },
    Case { name: "nanoid", make: |n| each(n, || Ok(nanoid::nanoid!())), count: 5_000 },
    Case { name: OURS, make: |n| each(n, || Ok(new_id()?)), count: 50_000 },
    Case {
        name: "funnelflux_id::new_ids, 1000 a time",
        make: |n| each(n / 1000, || Ok(new_ids(1000)?)),
        count: 50_000,
    },
];

fn each<T>(count: u32, make: impl Fn() -> Result<T>) -> Result {
    (0..count).try_for_each(|_| make().map(|id| drop(black_box(id))))
}

/// A ulid is a number, ours is text; this is the ulid as text, without an allocation.
fn ulid_text(count: u32) -> Result {
    let mut buffer = [0; ulid::ULID_LEN];
    for _ in 0..count {
        black_box(Ulid::generate().array_to_str(&mut buffer));
    }
    Ok(())
}

pub(crate) fn run(quick: bool) -> Result<Section> {
    let rounds = if quick { 40 } else { 300 };
    let (mut alone, mut together) = (Samples::default(), Samples::default());
    for _ in 0..rounds {
        for case in CASES {
            let before = thread_cpu();
            (case.make)(case.count)?;
            alone.add(case.name, per_id(thread_cpu() - before, case.count));
            together.add(case.name, per_id(by_two(case)?, case.count));
        }
    }
    let rows = CASES.iter().map(|&Case { name, .. }| Row {
        case: name.to_owned(),
        figures: vec![
            Figure::new("min ns", alone.min(name), 1),
            Figure::new("median ns", alone.median(name), 1),
            Figure::new("× ulid", alone.median_ratio(name, BASE), 2),
            Figure::new("2 threads min", together.min(name), 1),
            Figure::new("2 threads median", together.median(name), 1),
            Figure::new("2 threads × ulid", together.median_ratio(name, BASE), 2),
        ],
    });
    let goal =
        |what: &str, samples: &Samples| Goal::at_most(what, 1.0, &samples.ratios(OURS, BASE));
    Ok(Section {
        name: "ids",
        title: "time per id of each thread (CPU time of one thread; wall time of two at once)"
            .into(),
        rows: rows.collect(),
        goals: vec![
            goal("an id ≤ 1.00 × ulid, one thread", &alone),
            goal("an id ≤ 1.00 × ulid, two threads", &together),
        ],
    })
}

/// How long the slower of two threads took that began together.
fn by_two(case: &Case) -> Result<Duration> {
    let start = Barrier::new(2);
    let work = || {
        start.wait();
        let begin = wall();
        (case.make)(case.count).map(|()| begin.elapsed())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mine = work()?;
        let theirs = other.join().map_err(|_| anyhow!("the second thread panicked"))??;
        Ok(mine.max(theirs))
    })
}

fn per_id(time: Duration, count: u32) -> f64 {
    time.as_secs_f64() * 1e9 / f64::from(count)
}
