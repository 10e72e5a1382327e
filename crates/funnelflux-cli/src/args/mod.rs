//! Command-line arguments.

mod asset_help;
mod assets;
mod domains;
mod funnels;
mod hooks;
mod learn;
mod links;
mod own;
mod push;
mod report;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use funnelflux::id::AssetId;
use funnelflux::transport::http::Uri;

use crate::output::Terminal;

pub(crate) use asset_help::{filters, parameter, takes_parent};
pub(crate) use assets::*;
pub(crate) use domains::*;
pub(crate) use funnels::*;
use hooks::target;
pub(crate) use hooks::*;
pub(crate) use learn::*;
pub(crate) use links::*;
pub(crate) use own::*;
pub(crate) use push::*;
pub(crate) use report::*;

/// FunnelFlux Pro from the command line: assets, reports, raw events, ids and any other API call
#[derive(Debug, Parser)]
#[command(name = "ffx", version, arg_required_else_help = true, after_long_help = include_str!("help/topics.txt"))]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that are accepted before and after the command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The profile with the settings and tokens to use [env: FUNNELFLUX_PROFILE] [default: default]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    // Not a doc comment: rustdoc wants links for addresses, and the help shows them as they are.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "The full address of the API, such as http://127.0.0.1:8080/v1. Plain http is accepted \
                for this machine only [env: FUNNELFLUX_BASE_URL] [default: https://api.funnelflux.pro/v1]"
    )]
    pub(crate) base_url: Option<String>,
    /// Use an emulator inside this process: made-up data, no account, no network
    #[arg(long, global = true)]
    pub(crate) emulator: bool,
    #[command(flatten)]
    pub(crate) terminal: Terminal,
    /// How long several objects and uploads wait for a throttled account (429), counted from the last
    /// request that passed, such as 90s, 10m or 2h; 0 does not wait. A limit per minute passes within the
    /// default. For `doctor` the most that a list may take, up to 10s
    #[arg(long, global = true, value_name = "TIME", default_value = "5m", value_parser = time, allow_hyphen_values = true)]
    pub(crate) patience: Duration,
    /// How long one call may take with its retries and waits, such as 90s or 10m
    #[arg(long, global = true, value_name = "TIME", default_value = "3m", value_parser = time, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in, check the login, log out
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Create, read and check asset ids. No network
    #[command(subcommand)]
    Id(IdCommand),
    /// Attributes, drilldown reports and raw events
    #[command(subcommand)]
    Report(ReportCommand),
    #[command(flatten)]
    Assets(AssetsCommand),
    /// Custom domains
    #[command(subcommand)]
    Domains(DomainsCommand),
    /// Upload, correct and delete conversions
    #[command(subcommand)]
    Conversions(UploadCommand<ConversionsArgs>),
    /// Upload ad spend
    #[command(subcommand)]
    Costs(UploadCommand<CostsArgs>),
    /// Send custom events
    #[command(subcommand)]
    CustomEvents(PushCommand<CustomEventsArgs>),
    /// Delete hits. Counts them first and asks before it deletes
    Reset(ResetArgs),
    /// Logs of postbacks, webhooks and middleware
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Look up a visitor or a single hit
    #[command(subcommand)]
    Explore(ExploreCommand),
    /// Build links into funnels, of actions and postbacks, and explain them
    #[command(subcommand)]
    Links(LinksCommand),
    /// Try servers that FunnelFlux calls, and see what it sends them
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Check the account against the known API and find the right paths. Only reads
    Doctor {
        /// Also write the findings to this file as JSON, without tokens, ids or names
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
    },
    /// Learn what the API of the account looks like, from recordings and schema files
    #[command(after_help = include_str!("help/learn.txt"))]
    Learn(LearnArgs),
    /// Make any API call, with token, retries and rate limit
    #[command(after_help = include_str!("help/api.txt"))]
    Api(ApiArgs),
    /// Serve an emulated FunnelFlux Pro on this machine until Ctrl-C
    Emulator(EmulatorArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Store tokens from the app (Settings > API Access). Makes no call, except with --legacy
    Login {
        /// Read {"access_token": …, "refresh_token": …, "expires_at": …} from stdin instead of
        /// asking; the last two are optional
        #[arg(long)]
        stdin: bool,
        /// Log in with a password, the vendor's legacy way: one JSON object from stdin is sent
        /// unchanged. Its members are not known to ffx; see Authentication in the vendor's reference
        #[arg(long, conflicts_with = "stdin")]
        legacy: bool,
    },
    /// Show where the tokens come from and whether they have expired. Exit code 3 if you must log in
    Status,
    /// Delete the stored tokens
    Logout,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdCommand {
    /// Print new ids, one per line
    #[command(after_help = include_str!("help/id-new.txt"))]
    New {
        /// How many ids to print
        #[arg(short = 'n', long = "count", default_value = "1", value_name = "N", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
        count: u64,
    },
    /// Show when an id was created
    Inspect {
        /// The id
        id: AssetId,
    },
    /// Check a file of ids, one per line. Exit code 1 if any of them is invalid
    Check {
        /// The file; `-` reads stdin
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ApiArgs {
    /// GET, POST, PUT, DELETE …
    pub(crate) method: String,
    /// The path below the base URL, such as /trafficsource/list
    pub(crate) path: String,
    /// A query parameter, NAME=VALUE; ffx encodes it. Repeatable
    #[arg(short = 'Q', long = "query", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) query: Vec<(String, String)>,
    /// A file with the JSON body, sent byte for byte; `-` reads stdin
    #[arg(long, value_name = "FILE|-")]
    pub(crate) body: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value = "0", value_parser = number::<u16>(0, u16::MAX.into()), allow_negative_numbers = true)]
    pub(crate) port: u16,
    /// The seed that account, tokens and traffic are generated from
    #[arg(long, default_value = "1", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Visits per hour, averaged over the day; at most 100000
    #[arg(long, default_value = "40", value_name = "N", value_parser = number::<u32>(0, u32::MAX.into()), allow_negative_numbers = true)]
    pub(crate) visits_per_hour: u32,
    /// The status that an expired access token gets; the live API uses both
    #[arg(long, value_parser = ["401", "400"], default_value = "401")]
    pub(crate) expired_status: String,
    /// The lifetime of an access token in seconds
    #[arg(long, default_value = "259200", value_name = "SECONDS", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) token_lifetime: u64,
    /// Issue a new refresh token at each refresh and revoke the old one
    #[arg(long)]
    pub(crate) rotate: bool,
    /// Kill report queries over more than this many hours, as the live API kills slow ones
    #[arg(long, value_name = "HOURS", value_parser = number::<u32>(0, u32::MAX.into()), allow_negative_numbers = true)]
    pub(crate) max_query_hours: Option<u32>,
    /// Return only this many of the newest raw events, regardless of paging
    #[arg(long, value_name = "ROWS", value_parser = number::<usize>(0, u32::MAX.into()), allow_negative_numbers = true)]
    pub(crate) raw_event_cap: Option<usize>,
    /// How long an update is queued before reports show it, in seconds
    #[arg(long, default_value = "30", value_name = "SECONDS", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
    pub(crate) update_delay: u64,
    /// Serve an operation at another path below /v1 instead of its own, such as
    /// ledger.funnel.list=/funnel/list: an account for which a guessed path is wrong. Repeatable
    #[arg(long = "path", value_name = "ID=PATH", value_parser = name_and_value)]
    pub(crate) paths: Vec<(String, String)>,
    /// Behave as the account of this file, which `ffx learn` wrote: profiles/NAME.contract.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Option<PathBuf>,
    /// Record what is asked and answered into this new file, as a browser does (HAR): for `ffx learn`
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Call the servers of the account for the traffic from now on, as FunnelFlux does: the addresses in
    /// its webhooks and middleware configs, if they are of this machine
    #[arg(long)]
    pub(crate) call_hooks: bool,
    /// Send every webhook to this address instead, and conversions
    #[arg(long, value_name = "URL", value_parser = target)]
    pub(crate) webhook_url: Option<Uri>,
    /// Ask this address for every decision of middleware instead
    #[arg(long, value_name = "URL", value_parser = target)]
    pub(crate) middleware_url: Option<Uri>,
    /// Call other machines, too. They get made-up data
    #[arg(long)]
    pub(crate) call_anywhere: bool,
}

/// The longest `--patience`, in seconds: a year.
const LONGEST: u64 = 365 * 24 * 3600;

/// The time of `90s`, `10m` or `2h`. A number alone could be of any unit, except zero.
fn time(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(*seconds)
    });
    let seconds = seconds.or((text == "0").then_some(0)).filter(|seconds| *seconds <= LONGEST);
    seconds.map(Duration::from_secs).ok_or_else(|| {
        format!(
            "expected a whole number and its unit, such as 90s, 10m or 2h, up to {}h; or 0, which \
             waits for none",
            LONGEST / 3600
        )
    })
}

/// The parser of a whole number, which says what it expects.
fn number<T: TryFrom<u64>>(least: u64, most: u64) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| match most {
            u64::MAX => format!("expected a whole number of at least {least}"),
            most => format!("expected a whole number from {least} to {most}"),
        })
    }
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address, such as 203.0.113.7 or 2001:db8::1")
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use clap::CommandFactory as _;
    use funnelflux::ledger::AssetKind;

    use super::*;
    use crate::output::Format;

    #[test]
    fn the_commands_make_sense_to_clap() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_line_of_the_help_is_torn_apart() {
        fn longest(command: &mut clap::Command) {
            let name = command.get_name().to_owned();
            for text in [command.get_after_help(), command.get_after_long_help()] {
                // clap breaks a line that is longer than the terminal is wide, usually 80 characters.
                let text = text.map(ToString::to_string).unwrap_or_default();
                let long = text.lines().find(|line| line.chars().count() > 80);
                assert_eq!(long, None, "{name}");
            }
            command.get_subcommands_mut().for_each(longest);
        }
        longest(&mut Cli::command());
    }

    #[test]
    fn a_negative_number_reaches_the_parser_that_says_what_is_right() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let types = [
                    TypeId::of::<u16>(),
                    TypeId::of::<u32>(),
                    TypeId::of::<u64>(),
                    TypeId::of::<usize>(),
                    TypeId::of::<Duration>(),
                ];
                let own = argument.get_value_parser().type_id();
                assert!(
                    !types.iter().any(|of| own == *of)
                        || argument.is_allow_negative_numbers_set()
                        || argument.is_allow_hyphen_values_set(),
                    "{} {argument}",
                    command.get_name()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn q_is_quiet_everywhere_and_a_query_parameter_of_api_is_a_capital_q() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' '));
        for line in ["ffx -q id new", "ffx id new -q", "ffx -q api GET /x", "ffx api GET /x -q"] {
            assert!(parse(line).unwrap().global.terminal.quiet, "{line}");
        }
        let cli = parse("ffx api GET /x -Q a=b --query c=d").unwrap();
        assert!(!cli.global.terminal.quiet);
        assert!(
            matches!(&cli.command, Command::Api(api) if api.query.len() == 2 && api.query.iter().all(|(name, _)| name.len() == 1))
        );
        // The spelling of earlier versions fails instead of being sent without its query.
        assert!(parse("ffx api GET /x -q a=b").is_err());
    }

    #[test]
    fn every_kind_of_asset_is_a_command_of_its_own_name() {
        for kind in AssetKind::all() {
            let cli = Cli::try_parse_from(["ffx", kind.name, "list", "-q"]).unwrap();
            assert!(cli.global.terminal.quiet);
            let Command::Assets(assets) = cli.command else { panic!("{}", kind.name) };
            assert_eq!(assets.kind.name, kind.name);
        }
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in ["ffx -o csv --emulator id new", "ffx id new -o csv --emulator"] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(
                (cli.global.terminal.output, cli.global.emulator),
                (Some(Format::Csv), true)
            );
        }
    }
}
