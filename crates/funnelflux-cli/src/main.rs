//! `ffx`: FunnelFlux Pro from the command line, a thin layer over the crate `funnelflux`.

mod args;
mod commands;
mod failure;
mod files;
mod input;
mod journal;
mod logging;
mod names;
mod output;
mod progress;
mod rate;
mod session;
mod settings;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::{Format, Terminal, stderr, visible, without_login};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error),
    };
    let terminal = cli.global.terminal;
    logging::start(terminal.quiet, terminal.verbose);
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(terminal),
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::failed(format!("cannot start the runtime: {cause}")))?;
    let outcome = runtime.block_on(async {
        let outcome = commands::run(cli).await;
        commands::interrupt::end().await;
        outcome
    });
    // A report that the emulator still computes does not hold the end up.
    runtime.shutdown_background();
    outcome
}

/// Prints help and version to stdout, with exit code 0; prints a usage error, with exit code 2.
fn print_usage(error: &clap::Error) -> ExitCode {
    let asked_for = !error.use_stderr();
    // The error repeats arguments, so it is made again of harmless ones.
    let harmless = |argument: String| visible(&without_login(&argument)).into_owned();
    let again = Cli::try_parse_from(arguments().map(harmless)).err();
    if asked_for || !wants_json(arguments().skip(1)) {
        // A closed stdout or stderr is not a failure.
        let _ = match again {
            Some(harmless) => harmless.print(),
            None => write!(stderr(), "{}", error.render()),
        };
        return if asked_for { ExitCode::SUCCESS } else { ExitCode::from(2) };
    }
    let text = again.as_ref().unwrap_or(error).render().to_string();
    // The message of clap may span several lines and ends at the first blank one.
    let lines = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
    let message = lines.collect::<Vec<_>>().join(" ").trim_start_matches("error: ").to_owned();
    let failure = Failure::usage(message).hint("see `ffx --help`, or --help after a command");
    failure.report(Terminal { output: Some(Format::Json), ..Terminal::default() })
}

/// The arguments, read lossily: a non-UTF-8 one cannot be `-o json`, but may accompany it.
fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().map(|argument| argument.to_string_lossy().into_owned())
}

fn wants_json(mut arguments: impl Iterator<Item = String>) -> bool {
    let is_json = |format: &str| matches!(format.trim_start_matches('='), "json" | "ndjson");
    let mut follows = false;
    arguments.any(|argument| {
        let value = argument.strip_prefix("--output=").or_else(|| argument.strip_prefix("-o"));
        let is_asked = value.is_some_and(is_json) || (follows && is_json(&argument));
        follows = matches!(argument.as_str(), "-o" | "--output");
        is_asked
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_output_json_is_recognised() {
        for given in ["-o json", "-ojson", "--output=ndjson", "--output json", "id -o=json"] {
            assert!(wants_json(given.split(' ').map(str::to_owned)), "{given}");
        }
        for given in ["-o csv", "api GET json", "--profile json"] {
            assert!(!wants_json(given.split(' ').map(str::to_owned)), "{given}");
        }
    }
}
