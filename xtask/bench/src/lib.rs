//! What the SDK costs, side by side with what it could be replaced by: an HTTP call, the decoding
//! of a report, an id, the making of objects under a limit.
//!
//! `cargo xtask bench` runs it; `docs/benchmarks.md` says what is measured, how, and what the
//! numbers mean.

mod arguments;
mod client;
mod footprint;
mod ids;
mod limit;
mod measure;
mod report;
mod section;

use std::process::ExitCode;

use arguments::{Arguments, Name};
use clap::Parser as _;
pub use footprint::{Counting, main as count};
use section::Section;

/// Any failure. A benchmark that cannot be trusted does not go on.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Times everything, has the memory counted by the other binary, and prints.
#[must_use]
pub fn main() -> ExitCode {
    exit(run(&Arguments::parse()))
}

fn exit(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    if let Some(decoder) = arguments.decode_once {
        println!("{}", report::once(decoder, arguments.report_bytes())?);
        return Ok(());
    }
    if cfg!(debug_assertions) {
        eprintln!("note: this is a debug build, its numbers mean nothing; add --release");
    }
    let quick = arguments.quick;
    if let Some(only) = &arguments.only {
        return client::alone(only, quick);
    }
    let mut sections = Vec::new();
    for name in [Name::Client, Name::Report, Name::Ids, Name::Limit] {
        let new = match name {
            _ if !arguments.wants(name) => continue,
            Name::Client => client::run(quick)?,
            Name::Report => vec![report::run(arguments.report_bytes(), quick)?],
            Name::Ids => vec![ids::run(quick)?],
            Name::Limit => vec![limit::run(quick)?],
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
    Ok(())
}
