//! Times everything, has the memory counted by the other binary, and prints.

use std::process::ExitCode;

use funnelflux_bench::arguments::{Arguments, USAGE};
use funnelflux_bench::section::Section;
use funnelflux_bench::{Result, client, ids, report};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == report::ONCE
    {
        println!("{}", report::once(rest)?);
        return Ok(());
    }
    let arguments = Arguments::parse(arguments)?;
    if arguments.help {
        println!("{USAGE}");
        return Ok(());
    }
    if cfg!(debug_assertions) {
        eprintln!("note: this is a debug build, its numbers mean nothing; add --release");
    }
    if let Some(only) = &arguments.only {
        return client::alone(only, arguments.quick);
    }
    let mut sections = Vec::new();
    if arguments.wants("client") {
        show(&mut sections, client::run(arguments.quick)?, &arguments);
    }
    if arguments.wants("report") {
        let section = report::run(arguments.report_bytes(), arguments.quick)?;
        show(&mut sections, vec![section], &arguments);
    }
    if arguments.wants("ids") {
        show(&mut sections, vec![ids::run(arguments.quick)?], &arguments);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&sections)?);
    }
    Ok(())
}

/// Prints at once: a whole run takes a minute.
fn show(sections: &mut Vec<Section>, new: Vec<Section>, arguments: &Arguments) {
    if !arguments.json {
        new.iter().for_each(|section| println!("{section}"));
    }
    sections.extend(new);
}
