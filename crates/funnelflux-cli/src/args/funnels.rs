//! The arguments of the verbs that funnels have beside those of every kind.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum FunnelsCommand {
    /// Check the graph, and what it refers to. Exit code 1 on errors
    Check(FunnelsCheckArgs),
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/funnels-check.txt"))]
pub(crate) struct FunnelsCheckArgs {
    /// The ids or names, or files of funnels; `-` is stdin
    #[arg(value_name = "ID|NAME|FILE|-", required_unless_present = "all")]
    pub(crate) funnels: Vec<String>,
    /// Check every funnel of the account
    #[arg(long, conflicts_with = "funnels")]
    pub(crate) all: bool,
    /// Look up what the funnels of files refer to. Those of the account are always looked up
    #[arg(long)]
    pub(crate) account: bool,
}
