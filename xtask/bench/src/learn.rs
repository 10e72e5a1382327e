//! Reading a recording of 300 MB, made as it is read: its speed, and the most memory that it held.

use std::io::{BufReader, Read};

use anyhow::ensure;
use funnelflux_learn::session::Session;
use serde::de::IgnoredAny;

use crate::Result;
use crate::footprint::{Footprint, Footprints, count};
use crate::measure::{Samples, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};

const HEAD: &str = r#"{"log":{"version":"1.2","entries":["#;
const TAIL: &str = "]}}";
const OURS: &str = "Session::har";
const BASE: &str = "serde_json, each value skipped";
const MEGABYTE: f64 = 1_000_000.0;

/// Every hundredth entry is a download of eight megabytes.
const HUGE: usize = 8_000_000;

/// A recording of lists of pages, entry by entry.
struct Made {
    left: usize,
    number: usize,
    text: Vec<u8>,
    at: usize,
    is_done: bool,
}

impl Made {
    fn new(bytes: usize) -> Self {
        Self { left: bytes, number: 0, text: HEAD.into(), at: 0, is_done: false }
    }

    fn next(&mut self) {
        self.at = 0;
        self.text.clear();
        if self.left == 0 {
            self.text.extend_from_slice(TAIL.as_bytes());
            self.is_done = true;
            return;
        }
        let text = entry(self.number);
        let comma = if self.number == 0 { "" } else { "," };
        self.text.extend_from_slice(comma.as_bytes());
        self.text.extend_from_slice(text.as_bytes());
        self.left = self.left.saturating_sub(text.len());
        self.number += 1;
    }
}

fn entry(number: usize) -> String {
    let item = |at: usize| {
        format!(
            r#"{{"idPage":"2{at:011}","pageName":"Page {at}","pageType":"offer","status":"active"}}"#
        )
    };
    let answer = match number % 100 {
        99 => "x".repeat(HUGE),
        _ => format!(
            "[{}]",
            (0..200).map(|at| item(number * 200 + at)).collect::<Vec<_>>().join(",")
        ),
    };
    serde_json::json!({
        "startedDateTime": "2026-11-27T09:00:00.000Z", "time": 12.5,
        "request": {
            "method": "GET", "url": "https://api.funnelflux.pro/v1/page/list?status=active",
            "headers": [{"name": "authorization", "value": "Bearer made-up"}], "cookies": [],
        },
        "response": {"status": 200, "content": {"mimeType": "application/json", "text": answer}},
    })
    .to_string()
}

impl Read for Made {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.text.len() && !self.is_done {
            self.next();
        }
        let length = self.text.get(self.at..).unwrap_or_default().read(out)?;
        self.at += length;
        Ok(length)
    }
}

fn ours(bytes: usize) -> Result {
    let mut session = Session::new();
    let extent = session.har("made.har", Made::new(bytes))?;
    ensure!(extent.ended.is_none(), "the recording was not read to its end");
    ensure!(session.lessons().called.contains_key("ledger.page.list"), "nothing was learned");
    Ok(())
}

fn base(bytes: usize) -> Result {
    let reader = BufReader::with_capacity(1 << 16, Made::new(bytes));
    let mut json = serde_json::Deserializer::from_reader(reader);
    Ok(serde::Deserialize::deserialize(&mut json).map(|IgnoredAny| ())?)
}

/// The making of the recording takes time, too.
fn made(bytes: usize) -> Result {
    std::io::copy(&mut Made::new(bytes), &mut std::io::sink())?;
    Ok(())
}

pub(crate) fn run(quick: bool) -> Result<Section> {
    let (bytes, rounds) = if quick { (30_000_000, 1) } else { (300_000_000, 3) };
    let mut samples = Samples::default();
    for _ in 0..rounds {
        let time = |run: fn(usize) -> Result| -> Result<f64> {
            let before = thread_cpu();
            run(bytes)?;
            Ok((thread_cpu() - before).as_secs_f64())
        };
        let alone = time(made)?;
        for (name, run) in [(BASE, base as fn(usize) -> Result), (OURS, ours)] {
            samples.add(name, bytes as f64 / MEGABYTE / (time(run)? - alone).max(1e-9));
        }
    }
    let speed = |name| samples.median(name);
    let peak = count("learn", bytes)?.get(OURS).map(|found| found.peak / MEGABYTE);
    let row = |name: &'static str, peak: Option<f64>| Row {
        case: name.to_owned(),
        figures: vec![Figure::new("MB/s", speed(name), 0), Figure::new("peak MB", peak, 1)],
    };
    let size = bytes as f64 / MEGABYTE;
    Ok(Section {
        name: "learn",
        title: format!("a recording of {size:.0} MB (CPU time of one thread, without its making)"),
        rows: vec![row(BASE, None), row(OURS, peak)],
        goals: vec![
            Goal::at_least("30 MB/s or more", 30.0, &[("median", speed(OURS))]),
            Goal::at_most("100 MB of memory or less", 100.0, &[("peak", peak.unwrap_or(f64::NAN))]),
        ],
    })
}

/// The most that was held at once, that of the made entry included.
pub(crate) fn footprints(bytes: usize, peak: impl FnOnce() -> f64) -> Result<Footprints> {
    ours(bytes)?;
    let footprint = Footprint { peak: peak(), ..Footprint::default() };
    Ok(Footprints::from([(OURS.to_owned(), footprint)]))
}
