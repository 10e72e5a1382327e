//! The arguments of `ffx KIND VERB`: one definition, which the contract's kinds fill in.

use std::path::PathBuf;

use clap::builder::{Resettable, StyledStr};
use clap::error::ErrorKind;
use clap::{ArgGroup, ArgMatches, Args, Command, FromArgMatches, Id, Subcommand};
use funnelflux::ledger::{AssetKind, Verb};

use super::{OwnCommand, asset_help as help, name_and_value};
use crate::names::AssetRef;

#[derive(Debug)]
pub(crate) struct AssetsCommand {
    pub(crate) kind: &'static AssetKind,
    /// `None` where nothing is sent.
    pub(crate) needs: Option<Verb>,
    /// Whether the command sends nothing, and so needs no login.
    pub(crate) is_offline: bool,
    pub(crate) verb: AssetCommand,
}

impl FromArgMatches for AssetsCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(ErrorKind::MissingSubcommand);
        let (kind, matches) = matches.subcommand().ok_or_else(missing)?;
        let kind = AssetKind::find(kind).ok_or_else(missing)?;
        let (name, arguments) = matches.subcommand().ok_or_else(missing)?;
        let verb = match OwnCommand::of(kind, matches)? {
            Some(own) => AssetCommand::Own(own),
            None => AssetCommand::from_arg_matches(matches)?,
        };
        let needs = match &verb {
            AssetCommand::Find(args) => Some(args.verb()),
            _ => AssetCommand::verbs(name).next(),
        };
        let is_dry = matches!(arguments.try_get_one("dry_run"), Ok(Some(true)));
        // What an update would save depends on the present object.
        let is_offline = needs.is_none() || (is_dry && needs != Some(Verb::Update));
        Ok(Self { kind, needs, is_offline, verb })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for AssetsCommand {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(AssetKind::all().iter().map(|kind| of_kind(kind)))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        AssetKind::find(name).is_some()
    }
}

/// The command of one kind. Verbs without an operation are accepted, to be refused with a reason,
/// but not listed.
fn of_kind(kind: &'static AssetKind) -> Command {
    let command = Command::new(kind.name).about(about(kind));
    let command = command.subcommand_required(true).arg_required_else_help(true);
    let verbs = AssetCommand::augment_subcommands(command);
    let verbs = verbs.mut_subcommands(|verb| {
        let name = verb.get_name().to_owned();
        let needs: Vec<Verb> = AssetCommand::verbs(&name).collect();
        let is_offered = needs.is_empty() || needs.iter().any(|it| kind.operation(*it).is_some());
        let text = |given: Option<&StyledStr>| {
            help::of_kind(&given.map(ToString::to_string).unwrap_or_default(), &name, kind)
        };
        let (about, after) = (text(verb.get_about()), text(verb.get_after_help()));
        let verb = verb.mut_args(|argument| {
            let (help, takes) =
                (text(argument.get_help()), help::takes(&name, argument.get_id().as_str(), kind));
            let hidden = argument.is_hide_set() || !takes;
            argument.help(help).hide(hidden)
        });
        let usage = (name == "find").then(|| StyledStr::from(find_usage(verb.clone(), kind)));
        let after = is_offered.then(|| StyledStr::from(after));
        let verb = verb.hide(!is_offered).about(about);
        verb.after_help(Resettable::from(after)).override_usage(Resettable::from(usage))
    });
    OwnCommand::augment(kind, verbs)
}

/// The usage line of `find`: that of clap names hidden arguments of the group, too.
fn find_usage(mut find: Command, kind: &AssetKind) -> String {
    find.build();
    let by = find.get_groups().find(|group| group.get_id() == "by");
    let by: Vec<&Id> = by.into_iter().flat_map(ArgGroup::get_args).collect();
    let shown = find.get_arguments().filter(|it| by.contains(&it.get_id()) && !it.is_hide_set());
    let shown: Vec<String> = shown.map(ToString::to_string).collect();
    format!("ffx {} find [OPTIONS] <{}>", kind.name, shown.join("|"))
}

/// The first sentence, without its markup.
fn about(kind: &AssetKind) -> String {
    let meaning = kind.meaning.split(". ").next().unwrap_or_default();
    meaning.trim_end_matches('.').replace(['*', '`'], "")
}

#[derive(Debug, Subcommand)]
pub(crate) enum AssetCommand {
    /// List slim objects
    List(ListArgs),
    /// Print whole objects, unchanged
    #[command(after_help = include_str!("help/asset-get.txt"))]
    Get {
        /// The ids or names
        #[arg(required = true, value_name = "ID|NAME")]
        ids: Vec<AssetRef>,
    },
    /// Find by a property or by ids
    Find(FindArgs),
    /// Create objects
    Create(CreateArgs),
    /// Change members; all others are left unchanged
    Update(UpdateArgs),
    /// Have the server copy an object
    Duplicate(DuplicateArgs),
    /// Archive; nothing is deleted
    #[command(after_help = include_str!("help/asset-change.txt"))]
    Archive(ChangeArgs),
    /// Take out of the archive
    #[command(after_help = include_str!("help/asset-change.txt"))]
    Unarchive(ChangeArgs),
    /// Delete for good
    #[command(after_help = include_str!("help/asset-delete.txt"))]
    Delete {
        #[command(flatten)]
        change: ChangeArgs,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Move to another PARENT
    #[command(after_help = include_str!("help/asset-move.txt"))]
    Move {
        #[command(flatten)]
        change: ChangeArgs,
        /// The PARENT
        #[arg(long, value_name = "ID|NAME", required_unless_present = "uncategorised")]
        to: Option<AssetRef>,
        /// Move out of any category
        #[arg(long, conflicts_with = "to")]
        uncategorised: bool,
    },
    /// List the known members, with kind, meaning and grade. No network
    #[command(after_help = include_str!("help/asset-members.txt"))]
    Members,
    /// A command that only this kind has.
    #[command(skip)]
    Own(OwnCommand),
}

impl AssetCommand {
    /// The verbs as one types them.
    const TYPED: [(Verb, &'static str); 13] = [
        (Verb::List, "list"),
        (Verb::FindById, "get"),
        (Verb::FindByStatus, "find --status"),
        (Verb::FindByCategory, "find --category"),
        (Verb::FindByType, "find --type"),
        (Verb::FindByIds, "find --ids"),
        (Verb::Create, "create"),
        (Verb::Update, "update"),
        (Verb::Duplicate, "duplicate"),
        (Verb::Archive, "archive"),
        (Verb::Unarchive, "unarchive"),
        (Verb::Delete, "delete"),
        (Verb::Move, "move"),
    ];

    /// The verbs that a command may need.
    fn verbs(command: &str) -> impl Iterator<Item = Verb> {
        let is_of = move |typed: &str| typed.split(' ').next() == Some(command);
        Self::TYPED.into_iter().filter(move |(_, typed)| is_of(typed)).map(|(verb, _)| verb)
    }

    pub(crate) fn offered(kind: &AssetKind) -> Vec<&'static str> {
        let offered = Self::TYPED.iter().filter(|(verb, _)| kind.operation(*verb).is_some());
        offered.map(|(_, typed)| *typed).collect()
    }

    pub(crate) fn typed(verb: Verb) -> &'static str {
        Self::TYPED.iter().find(|(own, _)| *own == verb).map_or("", |(_, typed)| typed)
    }
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/asset-list.txt"))]
pub(crate) struct ListArgs {
    /// Only this status, such as active, archived, deleted or all
    #[arg(long, value_parser = lower_case)]
    pub(crate) status: Option<String>,
    /// Only this category; an empty value means uncategorised
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) category: Option<String>,
    /// Only what is limited to this funnel
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) funnel: Option<String>,
    /// Only this type
    #[arg(id = "type", long, value_name = "TYPE")]
    pub(crate) of_type: Option<String>,
    /// Only what is not local to a funnel
    #[arg(id = "global-only", long)]
    pub(crate) global_only: bool,
    /// With the objects inside each
    #[arg(id = "with-children", long)]
    pub(crate) with_children: bool,
    /// Any other query parameter of the call, sent unchecked. Repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) query: Vec<(String, String)>,
}

/// As the API spells every status.
fn lower_case(word: &str) -> Result<String, std::convert::Infallible> {
    Ok(word.trim().to_ascii_lowercase())
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DryRun {
    /// Print the exact requests and send none that writes
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The ids or names
    #[arg(required = true, value_name = "ID|NAME")]
    pub(crate) ids: Vec<AssetRef>,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/asset-find.txt"))]
#[command(group = ArgGroup::new("by").required(true).multiple(false))]
pub(crate) struct FindArgs {
    /// By status
    #[arg(long, group = "by", value_parser = lower_case)]
    pub(crate) status: Option<String>,
    /// By category
    #[arg(long, group = "by", value_name = "ID|NAME")]
    pub(crate) category: Option<AssetRef>,
    /// By type
    #[arg(id = "type", long, group = "by", value_name = "TYPE")]
    pub(crate) funnel_type: Option<String>,
    /// By ids or names, many in one call; ids without an object are left out
    #[arg(long, group = "by", value_name = "ID|NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) ids: Vec<AssetRef>,
    /// With --status: only what is limited to this funnel
    #[arg(long, value_name = "ID|NAME", requires = "status")]
    pub(crate) funnel: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct MembersArgs {
    /// A member and its value: text as it is spelled where the contract has a text, else JSON if it
    /// is valid JSON, else text. Dots lead to inner members:
    /// destination.url=…, routes.0.priority=5. Repeatable
    #[arg(long, value_name = "MEMBER=VALUE")]
    pub(crate) set: Vec<String>,
    /// A file of objects, YAML, JSON or NDJSON; `-` is stdin
    #[arg(long, short, value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/asset-create.txt"))]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) members: MembersArgs,
    /// Create the objects of the file again, under new ids, whatever was created from it before
    #[arg(long, requires = "file")]
    pub(crate) new_ids: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/asset-update.txt"))]
pub(crate) struct UpdateArgs {
    /// The ids or names; none if the objects of the file carry their ids
    #[arg(value_name = "ID|NAME")]
    pub(crate) ids: Vec<AssetRef>,
    #[command(flatten)]
    pub(crate) members: MembersArgs,
    /// Replace objects inside of the object as a whole, instead of merging their members
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
#[command(after_help = include_str!("help/asset-duplicate.txt"))]
pub(crate) struct DuplicateArgs {
    /// The id or name of the original
    #[arg(value_name = "ID|NAME")]
    pub(crate) id: AssetRef,
    /// The name of the copy
    #[arg(long)]
    pub(crate) name: String,
    /// The NEW_PARENT
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) parent: Option<AssetRef>,
    /// A member that differs in the copy. Repeatable
    #[arg(long, value_name = "MEMBER=VALUE")]
    pub(crate) set: Vec<String>,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

impl FindArgs {
    pub(crate) fn verb(&self) -> Verb {
        match self {
            Self { status: Some(_), .. } => Verb::FindByStatus,
            Self { category: Some(_), .. } => Verb::FindByCategory,
            Self { funnel_type: Some(_), .. } => Verb::FindByType,
            Self { .. } => Verb::FindByIds,
        }
    }
}
