//! The cases under a counting allocator. Prints footprints as JSON; nothing is timed here.

use std::alloc::System;
use std::process::ExitCode;

use funnelflux_bench::footprint::{Footprint, Footprints};
use funnelflux_bench::{Result, client, report};
use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static GLOBAL: PeakMemAlloc<&'static StatsAlloc<System>> = PeakMemAlloc::new(&INSTRUMENTED_SYSTEM);

fn main() -> ExitCode {
    match run() {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let footprints = match *arguments {
        ["client", requests] => clients(requests.parse()?)?,
        ["report", bytes] => reports(bytes.parse()?)?,
        _ => return Err("usage: funnelflux-bench-footprint client REQUESTS | report BYTES".into()),
    };
    Ok(serde_json::to_string(&footprints)?)
}

/// The server allocates nothing once a connection stands, so all that is counted is the client's.
fn clients(requests: u32) -> Result<Footprints> {
    let mut footprints = Footprints::new();
    for bench in client::benches()? {
        bench.warm_up()?;
        for case in bench.cases() {
            let before = INSTRUMENTED_SYSTEM.stats();
            case.run(requests)?;
            let spent = INSTRUMENTED_SYSTEM.stats() - before;
            let footprint = Footprint {
                allocations: per(spent.allocations + spent.reallocations, requests),
                bytes: per(spent.bytes_allocated, requests),
                peak: 0.0,
            };
            footprints.insert(bench.key(case), footprint);
        }
    }
    Ok(footprints)
}

fn per(total: usize, requests: u32) -> f64 {
    total as f64 / f64::from(requests)
}

/// The text is there before, so that it is not counted; what is decoded is held until the peak is
/// read.
fn reports(bytes: usize) -> Result<Footprints> {
    let text = report::text(bytes);
    let mut footprints = Footprints::new();
    for decoder in report::decoders()? {
        GLOBAL.reset_peak_memory();
        let held = decoder.decode(&text)?;
        let peak = per(GLOBAL.get_peak_memory(), 1);
        drop(held);
        footprints.insert(decoder.name.to_owned(), Footprint { peak, ..Footprint::default() });
    }
    Ok(footprints)
}
