//! The workspace's own commands: `cargo xtask <verb>`.
//!
//! Each step of the checks is a verb that can be run alone; `cargo xtask help` lists them.

mod ci;
mod conform;
mod failure;
mod features;
mod layers;
mod lines;
mod manifest;
mod modules;
mod once;
mod openapi;
mod run;
mod scratch;
mod source;
mod verbs;
mod wire;

use std::process::ExitCode;

use funnelflux_learn::contract;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match verbs::dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
