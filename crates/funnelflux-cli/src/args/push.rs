//! The arguments of `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use funnelflux::id::VisitorId;
use funnelflux::imports::{Corrections, DayOrder, DecimalMark, LineOrder, State};

use super::{DryRun, RangeArgs, address, number};
use crate::names::AssetRef;

/// `push`, the verb of every upload.
#[derive(Debug, Subcommand)]
pub(crate) enum PushCommand<A: Args> {
    Push(A),
}

/// The verbs of uploads that are kept in the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum UploadCommand<A: Args> {
    Push(A),
    /// Read what the account has for the lines of a file, and compare. Sends nothing
    #[command(after_help = include_str!("help/verify.txt"))]
    Verify(A),
    /// List the uploads of this account, or the lines of one
    History(HistoryArgs),
    /// Set back what an upload changed. Prints a preview; --yes sends
    Undo(UndoArgs),
    /// Propose which column of a file is which field, and save it. Sends nothing
    #[command(after_help = include_str!("help/map.txt"))]
    Map(MapArgs),
    /// List the networks whose files are read with --network
    Networks,
}

#[derive(Debug, Args)]
pub(crate) struct MapArgs {
    /// One file; `-` reads stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// Take a field from the column of this title: cost="Amount spent (USD)". Repeatable
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapped)]
    pub(crate) map: Vec<String>,
    /// Read this sheet of a workbook in place of the first, by its name or number
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,
    /// Save the mapping under this name, for --network
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Save over a shape of this name, or in place of a built-in network
    #[arg(long, requires = "save")]
    pub(crate) replace: bool,
    /// Which number of a date such as 03/04/2026 comes first
    #[arg(long, value_name = "ORDER", value_parser = one_of::<DayOrder>(&DATES))]
    pub(crate) dates: Option<DayOrder>,
    /// The currency that the file must be in
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// What statuses mean: "approved=set,rejected=delete,pending=skip"
    #[arg(long, value_name = "STATUS=MEANING", value_delimiter = ',', value_parser = status)]
    pub(crate) status: Vec<(String, State)>,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/history.txt"))]
pub(crate) struct HistoryArgs {
    /// The number of an upload; without it all uploads are listed, the latest first
    #[arg(value_name = "UPLOAD", value_parser = number::<u32>(1, u64::from(u32::MAX)), allow_negative_numbers = true)]
    pub(crate) upload: Option<u32>,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/undo.txt"))]
pub(crate) struct UndoArgs {
    /// The number of the upload, from `history`
    #[arg(value_name = "UPLOAD", value_parser = number::<u32>(1, u64::from(u32::MAX)), allow_negative_numbers = true)]
    pub(crate) upload: u32,
    /// Set to 0, or delete, where what was there before the upload was not read
    #[arg(long)]
    pub(crate) clear_unread: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// Whether a push sends what it previews.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SendArgs {
    /// Send the file. Without --yes, only the preview is printed
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// How long a read-back waits for the queue of the server.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WaitArgs {
    /// Read back what was sent, until it is confirmed or this time is over
    #[arg(long, value_name = "MINUTES", num_args = 0..=1, require_equals = true, default_missing_value = "15", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) wait: Option<u64>,
    /// How long after sending a difference counts as final. How long the server queues is unknown
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    settled_after: u64,
}

impl WaitArgs {
    pub(crate) fn patience(self) -> Duration {
        Duration::from_secs(self.wait.unwrap_or_default().saturating_mul(60))
    }

    pub(crate) fn settled_after(self) -> Duration {
        Duration::from_secs(self.settled_after.saturating_mul(60))
    }
}

impl SendArgs {
    pub(crate) fn is_sending(self) -> bool {
        self.yes && !self.dry.dry_run
    }
}

/// Files and the lines of them to send.
#[derive(Debug, Args)]
pub(crate) struct TableArgs {
    /// The files, each with a header line, read as one; `-` reads stdin
    #[arg(value_name = "FILE|-", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Start at this line of the one file and ignore the lines before it
    #[arg(long, value_name = "N", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) from_line: Option<u64>,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
    /// Send lines, too, that an earlier upload sent in another currency or at another rate
    #[arg(long)]
    pub(crate) accept_currency: bool,
    /// Send the lines, too, that were accepted with the same value before
    #[arg(long)]
    pub(crate) resend: bool,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// What a file looks like that is not in the format of `ffx`.
#[derive(Debug, Args)]
pub(crate) struct ShapeArgs {
    /// The file is the export of this network; `networks` lists them
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// Take a field from the column of this title: cost="Amount spent (USD)". Repeatable
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapped)]
    pub(crate) map: Vec<String>,
    /// Read this sheet of a workbook in place of the first, by its name or number
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,
    /// Which number of a date such as 03/04/2026 comes first
    #[arg(long, value_name = "ORDER", value_parser = one_of::<DayOrder>(&DATES))]
    pub(crate) dates: Option<DayOrder>,
    /// The decimal mark of amounts such as 1.234
    #[arg(long, value_name = "MARK", value_parser = one_of::<DecimalMark>(&MARKS))]
    pub(crate) decimal: Option<DecimalMark>,
    /// Refuse a file in another currency
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// Multiply each amount by this, exactly
    #[arg(long, value_name = "DECIMAL")]
    pub(crate) rate: Option<String>,
    /// Send values, too, that no visit can have: this value, those of this cause, or all. Repeatable
    #[arg(long, value_name = "VALUE|CAUSE", num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    pub(crate) accept_damaged: Vec<String>,
    /// Send a file, too, whose totals are not the sum of its lines
    #[arg(long)]
    pub(crate) any_total: bool,
}

const DATES: [(&str, &str); 2] = [("month-first", "4 March"), ("day-first", "3 April")];
const MARKS: [(&str, &str); 2] = [("point", "1,234.56"), ("comma", "1.234,56")];
const CORRECTIONS: [(&str, &str); 3] = [
    ("set", "The conversion gets what is left"),
    ("delete", "The conversion is deleted"),
    ("skip", "The line is left out"),
];
const LINE_ORDERS: [(&str, &str); 2] = [
    ("oldest-first", "The last line is the latest"),
    ("newest-first", "The first line is the latest"),
];

/// Reads a value of the library by one of its words, each with what it means.
fn one_of<T: FromStr<Err = String> + Clone + Send + Sync + 'static>(
    words: &[(&'static str, &'static str)],
) -> impl TypedValueParser<Value = T> {
    let words = words.iter().map(|(word, what)| PossibleValue::new(*word).help(*what));
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

fn mapped(text: &str) -> Result<String, String> {
    let is_pair =
        text.split_once('=').is_some_and(|(field, title)| !field.is_empty() && !title.is_empty());
    is_pair
        .then(|| text.to_owned())
        .ok_or_else(|| "expected FIELD=COLUMN, such as cost=Spend".to_owned())
}

fn status(text: &str) -> Result<(String, State), String> {
    let (status, state) =
        text.rsplit_once('=').ok_or_else(|| "expected STATUS=set, =delete or =skip".to_owned())?;
    Ok((status.to_owned(), state.parse()?))
}

/// What becomes of a line whose hit has a conversion under another transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Existing {
    /// The line is left out
    Skip,
    /// The line is sent all the same, and the account is not asked
    Add,
}

/// Which of the uploaded conversions trigger postbacks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Postbacks {
    /// No postbacks
    None,
    /// Postbacks for hits that have not triggered one before
    Once,
    /// Postbacks for all hits, even if they have triggered one before
    All,
}

/// Upload, correct or delete conversions from CSV files and workbooks. Prints a preview; --yes sends
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/conversions.txt"))]
pub(crate) struct ConversionsArgs {
    #[command(flatten)]
    pub(crate) table: TableArgs,
    /// Which conversions trigger postbacks. Required, because a postback cannot be undone
    #[arg(long, value_name = "WHICH")]
    pub(crate) postbacks: Postbacks,
    /// What the statuses of the file mean: "approved=set,rejected=delete,pending=skip"
    #[arg(long, value_name = "STATUS=MEANING", value_delimiter = ',', value_parser = status)]
    pub(crate) status: Vec<(String, State)>,
    /// What to do with a refund or a negative amount that is not the whole of an earlier one
    #[arg(long, value_name = "WHAT", value_parser = one_of::<Corrections>(&CORRECTIONS))]
    pub(crate) corrections: Option<Corrections>,
    /// How the file is sorted, where no time says which line of a hit is the last
    #[arg(long, value_name = "WHICH", value_parser = one_of::<LineOrder>(&LINE_ORDERS))]
    pub(crate) order: Option<LineOrder>,
    /// What to do with a hit that has a conversion under another transaction id already
    #[arg(long, value_name = "WHAT")]
    pub(crate) existing: Option<Existing>,
}

/// Upload ad spend from CSV files and workbooks. Prints a preview; --yes sends
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/costs.txt"))]
pub(crate) struct CostsArgs {
    #[command(flatten)]
    pub(crate) table: TableArgs,
    /// The time zone of the ad account. Required unless the profile sets `tz`
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub(crate) tz: Option<String>,
    /// What a cost means, if not the total of the visits: the vendor's value for a cost per visit is
    /// unknown. To try: costPerEntrance (sibling), perEntrance or perVisit (inferred)
    #[arg(long, value_name = "TYPE")]
    pub(crate) cost_type: Option<String>,
    /// The funnel of every line, by id or name
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) funnel: Option<String>,
    /// The traffic source of every line, by id or name
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) traffic_source: Option<String>,
    /// Add up lines of the same day and fields, as breakdowns have. With --network always, within a file
    #[arg(long)]
    pub(crate) sum: bool,
    /// Accept lines of several days, from `date` to `end`: the cost is spread over all visits of them
    #[arg(long)]
    pub(crate) periods: bool,
    /// Accept lines without a tracking field: all visits from source to funnel share their cost
    #[arg(long)]
    pub(crate) everything: bool,
    /// Take ids of funnels and traffic sources that the account does not have, too
    #[arg(long)]
    pub(crate) unchecked_ids: bool,
    /// Send costs, too, that share visits with earlier costs of another time or restriction
    #[arg(long)]
    pub(crate) accept_overlap: bool,
    /// Replace costs, too, that were sent from another file, which has no line in common with this one
    #[arg(long)]
    pub(crate) accept_replaced: bool,
    /// Set costs to 0 that were uploaded before for these days, funnels and sources and left the file
    #[arg(long)]
    pub(crate) zero_missing: bool,
}

/// Send custom events as a JSON body that you write. Prints a preview; --yes sends
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/custom-events.txt"))]
pub(crate) struct CustomEventsArgs {
    /// A file with one JSON object, sent unchanged; `-` reads stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/reset.txt"))]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Only visits to these funnel groups
    #[arg(long, value_name = "ID|NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) funnel_group: Vec<AssetRef>,
    /// Only visits to these funnels
    #[arg(long, value_name = "ID|NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) funnel: Vec<AssetRef>,
    /// Only visits from these traffic sources
    #[arg(long, value_name = "ID|NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) traffic_source: Vec<AssetRef>,
    /// Only visits from these countries, such as DE
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(crate) country: Vec<String>,
    /// Only these visitors
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) visitor: Vec<VisitorId>,
    /// Only visits from these IP addresses
    #[arg(long, value_name = "IP", num_args = 1.., value_delimiter = ',', value_parser = address)]
    pub(crate) ip: Vec<IpAddr>,
    /// Delete all hits of the time range, without any restriction
    #[arg(long)]
    pub(crate) everything: bool,
    /// Delete without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Count the hits and print the request that would delete them, without sending it
    #[arg(long)]
    pub(crate) dry_run: bool,
}
