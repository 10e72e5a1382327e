//! The arguments of `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use funnelflux::id::{Funnel, FunnelGroup, Id, TrafficSource, VisitorId};

use super::{DryRun, Quiet, RangeArgs, help};

#[derive(Debug, Subcommand)]
pub(crate) enum ConversionsCommand {
    /// Upload, correct and delete conversions from a CSV file: a preview, then --yes sends
    Push(ConversionsArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CostsCommand {
    /// Upload costs from a CSV file: a preview, then --yes sends
    Push(CostsArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CustomEventsCommand {
    /// Submit custom events by a body of your own: a preview, then --yes sends
    Push(CustomEventsArgs),
}

/// Whether postbacks are called for the uploaded conversions.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Postbacks {
    /// None
    None,
    /// For each hit that had none before
    Once,
    /// For all, also those that had one
    All,
}

#[derive(Debug, Args)]
#[command(after_help = help::CONVERSIONS)]
pub(crate) struct ConversionsArgs {
    /// The CSV file, with a header; `-` is stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// Whether postbacks are called. There is no default: a call cannot be taken back
    #[arg(long, value_name = "WHICH")]
    pub(crate) postbacks: Postbacks,
    /// Begin with this line of the file: those before it are not looked at
    #[arg(long, value_name = "N")]
    pub(crate) from_line: Option<u64>,
    /// Send. Without it only the preview is printed
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::COSTS)]
pub(crate) struct CostsArgs {
    /// The CSV file, with a header; `-` is stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// The zone of the ad account whose spend this is. Required, unless the profile sets `tz`
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// Allow lines without a tracking field: their cost is spread over all visits of the funnel from
    /// the source
    #[arg(long)]
    pub(crate) everything: bool,
    /// Begin with this line of the file: those before it are not looked at
    #[arg(long, value_name = "N")]
    pub(crate) from_line: Option<u64>,
    /// Send. Without it only the preview is printed
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::RESET)]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Only visits of these funnel groups
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) funnel_group: Vec<Id<FunnelGroup>>,
    /// Only visits of these funnels
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) funnel: Vec<Id<Funnel>>,
    /// Only visits from these traffic sources
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) traffic_source: Vec<Id<TrafficSource>>,
    /// Only visits from these countries, such as DE
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(crate) country: Vec<String>,
    /// Only these visitors
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) visitor: Vec<VisitorId>,
    /// Only visits from these addresses
    #[arg(long, value_name = "IP", num_args = 1.., value_delimiter = ',')]
    pub(crate) ip: Vec<std::net::IpAddr>,
    /// Everything in that time, if that is what is meant
    #[arg(long)]
    pub(crate) everything: bool,
    /// Delete without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Have the hits counted, print the exact request that would delete them, and do not send it
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::CUSTOM_EVENTS)]
pub(crate) struct CustomEventsArgs {
    /// A file with one JSON object, sent as it is; `-` is stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// Send. Without it only the preview is printed
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

impl CustomEventsCommand {
    pub(super) fn quiet(&self) -> Quiet {
        let Self::Push(args) = self;
        args.quiet
    }
}

impl ConversionsCommand {
    pub(super) fn quiet(&self) -> Quiet {
        let Self::Push(args) = self;
        args.quiet
    }
}

impl CostsCommand {
    pub(super) fn quiet(&self) -> Quiet {
        let Self::Push(args) = self;
        args.quiet
    }
}

impl ResetArgs {
    pub(super) fn quiet(&self) -> Quiet {
        self.quiet
    }
}
