//! Speed and memory of decoding a drilldown report: a tree, rows, columns. The decoders run in turn,
//! round by round.

mod decoders;
mod text;
mod typed;

use std::process::Command;

use anyhow::{Context as _, ensure};
pub(crate) use decoders::decoders;
use decoders::{BASE, COLUMNS, Decoder};
pub(crate) use text::text;

use crate::measure::{Samples, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};
use crate::{Result, footprint};

/// How many times the speed of `Value` is wanted.
const SPEED: f64 = 5.0;
/// What share of the memory of `Value` is wanted.
const MEMORY: f64 = 1.0 / 20.0;

pub(crate) fn run(bytes: usize, quick: bool) -> Result<Section> {
    let footprints = footprint::count("report", bytes)?;
    let decoders = decoders()?;
    let text = text(bytes);
    let (mut cold, mut warm) = (Samples::default(), Samples::default());
    // As in a tool that fetches a report, writes it and ends: the memory comes from the kernel.
    for _ in 0..if quick { 3 } else { 7 } {
        for (at, decoder) in decoders.iter().enumerate() {
            cold.add(decoder.name, in_fresh_process(at, bytes)?);
        }
    }
    // As in a service that decodes one report after the other: the memory of the last is still there.
    for _ in 0..if quick { 5 } else { 15 } {
        for decoder in &decoders {
            warm.add(decoder.name, seconds(decoder, &text)?);
        }
    }
    let megabytes = text.len() as f64 / 1e6;
    let peak = |name: &str| footprints.get(name).map(|footprint| footprint.peak);
    let share = |name: &str| Some(peak(name)? / peak(BASE)?);
    let rows = decoders.iter().map(|&Decoder { name, .. }| Row {
        case: name.to_owned(),
        figures: vec![
            Figure::new("MB/s, fresh", megabytes / cold.median(name), 0),
            Figure::new("fresh × Value", cold.median_ratio(BASE, name), 2),
            Figure::new("MB/s, again", megabytes / warm.median(name), 0),
            Figure::new("again × Value", warm.median_ratio(BASE, name), 2),
            Figure::new("peak MB", peak(name).map(|bytes| bytes / 1e6), 1),
            Figure::new("of Value", share(name), 3),
        ],
    });
    let speed =
        |what: &str, samples: &Samples| Goal::at_least(what, SPEED, &samples.ratios(BASE, COLUMNS));
    let memory = [("peak", share(COLUMNS).unwrap_or(f64::NAN))];
    Ok(Section {
        name: "report",
        title: format!("decoding a drilldown of {megabytes:.1} MB, 5 attributes, 45 metrics"),
        rows: rows.collect(),
        goals: vec![
            speed("columns ≥ 5 × Value in speed, in a fresh process", &cold),
            speed("columns ≥ 5 × Value in speed, again and again", &warm),
            Goal::at_most("columns ≤ 1/20 (0.050) of Value in memory", MEMORY, &memory),
        ],
    })
}

/// The seconds that this program, run anew, needs to decode once.
fn in_fresh_process(decoder: usize, bytes: usize) -> Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let megabytes = (bytes / 1_000_000).to_string();
    command.args(["--decode-once", &decoder.to_string(), "--size", &megabytes]);
    let output = command.output()?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "--decode-once {decoder}: {why}");
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Decodes once by the decoder of this number, and gives the seconds that took.
pub(crate) fn once(decoder: usize, bytes: usize) -> Result<f64> {
    let decoders = decoders()?;
    let decoder = decoders.get(decoder).context("there is no such decoder")?;
    seconds(decoder, &text(bytes))
}

/// Decoding alone: what is decoded is dropped after the clock is read.
fn seconds(decoder: &Decoder, text: &str) -> Result<f64> {
    let before = thread_cpu();
    let held = decoder.decode(text)?;
    let spent = thread_cpu() - before;
    drop(held);
    Ok(spent.as_secs_f64())
}
