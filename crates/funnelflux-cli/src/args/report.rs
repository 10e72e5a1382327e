//! The arguments of `ffx report`, `ffx logs` and `ffx explore`.

use clap::{Args, Subcommand};
use funnelflux::id::{HitId, VisitorId};

use super::number;

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// List what reports can be grouped and filtered by, as the server knows it
    Attributes,
    /// List the known metrics, with their kind and whether they add up. No network
    Metrics,
    /// Report metrics, grouped by attributes
    #[command(after_help = include_str!("help/drilldown.txt"))]
    Drilldown(Box<DrilldownArgs>),
    /// List single hits, clicks and conversions
    #[command(after_help = include_str!("help/raw.txt"))]
    Raw(RawArgs),
}

/// A time range and its zone.
#[derive(Debug, Args)]
pub(crate) struct RangeArgs {
    /// The last days (7d, 2w), including all of today, or the last hours up to now (24h)
    #[arg(long, value_name = "7d", conflicts_with_all = ["from", "to"], allow_hyphen_values = true)]
    pub(crate) last: Option<String>,
    /// The first day (2026-03-01) or the first instant (2026-03-01T00:00:00+01:00)
    #[arg(long, value_name = "DAY", requires = "to", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// The last day, included in full, or the last second of the range
    #[arg(long, value_name = "DAY", requires = "from", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// The time zone in which days start and end, such as Europe/Berlin or +02:00. Required unless
    /// the profile sets `tz`, or --from and --to have offsets
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub(crate) tz: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DrilldownArgs {
    /// Group by this attribute: a short name (offer, country, hour …), field:c1, or a full name
    #[arg(long, value_name = "ATTR", required = true, num_args = 1.., value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Keep only values that match one of the patterns for their attribute; `*` matches any text
    #[arg(long, value_name = "ATTR=PATTERN", num_args = 1..)]
    pub(crate) filter: Vec<String>,
    /// Leave out values that match
    #[arg(long, value_name = "ATTR=PATTERN", num_args = 1..)]
    pub(crate) exclude: Vec<String>,
    /// Show only these metrics, in this order, such as visits,revenue [default: the usual ones in a
    /// table, all of them in other formats]
    #[arg(long, value_name = "METRIC", num_args = 1.., value_delimiter = ',')]
    pub(crate) metric: Vec<String>,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// If the server kills the query at its limit of 30 s, query shorter time ranges and add them up
    #[arg(long)]
    pub(crate) split: bool,
    /// With --split: leave out metrics that cannot be added up (visitors, rates) instead of failing
    #[arg(long, requires = "split")]
    pub(crate) drop_non_additive: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RawArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Include views of landers and offers
    #[arg(long)]
    pub(crate) hits: bool,
    /// Include clicks
    #[arg(long)]
    pub(crate) clicks: bool,
    /// Include conversions
    #[arg(long)]
    pub(crate) conversions: bool,
    /// Stop after this many rows
    #[arg(long, value_name = "N", value_parser = number::<u64>(1, u64::MAX), allow_negative_numbers = true)]
    pub(crate) limit: Option<u64>,
    /// Skip this many rows, to continue where an earlier run stopped
    #[arg(long, value_name = "N", default_value = "0", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) resume_at: u64,
    /// Rows per request
    #[arg(long, value_name = "N", default_value = "1000", value_parser = number::<u64>(1, u64::MAX), allow_negative_numbers = true)]
    pub(crate) page_length: u64,
    /// The columns of the table or CSV file, by the member names of the rows
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
}

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
