//! Nanoseconds per id, by one thread and by two at once.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Duration;

use crate::Result;
use crate::clock::{thread_cpu, wall};
use crate::sample::Sample;
use crate::section::{Figure, Goal, Row, Section};

/// Makes so many ids and throws them away.
type Make = fn(u32) -> Result<()>;

struct Case {
    name: &'static str,
    make: Make,
    /// How many ids make a round: about two milliseconds' worth, so that some rounds are
    /// disturbed by nothing.
    count: u32,
}

const OURS: &str = "funnelflux_id::new_id";
const BASE: &str = "ulid";

/// Each as its crate's documentation has it for the ordinary case.
const CASES: &[Case] = &[
    Case { name: BASE, make: ulid, count: 50_000 },
    Case { name: "ulid, as text", make: ulid_text, count: 50_000 },
    Case { name: "uuid v7", make: uuid_v7, count: 5_000 },
    Case { name: "nanoid", make: nano, count: 5_000 },
    Case { name: OURS, make: ours, count: 50_000 },
    Case { name: "funnelflux_id::new_ids, 1000 a time", make: ours_in_batches, count: 50_000 },
];

fn ours(count: u32) -> Result<()> {
    for _ in 0..count {
        black_box(funnelflux_id::new_id()?);
    }
    Ok(())
}

fn ours_in_batches(count: u32) -> Result<()> {
    for _ in 0..count / 1000 {
        black_box(funnelflux_id::new_ids(1000)?);
    }
    Ok(())
}

fn ulid(count: u32) -> Result<()> {
    for _ in 0..count {
        black_box(ulid::Ulid::generate());
    }
    Ok(())
}

/// A ulid is a number, ours is text; this is the ulid as text, without an allocation.
fn ulid_text(count: u32) -> Result<()> {
    let mut buffer = [0; ulid::ULID_LEN];
    for _ in 0..count {
        black_box(ulid::Ulid::generate().array_to_str(&mut buffer));
    }
    Ok(())
}

fn uuid_v7(count: u32) -> Result<()> {
    for _ in 0..count {
        black_box(uuid::Uuid::now_v7());
    }
    Ok(())
}

fn nano(count: u32) -> Result<()> {
    for _ in 0..count {
        black_box(nanoid::nanoid!());
    }
    Ok(())
}

/// Measures all cases in turn.
///
/// # Errors
/// When an id cannot be made.
pub fn run(quick: bool) -> Result<Section> {
    let rounds = if quick { 40 } else { 300 };
    let mut alone = vec![Sample::default(); CASES.len()];
    let mut together = vec![Sample::default(); CASES.len()];
    for _ in 0..rounds {
        for (case, (alone, together)) in CASES.iter().zip(alone.iter_mut().zip(&mut together)) {
            let before = thread_cpu();
            (case.make)(case.count)?;
            alone.push(per_id(thread_cpu() - before, case.count));
            together.push(per_id(by_two(case)?, case.count));
        }
    }
    let find = |samples: &[Sample], name: &str| {
        let at = CASES.iter().position(|case| case.name == name);
        at.and_then(|at| samples.get(at)).cloned().unwrap_or_default()
    };
    let (base, base_two) = (find(&alone, BASE), find(&together, BASE));
    let rows = CASES.iter().zip(alone.iter().zip(&together)).map(|(case, (one, two))| Row {
        case: case.name.to_owned(),
        figures: vec![
            Figure::new("min ns", one.min(), 1),
            Figure::new("median ns", one.median(), 1),
            Figure::new("× ulid", one.median_ratio(&base), 2),
            Figure::new("2 threads min", two.min(), 1),
            Figure::new("2 threads median", two.median(), 1),
            Figure::new("2 threads × ulid", two.median_ratio(&base_two), 2),
        ],
    });
    let goal = |what: &str, samples: &[Sample], base: &Sample| {
        let ours = find(samples, OURS);
        let found = [("median", ours.median_ratio(base)), ("min", ours.min_ratio(base))];
        Goal::at_most(what, 1.0, &found)
    };
    Ok(Section {
        name: "ids",
        title: "time per id of each thread (CPU time of one thread; wall time of two at once)"
            .into(),
        rows: rows.collect(),
        goals: vec![
            goal("an id ≤ 1.00 × ulid, one thread", &alone, &base),
            goal("an id ≤ 1.00 × ulid, two threads", &together, &base_two),
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
        let theirs = other.join().map_err(|_| "the second thread panicked")??;
        Ok(mine.max(theirs))
    })
}

fn per_id(time: Duration, count: u32) -> f64 {
    time.as_secs_f64() * 1e9 / f64::from(count)
}
