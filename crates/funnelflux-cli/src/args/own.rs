//! Commands that one kind of asset has beside the verbs of all kinds.

use clap::{ArgMatches, Command, Error, FromArgMatches as _, Subcommand};
use funnelflux::ledger::AssetKind;

use super::FunnelsCommand;

#[derive(Debug)]
pub(crate) enum OwnCommand {
    Funnels(FunnelsCommand),
    LogicScripts(LogicScriptsCommand),
}

impl OwnCommand {
    pub(super) fn augment(kind: &AssetKind, command: Command) -> Command {
        match kind.name {
            "funnels" => FunnelsCommand::augment_subcommands(command),
            "logic-scripts" => LogicScriptsCommand::augment_subcommands(command),
            _ => command,
        }
    }

    /// The command, if it is one of these.
    pub(super) fn of(kind: &AssetKind, matches: &ArgMatches) -> Result<Option<Self>, Error> {
        let name = matches.subcommand_name().unwrap_or_default();
        Ok(match kind.name {
            "funnels" if FunnelsCommand::has_subcommand(name) => {
                Some(Self::Funnels(FunnelsCommand::from_arg_matches(matches)?))
            }
            "logic-scripts" if LogicScriptsCommand::has_subcommand(name) => {
                Some(Self::LogicScripts(LogicScriptsCommand::from_arg_matches(matches)?))
            }
            _ => None,
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogicScriptsCommand {
    /// Check the code of scripts and list their route keys. Exit code 1 on errors
    #[command(after_help = include_str!("help/logic-scripts-check.txt"))]
    Check {
        /// Files of Go statements (`-` is stdin), or ids or names in the account
        #[arg(required = true, value_name = "FILE|ID|NAME")]
        scripts: Vec<String>,
    },
}
