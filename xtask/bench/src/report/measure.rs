//! The decoders in turn, round by round.

use std::process::Command;

use super::decoders::{BASE, COLUMNS, Decoder, decoders};
use super::text::text;
use crate::Result;
use crate::clock::thread_cpu;
use crate::footprint;
use crate::sample::Sample;
use crate::section::{Figure, Goal, Row, Section};

/// How many times the speed of `Value` is wanted.
const SPEED: f64 = 5.0;
/// What share of the memory of `Value` is wanted.
const MEMORY: f64 = 1.0 / 20.0;

/// The argument that makes this program decode once and print how long that took.
pub const ONCE: &str = "--decode-once";

/// Measures all decoders on the same text.
///
/// # Errors
/// When the text cannot be decoded.
pub fn run(bytes: usize, quick: bool) -> Result<Section> {
    let footprints = footprint::count(&["report", &bytes.to_string()])?;
    let decoders = decoders()?;
    let cold = in_fresh_processes(&decoders, bytes, if quick { 3 } else { 7 })?;
    let (warm, length) = in_this_process(&decoders, bytes, if quick { 5 } else { 15 })?;
    let megabytes = length as f64 / 1e6;
    let find = |samples: &[Sample], name: &str| {
        let at = decoders.iter().position(|decoder| decoder.name == name);
        at.and_then(|at| samples.get(at)).cloned().unwrap_or_default()
    };
    let (cold_base, warm_base) = (find(&cold, BASE), find(&warm, BASE));
    let peak = |name: &str| footprints.get(name).map(|footprint| footprint.peak);
    let share = |name: &str| Some(peak(name)? / peak(BASE)?);
    let rows = decoders.iter().zip(cold.iter().zip(&warm)).map(|(decoder, (cold, warm))| Row {
        case: decoder.name.to_owned(),
        figures: vec![
            Figure::new("MB/s, fresh", megabytes / cold.median(), 0),
            Figure::new("fresh × Value", cold_base.median_ratio(cold), 2),
            Figure::new("MB/s, again", megabytes / warm.median(), 0),
            Figure::new("again × Value", warm_base.median_ratio(warm), 2),
            Figure::new("peak MB", peak(decoder.name).map(|bytes| bytes / 1e6), 1),
            Figure::new("of Value", share(decoder.name), 3),
        ],
    });
    let speed = |what: &str, samples: &[Sample], base: &Sample| {
        let columns = find(samples, COLUMNS);
        let found = [("median", base.median_ratio(&columns)), ("min", base.min_ratio(&columns))];
        Goal::at_least(what, SPEED, &found)
    };
    let memory = [("peak", share(COLUMNS).unwrap_or(f64::NAN))];
    Ok(Section {
        name: "report",
        title: format!("decoding a drilldown of {megabytes:.1} MB, 5 attributes, 45 metrics"),
        rows: rows.collect(),
        goals: vec![
            speed("columns ≥ 5 × Value in speed, in a fresh process", &cold, &cold_base),
            speed("columns ≥ 5 × Value in speed, again and again", &warm, &warm_base),
            Goal::at_most("columns ≤ 1/20 (0.050) of Value in memory", MEMORY, &memory),
        ],
    })
}

/// As a tool does it that fetches a report, writes it somewhere and ends: the memory has to come
/// from the kernel.
fn in_fresh_processes(decoders: &[Decoder], bytes: usize, rounds: usize) -> Result<Vec<Sample>> {
    let program = std::env::current_exe()?;
    let mut samples = vec![Sample::default(); decoders.len()];
    for _ in 0..rounds {
        for (at, sample) in samples.iter_mut().enumerate() {
            let arguments = [ONCE.to_owned(), at.to_string(), bytes.to_string()];
            let output = Command::new(&program).args(&arguments).output()?;
            if !output.status.success() {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(format!("{}: {why}", arguments.join(" ")).into());
            }
            sample.push(String::from_utf8(output.stdout)?.trim().parse()?);
        }
    }
    Ok(samples)
}

/// As a service does it that decodes one report after the other: the memory of the last one is
/// still there.
fn in_this_process(
    decoders: &[Decoder],
    bytes: usize,
    rounds: usize,
) -> Result<(Vec<Sample>, usize)> {
    let text = text(bytes);
    let mut samples = vec![Sample::default(); decoders.len()];
    for _ in 0..rounds {
        for (decoder, sample) in decoders.iter().zip(&mut samples) {
            sample.push(seconds(decoder, &text)?);
        }
    }
    Ok((samples, text.len()))
}

/// Decodes once and gives the seconds that took.
///
/// # Errors
/// When there is no such decoder, or it fails.
pub fn once(arguments: &[String]) -> Result<f64> {
    let [decoder, bytes] = arguments else {
        return Err(format!("{ONCE}: a decoder's number and a size are expected").into());
    };
    let decoders = decoders()?;
    let decoder = decoders.get(decoder.parse::<usize>()?).ok_or("there is no such decoder")?;
    seconds(decoder, &text(bytes.parse()?))
}

/// Decoding alone: what is decoded is dropped after the clock is read.
fn seconds(decoder: &Decoder, text: &str) -> Result<f64> {
    let before = thread_cpu();
    let held = decoder.decode(text)?;
    let spent = thread_cpu() - before;
    drop(held);
    Ok(spent.as_secs_f64())
}
