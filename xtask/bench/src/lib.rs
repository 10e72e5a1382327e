//! What the SDK costs, side by side with what it could be replaced by: an HTTP call, the decoding
//! of a report, an id, the making of objects under a limit,
//! the reading of a recording, the preview of a file of ad spend, funnels of many nodes, a clean build.
//! `cargo xtask bench` runs it;
//! `docs/benchmarks.md` says what is measured, how, and what the numbers mean.

mod arguments;
mod build;
mod client;
mod footprint;
mod funnels;
mod ids;
mod import;
mod learn;
mod limit;
mod measure;
mod report;
mod section;

use arguments::{Arguments, Name};
use clap::{Parser as _, ValueEnum as _};
pub use footprint::{Counting, main as count};
use section::Section;

/// A benchmark that cannot be trusted does not go on.
type Result<T = ()> = anyhow::Result<T>;

/// Times everything, has the memory counted by the other binary, and prints.
pub fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(decoder) = arguments.decode_once {
        println!("{}", report::once(decoder, arguments.report_bytes())?);
        return Ok(());
    }
    if cfg!(debug_assertions) && !arguments.wants(Name::Build) {
        eprintln!("note: this is a debug build, its numbers mean nothing; add --release");
    }
    let quick = arguments.quick;
    if let Some(only) = &arguments.only {
        return client::alone(only, quick);
    }
    let mut sections = Vec::new();
    for name in Name::value_variants() {
        let new = match name {
            name if !arguments.wants(*name) => continue,
            Name::Client => client::run(quick)?,
            Name::Report => vec![report::run(arguments.report_bytes(), quick)?],
            Name::Ids => vec![ids::run(quick)?],
            Name::Limit => vec![limit::run(quick)?],
            Name::Learn => vec![learn::run(quick)?],
            Name::Import => vec![import::run(quick)?],
            Name::Funnels => vec![funnels::run(quick)?],
            Name::Build => vec![build::run(quick)?],
        };
        // Printed at once: a whole run takes minutes.
        if !arguments.json {
            new.iter().for_each(|section| println!("{section}"));
        }
        sections.extend(new);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty::<Vec<Section>>(&sections)?);
    }
    let missed = |section: &&Section| !section.goals.iter().all(|goal| goal.met);
    let build = sections.iter().filter(|section| section.name == "build").find(missed);
    anyhow::ensure!(build.is_none(), "a clean build takes more than its bound");
    Ok(())
}
