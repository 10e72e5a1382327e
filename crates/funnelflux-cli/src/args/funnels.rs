//! The arguments of the verbs that funnels have beside those of every kind.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use funnelflux::funnels::{NodeKind, Rule};
use funnelflux::id::AssetId;

use super::{DryRun, RangeArgs, number};
use crate::names::AssetRef;

#[derive(Debug, Subcommand)]
pub(crate) enum FunnelsCommand {
    /// Check the graph, and what it refers to. Exit code 1 on errors
    Check(FunnelsCheckArgs),
    /// Print a funnel as a tree, with what the check finds
    #[command(after_help = include_str!("help/funnels-show.txt"))]
    Show(PictureArgs),
    /// Draw a funnel, with what the check finds: SVG, Mermaid or a page of HTML
    #[command(after_help = include_str!("help/funnels-graph.txt"))]
    Graph {
        /// The form of the picture
        #[arg(long, default_value = "svg")]
        format: PictureFormat,
        /// Write the picture to this file, which is replaced, instead of stdout
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        picture: PictureArgs,
    },
    /// Write funnels with everything that they need into one YAML file
    Export(FunnelsExportArgs),
    /// Put the funnels of an export into this account, under ids of its own. --yes sends
    Import(FunnelsImportArgs),
    /// Compare a file with the account. Exit code 5 if there is something to send
    #[command(after_help = include_str!("help/funnels-plan.txt"))]
    Plan {
        /// A file of `export`, or of funnels; ids stay as they are
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
        /// Save the plan, for `apply`
        #[arg(long, value_name = "PLAN")]
        save: Option<PathBuf>,
        #[command(flatten)]
        allow: AllowArgs,
    },
    /// Send exactly a saved plan. Refuses it if the account was changed meanwhile
    #[command(after_help = include_str!("help/funnels-plan.txt"))]
    Apply {
        /// A file of `plan --save`
        #[arg(value_name = "PLAN")]
        plan: PathBuf,
    },
    /// Bring back what a plan or an import replaced. --yes sends
    #[command(after_help = include_str!("help/funnels-plan.txt"))]
    Rollback {
        /// The number of the run that `apply` told [default: the latest plan that is not taken back]
        #[arg(value_name = "RUN", value_parser = number::<u32>(1, u64::from(u32::MAX)), allow_negative_numbers = true)]
        run: Option<u32>,
        /// Send it
        #[arg(long)]
        yes: bool,
    },
    /// Tell in words what differs between two funnels
    Diff {
        /// The funnel as it was
        #[arg(value_name = "ID|NAME|FILE|-")]
        old: String,
        /// The funnel as it is
        #[arg(value_name = "ID|NAME|FILE|-")]
        new: String,
        #[command(flatten)]
        words: WordsArgs,
    },
    /// Make a funnel of a short description, and print it
    New(FunnelsNewArgs),
    /// Copy a funnel under new ids, with its own conditions
    #[command(after_help = include_str!("help/funnels-clone.txt"))]
    Clone {
        /// The funnel
        #[arg(value_name = "ID|NAME")]
        funnel: AssetRef,
        /// The name of the copy
        #[arg(long)]
        name: String,
        /// The group of the copy [default: that of the original]
        #[arg(long, value_name = "ID|NAME")]
        group: Option<AssetRef>,
        #[command(flatten)]
        dry: DryRun,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureFormat {
    /// A picture for pages, light and dark
    Svg,
    /// Text that GitHub and many wikis draw
    Mermaid,
    /// A page with pan, zoom and a tooltip for each node
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    /// The id or name, or a file with one funnel; `-` is stdin
    #[arg(value_name = "ID|NAME|FILE|-")]
    pub(crate) funnel: String,
    /// Look up what the funnel refers to, as `check` does for a funnel of the account
    #[arg(long)]
    pub(crate) account: bool,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
}

/// Where the words of the wire are from.
#[derive(Debug, Args)]
pub(crate) struct WordsArgs {
    /// Take the words for nodes and connections from this funnel, which was made in the app. Repeatable
    #[arg(long, value_name = "ID|NAME|FILE")]
    pub(crate) like: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/funnels-carry.txt"))]
pub(crate) struct FunnelsExportArgs {
    /// The funnels
    #[arg(required = true, value_name = "ID|NAME")]
    pub(crate) funnels: Vec<AssetRef>,
    /// The file to write, instead of stdout
    #[arg(long, short, value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/funnels-carry.txt"))]
pub(crate) struct FunnelsImportArgs {
    /// A file of `export`
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// Refer to an object of this account in place of one of the file
    #[arg(long, value_name = "ID=ID", value_parser = two_ids)]
    pub(crate) map: Vec<(AssetId, AssetId)>,
    #[command(flatten)]
    pub(crate) allow: AllowArgs,
    /// Send it
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What a check may find.
#[derive(Debug, Args)]
pub(crate) struct AllowArgs {
    /// Take a funnel although `check` finds these errors. Repeatable, or with commas
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    pub(crate) allow_findings: Vec<&'static str>,
}

fn code(text: &str) -> Result<&'static str, String> {
    let rule = Rule::all().iter().find(|rule| rule.code.eq_ignore_ascii_case(text.trim()));
    rule.map(|rule| rule.code)
        .ok_or_else(|| "expected a code of `ffx funnels check`, such as FF010".to_owned())
}

fn two_ids(text: &str) -> Result<(AssetId, AssetId), String> {
    let (from, to) = text.split_once('=').ok_or("expected the id in the file = the id here")?;
    let id = |text: &str| text.parse::<AssetId>().map_err(|cause| format!("{text}: {cause}"));
    Ok((id(from)?, id(to)?))
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
    #[command(flatten)]
    pub(crate) words: WordsArgs,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/funnels-new.txt"))]
pub(crate) struct FunnelsNewArgs {
    /// The description; `-` is stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) words: WordsArgs,
    /// Take words that are guesses for nodes of this kind. Repeatable
    #[arg(long, value_name = "KIND", value_parser = node_kind)]
    pub(crate) accept_guess: Vec<NodeKind>,
}

fn node_kind(word: &str) -> Result<NodeKind, String> {
    NodeKind::find(word).ok_or_else(|| {
        let kinds: Vec<&str> = NodeKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("expected a kind of node: {}", kinds.join(", "))
    })
}
