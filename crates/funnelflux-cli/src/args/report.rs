//! The arguments of `ffx report`.

use clap::{Args, Subcommand};

use super::{Quiet, help};

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// What reports can be grouped and filtered by, as the server lists it
    Attributes(AttributesArgs),
    /// Figures grouped by attributes
    Drilldown(Box<DrilldownArgs>),
    /// Single hits, clicks and conversions
    Raw(RawArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AttributesArgs {
    #[command(flatten)]
    pub(super) quiet: Quiet,
}

/// Which stretch of time, in which zone.
#[derive(Debug, Args)]
pub(crate) struct RangeArgs {
    /// The last days (7d, 2w), today included and whole, or the last hours up to now (24h)
    #[arg(long, value_name = "7d", conflicts_with_all = ["from", "to"])]
    pub(crate) last: Option<String>,
    /// The first day, 2026-03-01, or the first instant, 2026-03-01T00:00:00+01:00
    #[arg(long, value_name = "DAY", requires = "to")]
    pub(crate) from: Option<String>,
    /// The last day, which belongs to the range, or the last second of the range
    #[arg(long, value_name = "DAY", requires = "from")]
    pub(crate) to: Option<String>,
    /// The zone that days are days of, such as Europe/Berlin or +02:00. Required, unless the
    /// profile sets `tz` or --from and --to carry their offsets
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = help::DRILLDOWN)]
pub(crate) struct DrilldownArgs {
    /// Group by this: a short name (offer, country, hour …), field:c1, or a full name
    #[arg(long, value_name = "ATTR", required = true, num_args = 1.., value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Only what matches; `*` stands for anything. Patterns of one attribute add up
    #[arg(long, value_name = "ATTR=PATTERN", num_args = 1..)]
    pub(crate) filter: Vec<String>,
    /// Nothing that matches
    #[arg(long, value_name = "ATTR=PATTERN", num_args = 1..)]
    pub(crate) exclude: Vec<String>,
    /// Only these figures, in this order, such as visits,revenue (default: in a table the usual
    /// ones, else all)
    #[arg(long, value_name = "METRIC", num_args = 1.., value_delimiter = ',')]
    pub(crate) metric: Vec<String>,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Where the server kills the query for its 30-second limit, ask for smaller windows and add
    /// them up
    #[arg(long)]
    pub(crate) split: bool,
    /// With --split: leave out figures that do not add up (visitors, rates) instead of refusing
    #[arg(long, requires = "split")]
    pub(crate) drop_non_additive: bool,
    #[command(flatten)]
    pub(super) quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::RAW)]
pub(crate) struct RawArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Views of landers and offers
    #[arg(long)]
    pub(crate) hits: bool,
    /// Clicks
    #[arg(long)]
    pub(crate) clicks: bool,
    /// Conversions
    #[arg(long)]
    pub(crate) conversions: bool,
    /// At most this many rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Leave out this many rows: where an earlier run stopped
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) resume_at: u64,
    /// Rows per request
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) page_length: u64,
    /// The columns of a table or CSV, by the names of the rows' members
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    #[command(flatten)]
    pub(super) quiet: Quiet,
}
