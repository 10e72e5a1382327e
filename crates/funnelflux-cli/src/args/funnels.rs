//! The arguments of the verbs that funnels have beside those of every kind.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::RangeArgs;

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
