//! The workspace's own commands: `cargo xtask <verb>`. Each step of the checks is a verb.

mod conform;
mod features;
mod guides;
mod layers;
mod lines;
mod manifest;
mod modules;
mod names;
mod once;
mod openapi;
mod run;
mod scratch;
mod source;
mod verbs;
mod wire;

use std::process::ExitCode;

use clap::Parser as _;
use funnelflux_learn::contract;

type Result<T = ()> = anyhow::Result<T>;

fn main() -> ExitCode {
    match verbs::Verb::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure:#}");
            ExitCode::FAILURE
        }
    }
}
