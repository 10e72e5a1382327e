//! Memory, counted in a process of its own: a counting allocator would slow down what is timed.

use std::alloc::System;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{bail, ensure};
use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait as _};
use serde::{Deserialize, Serialize};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::{Result, client, import, learn, report};

/// What a case took from the allocator.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Footprint {
    /// Allocations and reallocations, per request.
    pub(crate) allocations: f64,
    /// Bytes asked for, per request.
    pub(crate) bytes: f64,
    /// The most that was held at once, beyond what there was before.
    pub(crate) peak: f64,
}

pub(crate) type Footprints = BTreeMap<String, Footprint>;

/// The allocator of the binary that counts.
pub type Counting = PeakMemAlloc<&'static StatsAlloc<System>>;

const BINARY: &str = "funnelflux-bench-footprint";

/// A command of cargo, in the profile of this program, so that what it builds is of the same sources.
pub(crate) fn cargo(verb: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "-q"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command
}

/// A program that was built beside this one.
pub(crate) fn beside(name: &str) -> Result<Command> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(Command::new(std::env::current_exe()?.with_file_name(name)))
}

pub(crate) fn count(what: &str, amount: usize) -> Result<Footprints> {
    let package = ["-p", env!("CARGO_PKG_NAME"), "--bin", BINARY];
    ensure!(cargo("build").args(package).status()?.success(), "{BINARY} was not built");
    // `cargo run` becomes the program, and the compilers that it has run count as children of it.
    let mut command = beside(BINARY)?;
    let output = command.args([what, &amount.to_string()]).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{BINARY} {what} {amount} failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Runs as the counting binary: prints footprints as JSON, and times nothing.
pub fn main(allocator: &Counting) -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let footprints = match *arguments {
        ["client", requests] => clients(requests.parse()?)?,
        ["report", bytes] => reports(bytes.parse()?, allocator)?,
        ["learn", bytes] => {
            allocator.reset_peak_memory();
            learn::footprints(bytes.parse()?, || allocator.get_peak_memory() as f64)?
        }
        ["import", lines] => {
            let reset = || allocator.reset_peak_memory();
            import::footprints(lines.parse()?, reset, || allocator.get_peak_memory() as f64)?
        }
        ["ffx-table", lines] => import::ffx_footprints("table", lines.parse()?)?,
        ["ffx-ndjson", lines] => import::ffx_footprints("ndjson", lines.parse()?)?,
        _ => bail!(
            "usage: {BINARY} client REQUESTS | report BYTES | learn BYTES | import LINES | ffx-table LINES | ffx-ndjson LINES"
        ),
    };
    println!("{}", serde_json::to_string(&footprints)?);
    Ok(())
}

/// The server allocates nothing once a connection stands, so all that is counted is the client's.
fn clients(requests: u32) -> Result<Footprints> {
    let mut footprints = Footprints::new();
    for bench in client::benches()? {
        bench.warm_up()?;
        for case in &bench.cases {
            let before = INSTRUMENTED_SYSTEM.stats();
            case.run(requests)?;
            let spent = INSTRUMENTED_SYSTEM.stats() - before;
            let per_request = |total: usize| total as f64 / f64::from(requests);
            let footprint = Footprint {
                allocations: per_request(spent.allocations + spent.reallocations),
                bytes: per_request(spent.bytes_allocated),
                peak: 0.0,
            };
            footprints.insert(bench.key(case), footprint);
        }
    }
    Ok(footprints)
}

/// The text is there before, so that it is not counted. What is decoded is held until the peak is read.
fn reports(bytes: usize, allocator: &Counting) -> Result<Footprints> {
    let text = report::text(bytes);
    let mut footprints = Footprints::new();
    for decoder in report::decoders()? {
        allocator.reset_peak_memory();
        let held = decoder.decode(&text)?;
        let peak = allocator.get_peak_memory() as f64;
        drop(held);
        footprints.insert(decoder.name.to_owned(), Footprint { peak, ..Footprint::default() });
    }
    Ok(footprints)
}
