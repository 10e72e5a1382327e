//! One module for each command.

mod api;
mod assets;
mod auth;
mod confirm;
mod doctor;
mod domains;
mod emulator;
mod explore;
mod hooks;
mod id;
pub(crate) mod interrupt;
mod learn;
mod links;
#[cfg(test)]
mod operations;
mod preview;
mod push;
mod report;
mod secrets;

use funnelflux::imports::UploadKind;

use self::push::Task;
use crate::args::{
    AssetCommand, AssetsCommand, Cli, Command, FunnelsCommand, Global, OwnCommand, PushCommand,
    ReportCommand, UploadCommand,
};
use crate::failure::Failure;
use crate::output::Format;
use crate::settings::Settings;

/// Runs the command.
pub(crate) async fn run(Cli { global, command }: Cli) -> Result<(), Failure> {
    refuse_sarif(&global, &command)?;
    let command = match command {
        // These two need no settings.
        Command::Id(command) => return id::run(&command, global.terminal),
        Command::Emulator(args) => return emulator::run(&args, &global).await,
        command => command,
    };
    let settings =
        &Settings::read(global, matches!(command, Command::Auth(_) | Command::Learn(_)))?;
    match &command {
        Command::Id(_) | Command::Emulator(_) => Ok(()),
        Command::Auth(command) => auth::run(command, settings).await,
        Command::Report(ReportCommand::Attributes) => report::attributes(settings).await,
        Command::Report(ReportCommand::Metrics) => report::metrics(settings),
        Command::Report(ReportCommand::Drilldown(it)) => report::drilldown(it, settings).await,
        Command::Report(ReportCommand::Raw(it)) => Box::pin(report::raw(it, settings)).await,
        Command::Api(it) => Box::pin(api::run(it, settings)).await,
        Command::Conversions(command) => match command {
            UploadCommand::Push(it) => Box::pin(push::conversions(it, Task::Push, settings)).await,
            UploadCommand::Verify(it) => {
                Box::pin(push::conversions(it, Task::Verify, settings)).await
            }
            UploadCommand::History(it) => push::history(UploadKind::Conversions, it, settings),
            UploadCommand::Undo(it) => {
                Box::pin(push::undo(UploadKind::Conversions, it, settings)).await
            }
            UploadCommand::Map(it) => push::map(UploadKind::Conversions, it, settings),
            UploadCommand::Networks => push::networks(UploadKind::Conversions, settings),
        },
        Command::Costs(command) => match command {
            UploadCommand::Push(it) => Box::pin(push::costs(it, Task::Push, settings)).await,
            UploadCommand::Verify(it) => Box::pin(push::costs(it, Task::Verify, settings)).await,
            UploadCommand::History(it) => push::history(UploadKind::Costs, it, settings),
            UploadCommand::Undo(it) => Box::pin(push::undo(UploadKind::Costs, it, settings)).await,
            UploadCommand::Map(it) => push::map(UploadKind::Costs, it, settings),
            UploadCommand::Networks => push::networks(UploadKind::Costs, settings),
        },
        Command::CustomEvents(PushCommand::Push(it)) => push::custom_events(it, settings).await,
        Command::Reset(it) => Box::pin(push::reset(it, settings)).await,
        Command::Logs(command) => Box::pin(explore::logs(command, settings)).await,
        Command::Explore(command) => Box::pin(explore::explore(command, settings)).await,
        Command::Hooks(command) => Box::pin(hooks::run(command, settings)).await,
        Command::Links(command) => links::run(command, settings).await,
        Command::Learn(it) => Box::pin(learn::run(it, settings)).await,
        Command::Doctor { save } => Box::pin(doctor::run(save.as_deref(), settings)).await,
        Command::Domains(command) => Box::pin(domains::run(command, settings)).await,
        Command::Assets(command) => Box::pin(assets::run(command, settings)).await,
    }
}

/// Only a check has findings to write as SARIF.
fn refuse_sarif(global: &Global, command: &Command) -> Result<(), Failure> {
    let is_check = matches!(
        command,
        Command::Assets(AssetsCommand {
            verb: AssetCommand::Own(OwnCommand::Funnels(FunnelsCommand::Check(_))),
            ..
        })
    );
    match global.terminal.output {
        Some(Format::Sarif) if !is_check => {
            Err(Failure::usage("-o sarif: only the verb `check` has findings to write so"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::operations::{OPERATIONS, REFRESH};
    use super::*;

    /// The paths of the commands that have no subcommands.
    fn leaves(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        for below in command.get_subcommands() {
            let path = format!("{path} {}", below.get_name());
            match below.has_subcommands() {
                true => leaves(below, &path, found),
                false => drop(found.insert(path.trim().to_owned())),
            }
        }
    }

    #[test]
    fn every_command_is_in_the_table_of_operations_unless_it_is_about_assets() {
        let mut all = BTreeSet::new();
        leaves(&Cli::command(), "", &mut all);
        let is_about_assets = |path: &String| {
            let name = path.split(' ').next().unwrap_or_default();
            funnelflux::ledger::AssetKind::find(name).is_some()
        };
        all.retain(|path| {
            !is_about_assets(path) && !matches!(path.as_str(), "doctor" | "api" | "learn")
        });
        let listed: BTreeSet<String> = OPERATIONS.iter().map(|(path, _)| (*path).into()).collect();
        assert_eq!(listed, all);
    }

    #[test]
    fn the_table_of_operations_names_operations_of_the_contract() {
        for id in OPERATIONS.iter().flat_map(|(_, ids)| *ids).chain([&REFRESH]) {
            assert!(funnelflux::operations::find_by_id(id).is_some(), "{id}");
        }
    }
}
