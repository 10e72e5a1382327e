//! The arguments of `ffx <asset>`: the same for every kind.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use funnelflux::id::AssetId;

use super::help;

#[derive(Debug, Subcommand)]
pub(crate) enum AssetCommand {
    /// What there is
    List(ListArgs),
    /// Whole objects, as they came
    Get(IdsArgs),
    /// The API's other look-ups, by one thing
    Find(FindArgs),
    /// Make new ones
    Create(CreateArgs),
    /// Change members; the rest stays as it is
    Update(UpdateArgs),
    /// Have the server make a copy
    Duplicate(DuplicateArgs),
    /// Put away; nothing is deleted
    Archive(ChangeArgs),
    /// Bring back from the archive
    Unarchive(ChangeArgs),
    /// Delete for good
    Delete(DeleteArgs),
    /// Move to another category; funnels to another group
    Move(MoveArgs),
    /// What is known of their members: kinds, meanings, and how surely. No network
    Members(KnownArgs),
}

#[derive(Debug, Args)]
#[command(after_help = help::MEMBERS)]
pub(crate) struct KnownArgs {}

#[derive(Debug, Args)]
#[command(after_help = help::LIST)]
pub(crate) struct ListArgs {
    /// Only this status, such as active, archived, deleted or all
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Only this category; an empty text is uncategorised
    #[arg(long, value_name = "ID")]
    pub(crate) category: Option<String>,
    /// Any other filter of the call. Repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) query: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = help::GET)]
pub(crate) struct IdsArgs {
    /// The ids
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<AssetId>,
}

/// `--dry-run`, for every verb that writes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DryRun {
    /// Print the exact requests, and send none that writes
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = help::CHANGE)]
pub(crate) struct ChangeArgs {
    /// The ids
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<AssetId>,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = help::FIND)]
#[command(group = clap::ArgGroup::new("by").required(true).multiple(false))]
pub(crate) struct FindArgs {
    /// By status
    #[arg(long, group = "by")]
    pub(crate) status: Option<String>,
    /// By category
    #[arg(long, group = "by", value_name = "ID")]
    pub(crate) category: Option<AssetId>,
    /// By type: funnels only
    #[arg(long = "type", group = "by", value_name = "TYPE")]
    pub(crate) funnel_type: Option<String>,
    /// By ids, many in one call; ids that there are none of are left out
    #[arg(long, group = "by", value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) ids: Vec<AssetId>,
}

/// Where members come from.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct MembersArgs {
    /// A member and its value: JSON if it is JSON, else a text. Dots lead inwards:
    /// destination.url=…, routes.0.priority=5. Repeatable
    #[arg(long, value_name = "MEMBER=VALUE")]
    pub(crate) set: Vec<String>,
    /// A file of objects, YAML, JSON or NDJSON; `-` is stdin
    #[arg(long, short, value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = help::CREATE)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) members: MembersArgs,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = help::UPDATE)]
pub(crate) struct UpdateArgs {
    /// The ids; none if the objects of the file carry theirs
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<AssetId>,
    #[command(flatten)]
    pub(crate) members: MembersArgs,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = help::DUPLICATE)]
pub(crate) struct DuplicateArgs {
    /// The original
    pub(crate) id: AssetId,
    /// The name of the copy
    #[arg(long)]
    pub(crate) name: String,
    /// The category of the copy; for a funnel its group, which is required
    #[arg(long, value_name = "ID")]
    pub(crate) parent: Option<AssetId>,
    /// A member that is to be different in the copy. Repeatable
    #[arg(long, value_name = "MEMBER=VALUE")]
    pub(crate) set: Vec<String>,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = help::DELETE)]
pub(crate) struct DeleteArgs {
    /// The ids
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<AssetId>,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = help::MOVE)]
pub(crate) struct MoveArgs {
    /// The ids
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<AssetId>,
    /// The category; for funnels the group
    #[arg(long, value_name = "ID", required_unless_present = "uncategorised")]
    pub(crate) to: Option<AssetId>,
    /// Out of any category
    #[arg(long, conflicts_with = "to")]
    pub(crate) uncategorised: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

impl AssetCommand {
    /// Whether it neither reads nor writes, and so needs no login.
    pub(crate) fn asks_nobody(&self) -> bool {
        match self {
            Self::Members(_) => true,
            Self::Create(args) => args.dry.dry_run,
            Self::Duplicate(args) => args.dry.dry_run,
            Self::Archive(args) | Self::Unarchive(args) => args.dry.dry_run,
            Self::Delete(args) => args.dry.dry_run,
            Self::Move(args) => args.dry.dry_run,
            // What would be saved depends on what is there.
            Self::List(_) | Self::Get(_) | Self::Find(_) | Self::Update(_) => false,
        }
    }
}
