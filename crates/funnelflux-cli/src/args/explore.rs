//! The arguments of `ffx logs` and `ffx explore`.

use clap::{Args, Subcommand};
use funnelflux::id::{HitId, VisitorId};

use super::{RangeArgs, help};

#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// List the postbacks that were sent
    #[command(after_help = help::LOGS)]
    Postback(RangeArgs),
    /// Summarise webhooks, one row for each webhook config
    #[command(after_help = help::LOGS)]
    WebhookSummary(RangeArgs),
    /// Summarise middleware calls and their average latency, one row for each middleware config
    #[command(after_help = help::LOGS)]
    MiddlewareSummary(RangeArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExploreCommand {
    /// Show a visitor and what they did in a time range
    #[command(after_help = help::EXPLORE_VISITOR)]
    Visitor(VisitorArgs),
    /// Show a single hit or, with --visitor, the visitor it belongs to
    #[command(after_help = help::EXPLORE_HIT)]
    Hit(HitArgs),
}

#[derive(Debug, Args)]
pub(crate) struct VisitorArgs {
    /// The id of the visitor
    pub(crate) id: VisitorId,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HitArgs {
    /// The id of the hit
    pub(crate) id: HitId,
    /// Show the visitor of this hit and everything they did
    #[arg(long)]
    pub(crate) visitor: bool,
}

impl LogsCommand {
    pub(crate) fn range(&self) -> &RangeArgs {
        let (Self::Postback(range) | Self::WebhookSummary(range) | Self::MiddlewareSummary(range)) =
            self;
        range
    }
}
