//! One module for each command.

mod api;
mod assets;
mod auth;
mod confirm;
mod doctor;
mod domains;
mod emulator;
mod id;
mod interrupt;
mod look;
mod preview;
mod push;
mod report;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::Terminal;
use crate::settings::Settings;

/// The commands as the help is to show them.
pub(crate) fn as_offered(command: clap::Command) -> clap::Command {
    assets::offered_only(command)
}

/// Runs the command.
pub(crate) async fn run(cli: Cli, terminal: Terminal) -> Result<(), Failure> {
    let settings = || Settings::read(&cli.global, terminal);
    match &cli.command {
        // These two need neither profile nor home.
        Command::Id(command) => id::run(command, terminal),
        Command::Emulator(args) => emulator::run(args, terminal).await,
        Command::Auth(command) => auth::run(command, &settings()?).await,
        Command::Report(command) => Box::pin(report::run(command, &settings()?)).await,
        Command::Api(args) => Box::pin(api::run(args, &settings()?)).await,
        Command::Conversions(command) => Box::pin(push::conversions(command, &settings()?)).await,
        Command::Costs(command) => Box::pin(push::costs(command, &settings()?)).await,
        Command::CustomEvents(command) => {
            Box::pin(push::custom_events(command, &settings()?)).await
        }
        Command::Reset(args) => Box::pin(push::reset(args, &settings()?)).await,
        Command::Logs(command) => Box::pin(look::logs(command, &settings()?)).await,
        Command::Explore(command) => Box::pin(look::explore(command, &settings()?)).await,
        Command::Doctor(args) => Box::pin(doctor::run(args, &settings()?)).await,
        Command::Domains(command) => Box::pin(domains::run(command, &settings()?)).await,
        command => match command.asset() {
            Some((name, command)) => Box::pin(assets::run(name, command, &settings()?)).await,
            None => Ok(()),
        },
    }
}
