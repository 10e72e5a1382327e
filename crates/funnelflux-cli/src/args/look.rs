//! The arguments of `ffx logs` and `ffx explore`.

use clap::{Args, Subcommand};
use funnelflux::id::{HitId, VisitorId};

use super::{Quiet, RangeArgs, help};

#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// Postbacks that were sent
    Postback(LogArgs),
    /// Webhooks, a row for each config
    WebhookSummary(LogArgs),
    /// Middleware, a row for each config, with its average latency
    MiddlewareSummary(LogArgs),
}

#[derive(Debug, Args)]
#[command(after_help = help::LOGS)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExploreCommand {
    /// A visitor and what he did, in a stretch of time
    Visitor(VisitorArgs),
    /// A single hit; with --visitor the visitor it belongs to
    Hit(HitArgs),
}

#[derive(Debug, Args)]
#[command(after_help = help::EXPLORE_VISITOR)]
pub(crate) struct VisitorArgs {
    /// The visitor's id
    pub(crate) id: VisitorId,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::EXPLORE_HIT)]
pub(crate) struct HitArgs {
    /// The hit's id
    pub(crate) id: HitId,
    /// The visitor of the hit, with all that he did
    #[arg(long)]
    pub(crate) visitor: bool,
    #[command(flatten)]
    quiet: Quiet,
}

impl LogsCommand {
    pub(super) fn quiet(&self) -> Quiet {
        let (Self::Postback(args) | Self::WebhookSummary(args) | Self::MiddlewareSummary(args)) =
            self;
        args.quiet
    }

    pub(crate) fn range(&self) -> &RangeArgs {
        let (Self::Postback(args) | Self::WebhookSummary(args) | Self::MiddlewareSummary(args)) =
            self;
        &args.range
    }
}

impl ExploreCommand {
    pub(super) fn quiet(&self) -> Quiet {
        match self {
            Self::Visitor(args) => args.quiet,
            Self::Hit(args) => args.quiet,
        }
    }
}
