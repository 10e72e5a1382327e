//! The preview of a file of ad spend: read, checked, split into requests, added up.

use std::hint::black_box;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, ensure};
use funnelflux_imports::{CostOptions, Costs, Profile, Reader};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::Result;
use crate::footprint::{Footprint, Footprints, count};
use crate::measure::{Samples, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};

const OURS: &str = "preview";
const RECORDS: &str = "csv, its records";
const TYPED: &str = "csv, rows of serde";
const MEGABYTE: f64 = 1_000_000.0;

/// The columns that a script would ask for.
#[derive(Deserialize)]
struct Spend {
    #[serde(rename = "Day")]
    day: String,
    #[serde(rename = "Campaign ID")]
    campaign: String,
    #[serde(rename = "Amount spent (USD)", with = "rust_decimal::serde::str")]
    cost: Decimal,
}

/// An export of Meta: 28 days of each campaign, ten columns, and a total.
fn file(lines: usize) -> String {
    let mut random = fastrand::Rng::with_seed(1);
    let mut text = "Day,Account name,Campaign name,Campaign ID,Ad set name,Impressions,Clicks (all),CTR (all),\
                    Amount spent (USD),Currency\n"
        .to_owned();
    let mut total = Decimal::ZERO;
    for at in 0..lines {
        let (day, campaign) = (at % 28 + 1, at / 28);
        let cost = Decimal::new(random.i64(0..30_000), 2);
        let (impressions, clicks) = (random.u32(0..20_000), random.u32(0..500));
        let rate = Decimal::new(random.i64(0..900), 2);
        text += &format!(
            "2026-10-{day:02},Acme Media,\"Autumn, broad {campaign}\",12021479135{campaign:06}1,\
             Set {campaign} lookalike,{impressions},{clicks},{rate},{cost},USD\n"
        );
        total += cost;
    }
    text + &format!("Total,,,,,,,,{total},USD\n")
}

/// What a program needs for a preview by `Costs`. Ids are given, because names are looked up in the account.
fn preview(path: &Path) -> Result<usize> {
    let profile = Profile::find("meta").context("no profile")?;
    let reader = Reader::costs()
        .with_profile(profile)
        .with_value("funnel", "2nIemJxCKbFX")
        .with_value("traffic_source", "2n5JuOKWLTzd");
    let sheet = reader.read(&std::fs::read(path)?)?;
    // The end of 2026.
    let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_798_761_600);
    let options = CostOptions::new("Europe/Berlin".parse()?, now);
    let id = |text: &str| text.parse().map_err(|cause| format!("{cause}"));
    let costs = Costs::of(sheet, &options, |_, text| id(text))?;
    costs.check()?;
    let all: Vec<usize> = (0..costs.len()).collect();
    ensure!(costs.requests(&all).len() >= 28, "each day is a request");
    black_box((costs.sum(), costs.segment(0)));
    Ok(costs.len())
}

fn records(path: &Path) -> Result<usize> {
    let mut count = 0;
    for record in csv::Reader::from_path(path)?.records() {
        count += usize::from(black_box(record?).len() == 10);
    }
    Ok(count - 1)
}

fn typed(path: &Path) -> Result<usize> {
    let mut count = 0;
    for row in csv::Reader::from_path(path)?.deserialize() {
        let Spend { day, campaign, cost } = row?;
        black_box((&day, campaign, cost));
        count += usize::from(day != "Total");
    }
    Ok(count)
}

pub(crate) fn run(quick: bool) -> Result<Section> {
    let (lines, rounds) = if quick { (20_000, 5) } else { (100_000, 25) };
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("spend.csv");
    std::fs::write(&path, file(lines))?;
    let cases = [(RECORDS, records as fn(&Path) -> Result<usize>), (TYPED, typed), (OURS, preview)];
    let mut samples = Samples::default();
    for round in 0..rounds {
        for (name, run) in cases.iter().cycle().skip(round % cases.len()).take(cases.len()) {
            let before = thread_cpu();
            ensure!(run(&path)? == lines, "{name}: not every line was read");
            samples.add(name, (thread_cpu() - before).as_secs_f64() * 1000.0);
        }
    }
    let peak = |lines| -> Result<Option<f64>> {
        Ok(count("import", lines)?.get(OURS).map(|found| found.peak / MEGABYTE))
    };
    let (peak, ten_times) = (peak(lines)?, peak(10 * lines)?);
    let row = |name: &'static str, peak: Option<f64>, ten_times: Option<f64>| Row {
        case: name.to_owned(),
        figures: vec![
            Figure::new("min ms", samples.min(name), 1),
            Figure::new("median ms", samples.median(name), 1),
            Figure::new("× records", samples.median_ratio(name, RECORDS), 2),
            Figure::new("peak MB", peak, 1),
            Figure::new("peak MB, ten times the lines", ten_times, 1),
        ],
    };
    let size = std::fs::metadata(&path)?.len() as f64 / MEGABYTE;
    Ok(Section {
        name: "import",
        title: format!(
            "{lines} lines of ad spend, {size:.1} MB (CPU time of one thread, the reading of the file included)"
        ),
        rows: vec![row(RECORDS, None, None), row(TYPED, None, None), row(OURS, peak, ten_times)],
        goals: vec![
            Goal::at_most(
                "a preview ≤ 3 × reading with csv",
                3.0,
                &[
                    ("median", samples.median_ratio(OURS, RECORDS)),
                    ("min", samples.min(OURS) / samples.min(RECORDS)),
                ],
            ),
            Goal::at_most("150 MB of memory or less", 150.0, &[("peak", peak.unwrap_or(f64::NAN))]),
        ],
    })
}

/// The most that was held at once, the file included.
pub(crate) fn footprints(
    lines: usize,
    reset: impl FnOnce(),
    peak: impl FnOnce() -> f64,
) -> Result<Footprints> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("spend.csv");
    std::fs::write(&path, file(lines))?;
    reset();
    ensure!(preview(&path)? == lines, "not every line was read");
    let footprint = Footprint { peak: peak(), ..Footprint::default() };
    Ok(Footprints::from([(OURS.to_owned(), footprint)]))
}
