//! The arguments of `ffx logs` and `ffx explore`.

use clap::Subcommand;
use funnelflux::id::{HitId, VisitorId};

use super::RangeArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// List the postbacks that were sent
    #[command(after_help = include_str!("help/logs.txt"))]
    Postback(RangeArgs),
    /// Summarise webhooks, one row for each webhook config
    #[command(after_help = include_str!("help/logs.txt"))]
    WebhookSummary(RangeArgs),
    /// Summarise middleware calls and their average latency, one row for each middleware config
    #[command(after_help = include_str!("help/logs.txt"))]
    MiddlewareSummary(RangeArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExploreCommand {
    /// Show a visitor and what they did in a time range
    #[command(after_help = include_str!("help/explore-visitor.txt"))]
    Visitor {
        /// The id of the visitor
        id: VisitorId,
        #[command(flatten)]
        range: RangeArgs,
    },
    /// Show a single hit or, with --visitor, the visitor it belongs to
    #[command(after_help = include_str!("help/explore-hit.txt"))]
    Hit {
        /// The id of the hit
        id: HitId,
        /// Show the visitor of this hit and everything they did
        #[arg(long)]
        visitor: bool,
    },
}

impl LogsCommand {
    pub(crate) fn range(&self) -> &RangeArgs {
        let (Self::Postback(range) | Self::WebhookSummary(range) | Self::MiddlewareSummary(range)) =
            self;
        range
    }
}
