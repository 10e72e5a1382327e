//! What can be typed.

mod assets;
mod domains;
mod help;
mod look;
mod push;
mod report;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use funnelflux::id::AssetId;

use crate::output::Format;

pub(crate) use assets::{
    AssetCommand, ChangeArgs, CreateArgs, DeleteArgs, DryRun, DuplicateArgs, FindArgs, ListArgs,
    MoveArgs, UpdateArgs,
};
pub(crate) use domains::{DomainsCommand, WaitArgs};
pub(crate) use look::{ExploreCommand, LogsCommand, VisitorArgs};
pub(crate) use push::{
    ConversionsArgs, ConversionsCommand, CostsArgs, CostsCommand, CustomEventsArgs,
    CustomEventsCommand, Postbacks, ResetArgs,
};
pub(crate) use report::{DrilldownArgs, RangeArgs, RawArgs, ReportCommand};

/// FunnelFlux Pro from the command line: assets, reports, raw events, ids, any API call.
#[derive(Debug, Parser)]
#[command(name = "ffx", version, arg_required_else_help = true, after_long_help = help::TOPICS)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(flatten)]
    quiet: Quiet,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that may stand before or after the command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Settings and tokens to use [env: FUNNELFLUX_PROFILE] [default: default]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub(crate) profile: Option<String>,
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options", help = help::BASE_URL)]
    pub(crate) base_url: Option<String>,
    /// Ask an emulator inside this process: made-up data, no account, no network
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) emulator: bool,
    /// How results are printed: a table unless you or the profile say otherwise, in a pipe too
    #[arg(long, short, global = true, value_name = "FORMAT", help_heading = "Global options")]
    pub(crate) output: Option<Format>,
    /// Tell of requests and retries on stderr; -vv tells more. Never secrets
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub(crate) verbose: u8,
}

/// `-q`, everywhere but after `api`, where `-q` is a piece of the query.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Quiet {
    /// No progress and no notes on stderr; warnings and errors stay
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in, see whether you are, log out
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Make, read and check asset ids. No network
    #[command(subcommand)]
    Id(IdCommand),
    /// Reports: attributes, drilldowns, raw events
    #[command(subcommand)]
    Report(ReportCommand),
    /// Traffic sources: where visitors come from
    #[command(subcommand)]
    TrafficSources(AssetCommand),
    /// Offer sources: networks and advertisers that offers come from
    #[command(subcommand)]
    OfferSources(AssetCommand),
    /// Funnel groups, by their older path, which is proven
    #[command(subcommand)]
    FunnelGroups(AssetCommand),
    /// Funnel groups, by their current path, which is inferred
    #[command(subcommand)]
    CurrentFunnelGroups(AssetCommand),
    /// Funnels
    #[command(subcommand)]
    Funnels(AssetCommand),
    /// Conditions: routes by rules
    #[command(subcommand)]
    Conditions(AssetCommand),
    /// Pages: landers and offers
    #[command(subcommand)]
    Pages(AssetCommand),
    /// Page groups: rotations of landers or of offers
    #[command(subcommand)]
    PageGroups(AssetCommand),
    /// Webhook configs
    #[command(subcommand)]
    WebhookConfigs(AssetCommand),
    /// Middleware configs
    #[command(subcommand)]
    MiddlewareConfigs(AssetCommand),
    /// Logic scripts
    #[command(subcommand)]
    LogicScripts(AssetCommand),
    /// Categories
    #[command(subcommand)]
    Categories(AssetCommand),
    /// Visitor tags
    #[command(subcommand)]
    VisitorTags(AssetCommand),
    /// Traffic source categories, the older list
    #[command(subcommand)]
    TrafficSourceCategories(AssetCommand),
    /// Custom domains
    #[command(subcommand)]
    Domains(DomainsCommand),
    /// Upload, correct and delete conversions
    #[command(subcommand)]
    Conversions(ConversionsCommand),
    /// Upload ad spend
    #[command(subcommand)]
    Costs(CostsCommand),
    /// Submit custom events, by a body of your own
    #[command(subcommand)]
    CustomEvents(CustomEventsCommand),
    /// Delete hits: the count first, then a clear yes
    Reset(ResetArgs),
    /// Postbacks, webhooks and middleware, as the server logged them
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Look up a visitor or a single hit
    #[command(subcommand)]
    Explore(ExploreCommand),
    /// Hold the account against what is known of the API: reads only, and settles guessed paths
    Doctor(DoctorArgs),
    /// Any call, with token, retries and limits
    Api(ApiArgs),
    /// Serve an emulated FunnelFlux Pro on this machine until Ctrl-C
    Emulator(EmulatorArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Store tokens from the app (Settings > API Access). No call is made, except with --legacy
    Login(LoginArgs),
    /// Where the tokens come from, and whether they are still good. Exit code 3 if you must log in
    Status(AuthArgs),
    /// Forget the stored tokens
    Logout(AuthArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// Read {"access_token": …, "refresh_token": …, "expires_at": …} instead of asking; the last
    /// two may be missing
    #[arg(long)]
    pub(crate) stdin: bool,
    /// Log in by password, the vendor's legacy way: one JSON object on stdin is sent as it is. What
    /// it must hold is unknown here; see the vendor's reference, Authentication
    #[arg(long, conflicts_with = "stdin")]
    pub(crate) legacy: bool,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct AuthArgs {
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdCommand {
    /// Make new ids, one per line
    New(IdNewArgs),
    /// When an id was made
    Inspect(IdInspectArgs),
    /// Check a file of ids, one per line. Exit code 1 if any is bad
    Check(IdCheckArgs),
}

#[derive(Debug, Args)]
#[command(after_help = help::ID_NEW)]
pub(crate) struct IdNewArgs {
    /// How many
    #[arg(short = 'n', long = "count", default_value_t = 1, value_name = "N")]
    pub(crate) count: u64,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct IdInspectArgs {
    /// The id
    pub(crate) id: AssetId,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct IdCheckArgs {
    /// The file; `-` is stdin
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::API)]
pub(crate) struct ApiArgs {
    /// GET, POST, PUT, DELETE …
    pub(crate) method: String,
    /// The path below the base URL, such as /trafficsource/list
    pub(crate) path: String,
    /// A piece of the query, NAME=VALUE; it is encoded for you. Repeatable
    #[arg(short = 'q', long = "query", value_name = "NAME=VALUE")]
    pub(crate) query: Vec<String>,
    /// A file with the JSON body, sent byte for byte; `-` is stdin
    #[arg(long, value_name = "FILE|-")]
    pub(crate) body: Option<PathBuf>,
    /// No progress and no notes on stderr (`-q` stands before `api`)
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Also write the findings to this file, as JSON: no tokens, ids or names in it
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// The port on 127.0.0.1; without one, any free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// What account, tokens and traffic are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Visits per hour, on average over the day
    #[arg(long, default_value_t = 40, value_name = "N")]
    pub(crate) visits_per_hour: u32,
    /// How an expired access token is answered; the live API does either
    #[arg(long, value_enum, default_value_t = Expired::Unauthorised)]
    pub(crate) expired_status: Expired,
    /// How long an access token lives, in seconds
    #[arg(long, default_value_t = 72 * 3600, value_name = "SECONDS")]
    pub(crate) token_lifetime: u64,
    /// A refresh brings a new refresh token, and the old one dies
    #[arg(long)]
    pub(crate) rotate: bool,
    /// Kill report queries over more than this many hours, as the API kills slow ones
    #[arg(long, value_name = "HOURS")]
    pub(crate) max_query_hours: Option<u32>,
    /// Give only this many of the newest raw events, however one pages
    #[arg(long, value_name = "ROWS")]
    pub(crate) raw_event_cap: Option<usize>,
    /// Serve an operation at another path below /v1 and not at its own, such as
    /// ledger.funnel.list=/funnel/list: an account in which a guess is wrong. Repeatable
    #[arg(long = "path", value_name = "ID=PATH", value_parser = id_and_path)]
    pub(crate) paths: Vec<(String, String)>,
    #[command(flatten)]
    quiet: Quiet,
}

fn id_and_path(text: &str) -> Result<(String, String), String> {
    let (id, path) = text.split_once('=').ok_or("expected ID=PATH")?;
    Ok((id.to_owned(), path.to_owned()))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Expired {
    #[value(name = "401")]
    Unauthorised,
    #[value(name = "400")]
    BadRequest,
}

impl Cli {
    /// `-q` before the command, or after it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet.quiet || self.command.is_quiet()
    }
}

impl Command {
    fn is_quiet(&self) -> bool {
        let quiet = match self {
            Self::Auth(AuthCommand::Login(args)) => args.quiet,
            Self::Auth(AuthCommand::Status(args) | AuthCommand::Logout(args)) => args.quiet,
            Self::Id(IdCommand::New(args)) => args.quiet,
            Self::Id(IdCommand::Inspect(args)) => args.quiet,
            Self::Id(IdCommand::Check(args)) => args.quiet,
            Self::Report(ReportCommand::Attributes(args)) => args.quiet,
            Self::Report(ReportCommand::Drilldown(args)) => args.quiet,
            Self::Report(ReportCommand::Raw(args)) => args.quiet,
            Self::Emulator(args) => args.quiet,
            Self::Doctor(args) => args.quiet,
            Self::Logs(command) => command.quiet(),
            Self::Conversions(command) => command.quiet(),
            Self::Costs(command) => command.quiet(),
            Self::CustomEvents(command) => command.quiet(),
            Self::Reset(args) => args.quiet(),
            Self::Explore(command) => command.quiet(),
            Self::Api(args) => return args.quiet,
            Self::Domains(command) => command.quiet(),
            _ => return self.asset().is_some_and(|(_, command)| command.quiet().quiet),
        };
        quiet.quiet
    }

    /// The name of the assets that the command is about, and what to do with them.
    pub(crate) fn asset(&self) -> Option<(&'static str, &AssetCommand)> {
        Some(match self {
            Self::TrafficSources(command) => ("traffic-sources", command),
            Self::OfferSources(command) => ("offer-sources", command),
            Self::FunnelGroups(command) => ("funnel-groups", command),
            Self::CurrentFunnelGroups(command) => ("current-funnel-groups", command),
            Self::Funnels(command) => ("funnels", command),
            Self::Conditions(command) => ("conditions", command),
            Self::Pages(command) => ("pages", command),
            Self::PageGroups(command) => ("page-groups", command),
            Self::WebhookConfigs(command) => ("webhook-configs", command),
            Self::MiddlewareConfigs(command) => ("middleware-configs", command),
            Self::LogicScripts(command) => ("logic-scripts", command),
            Self::Categories(command) => ("categories", command),
            Self::VisitorTags(command) => ("visitor-tags", command),
            Self::TrafficSourceCategories(command) => ("traffic-source-categories", command),
            Self::Auth(_)
            | Self::Id(_)
            | Self::Report(_)
            | Self::Domains(_)
            | Self::Doctor(_)
            | Self::Logs(_)
            | Self::Conversions(_)
            | Self::Costs(_)
            | Self::CustomEvents(_)
            | Self::Reset(_)
            | Self::Explore(_)
            | Self::Api(_)
            | Self::Emulator(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_make_sense_to_clap() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_line_of_the_help_is_torn_apart() {
        fn longest(command: &mut clap::Command) {
            let name = command.get_name().to_owned();
            for text in [command.get_after_help(), command.get_after_long_help()] {
                // What is longer than a line of the help, 100 characters, is broken by clap.
                let text = text.map(ToString::to_string).unwrap_or_default();
                let long = text.lines().find(|line| line.chars().count() > 100);
                assert_eq!(long, None, "{name}");
            }
            command.get_subcommands_mut().for_each(longest);
        }
        longest(&mut Cli::command());
    }

    #[test]
    fn q_is_quiet_everywhere_but_after_api() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' ')).unwrap();
        assert!(parse("ffx -q id new").is_quiet());
        assert!(parse("ffx id new -q").is_quiet());
        let cli = parse("ffx api GET /x -q a=b");
        assert!(!cli.is_quiet());
        assert!(matches!(&cli.command, Command::Api(api) if api.query == ["a=b"]));
        assert!(parse("ffx -q api GET /x -q a=b").is_quiet());
        assert!(parse("ffx api GET /x --quiet").is_quiet());
    }

    #[test]
    fn every_kind_of_asset_is_a_command_of_its_own_name() {
        for name in funnelflux::ledger::Ledger::names() {
            let cli = Cli::try_parse_from(["ffx", name, "list", "-q"]).unwrap();
            assert_eq!(cli.command.asset().map(|(asset, _)| asset), Some(name));
            assert!(cli.is_quiet());
        }
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in ["ffx -o csv --emulator id new", "ffx id new -o csv --emulator"] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!((cli.global.output, cli.global.emulator), (Some(Format::Csv), true));
        }
    }
}
