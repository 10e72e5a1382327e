//! The preview of a file of ad spend: read, checked, split into requests, added up, by `Costs` and by `ffx`.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use funnelflux_imports::{CostOptions, Costs, Profile, Reader};
use nix::sys::resource::{UsageWho, getrusage};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::Result;
use crate::footprint::{Footprint, Footprints, beside, cargo, count};
use crate::measure::{Samples, children_cpu, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};

const OURS: &str = "preview";
const RECORDS: &str = "csv, its records";
const TYPED: &str = "csv, rows of serde";
const FFX: &str = "ffx costs push";
const FFX_ROWS: &str = "ffx costs push -o ndjson";
/// What a process takes before it has read anything worth mentioning.
const FFX_START: &str = "ffx costs push, one line";
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
    let sheet = reader.read_file(&std::fs::File::open(path)?)?;
    // The end of 2026.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_798_761_600);
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

/// Previews the file by `ffx`.
fn ffx(path: &Path, format: &str, lines: usize) -> Result<()> {
    let home = path.parent().context("no directory")?;
    // Looking ids up is two requests, which say more about the network than about `ffx`.
    let ids = ["--funnel=2nIemJxCKbFX", "--traffic-source=2n5JuOKWLTzd", "--unchecked-ids"];
    let mut command = beside("ffx")?;
    command.args(["costs", "push", "--network=meta", "--tz=Europe/Berlin", "-o", format]);
    command.args(ids).arg(path).env("FUNNELFLUX_CONFIG_DIR", home);
    let output = command.output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "ffx failed: {told}");
    let shown = match format {
        "ndjson" => output.stdout.iter().filter(|byte| **byte == b'\n').count() == lines,
        _ => String::from_utf8_lossy(&output.stdout).contains(&format!("{lines} line")),
    };
    ensure!(shown, "ffx did not preview {lines} lines");
    Ok(())
}

/// The most memory that an `ffx` had, the only child of this process.
pub(crate) fn ffx_footprints(format: &str, lines: usize) -> Result<Footprints> {
    let (_directory, path) = written(lines)?;
    ffx(&path, format, lines)?;
    let kilobytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    let footprint = Footprint { peak: kilobytes as f64 * 1024.0, ..Footprint::default() };
    Ok(Footprints::from([(FFX.to_owned(), footprint)]))
}

fn written(lines: usize) -> Result<(tempfile::TempDir, PathBuf)> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("spend.csv");
    std::fs::write(&path, file(lines))?;
    Ok((directory, path))
}

pub(crate) fn run(quick: bool) -> Result<Section> {
    let (lines, rounds) = if quick { (20_000, 5) } else { (100_000, 25) };
    let built = cargo("build").args(["-p", "funnelflux-cli"]).status()?;
    ensure!(built.success(), "ffx was not built");
    let (_directory, path) = written(lines)?;
    let (_other, one_line) = written(1)?;
    let cases = [(RECORDS, records as fn(&Path) -> Result<usize>), (TYPED, typed), (OURS, preview)];
    let mut samples = Samples::default();
    for round in 0..rounds {
        for (name, run) in cases.iter().cycle().skip(round % cases.len()).take(cases.len()) {
            let before = thread_cpu();
            ensure!(run(&path)? == lines, "{name}: not every line was read");
            samples.add(name, (thread_cpu() - before).as_secs_f64() * 1000.0);
        }
        for (name, path, format, lines) in [
            (FFX_START, &one_line, "table", 1),
            (FFX, &path, "table", lines),
            (FFX_ROWS, &path, "ndjson", lines),
        ] {
            let before = children_cpu()?;
            ffx(path, format, lines)?;
            samples.add(name, (children_cpu()? - before).as_secs_f64() * 1000.0);
        }
    }
    let peak = |what, name, lines| -> Result<Option<f64>> {
        Ok(count(what, lines)?.get(name).map(|found| found.peak / MEGABYTE))
    };
    let peaks = |what, name| {
        Ok::<_, anyhow::Error>([peak(what, name, lines)?, peak(what, name, 10 * lines)?])
    };
    let ours = peaks("import", OURS)?;
    let (table, rows) = (peaks("ffx-table", FFX)?, peaks("ffx-ndjson", FFX)?);
    let row = |name: &'static str, [peak, ten_times]: [Option<f64>; 2]| Row {
        case: name.to_owned(),
        figures: vec![
            Figure::new("min ms", samples.min(name), 1),
            Figure::new("median ms", samples.median(name), 1),
            Figure::new("× records", samples.median_ratio(name, RECORDS), 2),
            Figure::new("peak MB", peak, 1),
            Figure::new("peak MB, ten times the lines", ten_times, 1),
        ],
    };
    let most = |[peak, _]: [Option<f64>; 2]| peak.unwrap_or(f64::NAN);
    let after_start = |of: fn(&Samples, &str) -> f64| {
        (of(&samples, FFX) - of(&samples, FFX_START)) / of(&samples, RECORDS)
    };
    let size = std::fs::metadata(&path)?.len() as f64 / MEGABYTE;
    Ok(Section {
        name: "import",
        title: format!(
            "{lines} lines of ad spend, {size:.1} MB (CPU time of one thread, the reading of the file included)"
        ),
        rows: vec![
            row(RECORDS, [None; 2]),
            row(TYPED, [None; 2]),
            row(OURS, ours),
            row(FFX_START, [None; 2]),
            row(FFX, table),
            row(FFX_ROWS, rows),
        ],
        goals: vec![
            Goal::at_most("a preview ≤ 3 × reading with csv", 3.0, &samples.ratios(OURS, RECORDS)),
            Goal::at_most("150 MB of memory or less", 150.0, &[("peak", most(ours))]),
            Goal::at_most(
                "ffx after its start ≤ 3 × reading with csv",
                3.0,
                &[("median", after_start(Samples::median)), ("min", after_start(Samples::min))],
            ),
            Goal::at_most(
                "150 MB of memory or less by ffx",
                150.0,
                &[("table", most(table)), ("ndjson", most(rows))],
            ),
        ],
    })
}

/// The most that was held at once, the file included.
pub(crate) fn footprints(
    lines: usize,
    reset: impl FnOnce(),
    peak: impl FnOnce() -> f64,
) -> Result<Footprints> {
    let (_directory, path) = written(lines)?;
    reset();
    ensure!(preview(&path)? == lines, "not every line was read");
    let footprint = Footprint { peak: peak(), ..Footprint::default() };
    Ok(Footprints::from([(OURS.to_owned(), footprint)]))
}
