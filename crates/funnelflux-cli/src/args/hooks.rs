//! The arguments of `ffx hooks`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use funnelflux::hooks::{HmacAlgorithm, SignatureEncoding, SignedPart};
use funnelflux::model::Document;
use funnelflux::transport::BaseUrl;
use funnelflux::transport::http::{HeaderName, Uri};

use super::{address, name_and_value, number};

#[derive(Debug, Subcommand)]
pub(crate) enum HooksCommand {
    /// Send a server what FunnelFlux would send it, and show the answer
    #[command(subcommand)]
    Trigger(TriggerCommand),
    /// Take webhooks and middleware requests, show and keep them, until Ctrl-C
    #[command(after_help = include_str!("help/hooks-listen.txt"))]
    Listen(ListenArgs),
    /// Send again what `listen` kept, or a body of a file. Exit code 1 unless each answer is good
    #[command(after_help = include_str!("help/hooks-replay.txt"))]
    Replay(ReplayArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TriggerCommand {
    /// Send a webhook. Exit code 1 unless the answer is 2xx
    #[command(after_help = include_str!("help/hooks-webhook.txt"))]
    Webhook(WebhookArgs),
    /// Ask a middleware service for a decision. Exit code 1 unless JSON comes in time
    #[command(after_help = include_str!("help/hooks-middleware.txt"))]
    Middleware(MiddlewareArgs),
}

/// What is sent, and where to.
#[derive(Debug, Args)]
pub(crate) struct PayloadArgs {
    /// The address of the server
    #[arg(long, value_name = "URL", value_parser = target)]
    pub(crate) to: Uri,
    /// A member of the payload and its value, JSON if it is valid JSON, else text. Dots lead to
    /// inner members: visitor.country=DE. Repeatable
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct WebhookArgs {
    #[command(flatten)]
    pub(crate) send: PayloadArgs,
    /// What happened: node_execution, on_action, conversion_triggered, custom_event_triggered
    #[arg(long, value_name = "EVENT", default_value = "conversion_triggered")]
    pub(crate) event: String,
    #[command(flatten)]
    pub(crate) proofs: ProofArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MiddlewareArgs {
    #[command(flatten)]
    pub(crate) send: PayloadArgs,
    #[command(flatten)]
    pub(crate) routes: RouteArgs,
    #[command(flatten)]
    pub(crate) proofs: ProofArgs,
}

/// What is known of where an answer leads.
#[derive(Debug, Args)]
pub(crate) struct RouteArgs {
    /// The middleware config whose routes to try on the answer: a file of JSON or YAML, or the id or
    /// name of one of the account
    #[arg(long, value_name = "FILE|ID|NAME")]
    pub(crate) config: Option<String>,
    /// A middleware node of a funnel, to see which node the route leads to: FUNNEL/NODE. The funnel is a
    /// file, an id or a name, the node an id or a name. Its config is used unless --config gives one
    #[arg(long, value_name = "FUNNEL/NODE")]
    pub(crate) node: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// What `ffx hooks listen` kept, a recording, or the JSON of a body; `-` reads stdin
    pub(crate) file: PathBuf,
    /// The server; by default the one that `listen` passed the request on to. An address without a path
    /// gets the path of the request
    #[arg(long, value_name = "URL", value_parser = private_target)]
    pub(crate) to: Option<Uri>,
    /// Send only the request of this number. Repeatable
    #[arg(long, value_name = "N", value_parser = number::<u64>(1, u64::MAX), allow_negative_numbers = true)]
    pub(crate) only: Vec<u64>,
    /// Show the answers of the server whole; else only what the contract knows as plain values
    #[arg(long)]
    pub(crate) show: bool,
    #[command(flatten)]
    pub(crate) routes: RouteArgs,
    #[command(flatten)]
    pub(crate) proofs: ProofArgs,
}

/// The proofs that are sent. Secrets are read from the environment: arguments show in lists of processes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Proofs (secrets come from the environment)")]
pub(crate) struct ProofArgs {
    /// The user of HTTP basic authentication; of --config unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The variable with the password
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) password_env: Option<String>,
    /// A header, and the variable with its value: x-key=MY_KEY. Repeatable
    #[arg(long, value_name = "HEADER=VARIABLE", value_parser = header_and_variable)]
    pub(crate) header_env: Vec<(HeaderName, String)>,
    /// The variable with the secret of the signature
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) secret_env: Option<String>,
    /// The header of the signature. Which one FunnelFlux uses, and the rest of it, is unknown
    #[arg(long, value_name = "HEADER")]
    pub(crate) signature_header: Option<HeaderName>,
    /// The hash of the HMAC
    #[arg(long, value_parser = algorithm(), default_value = "sha256", requires = "signature_header")]
    pub(crate) signature_algorithm: HmacAlgorithm,
    /// The spelling of the signature
    #[arg(long, value_parser = encoding(), default_value = "hex", requires = "signature_header")]
    pub(crate) signature_encoding: SignatureEncoding,
    /// The text before the signature, such as sha256=
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    #[arg(requires = "signature_header")]
    pub(crate) signature_prefix: String,
    /// A part of what is signed: body, header:NAME or text:TEXT. Repeatable, in order [default: body]
    #[arg(long, value_name = "PART", value_parser = signed)]
    #[arg(requires = "signature_header")]
    pub(crate) signed: Vec<SignedPart>,
}

fn algorithm() -> impl TypedValueParser<Value = HmacAlgorithm> {
    let words = HmacAlgorithm::ALL.map(HmacAlgorithm::as_str);
    PossibleValuesParser::new(words).try_map(|word| HmacAlgorithm::find(&word).ok_or("unknown"))
}

fn encoding() -> impl TypedValueParser<Value = SignatureEncoding> {
    let words = SignatureEncoding::ALL.map(|it| match it {
        SignatureEncoding::Base64Url => PossibleValue::new(it.as_str()).help("Without padding"),
        _ => PossibleValue::new(it.as_str()),
    });
    PossibleValuesParser::new(words).try_map(|word| SignatureEncoding::find(&word).ok_or("unknown"))
}

fn signed(text: &str) -> Result<SignedPart, String> {
    match text.split_once(':') {
        None if text == "body" => Ok(SignedPart::Body),
        Some(("text", text)) => Ok(SignedPart::Text(text.to_owned())),
        Some(("header", name)) => header_name(name).map(SignedPart::Header),
        _ => Err("expected body, header:NAME or text:TEXT".to_owned()),
    }
}

fn header_and_variable(text: &str) -> Result<(HeaderName, String), String> {
    let (name, variable) = name_and_value(text)?;
    Ok((header_name(&name)?, variable))
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    name.parse().map_err(|_| format!("`{name}` is no name of a header"))
}

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    /// The port to listen on; 0 picks a free one
    #[arg(long, default_value = "8790", value_parser = number::<u16>(0, u16::MAX.into()), allow_negative_numbers = true)]
    pub(crate) port: u16,
    /// The address to listen on. Any but this machine's own lets others reach it
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address)]
    pub(crate) host: IpAddr,
    /// Pass each request on to this server, and give its answer back. An address without a path gets
    /// the path of the request, too
    #[arg(long, value_name = "URL", value_parser = private_target)]
    pub(crate) forward_to: Option<Uri>,
    /// The JSON object that answers requests other than webhooks, also if the server of --forward-to fails
    #[arg(long, value_name = "JSON", default_value = r#"{"decision":"default"}"#, value_parser = object)]
    pub(crate) answer: String,
    /// How many of the last requests are kept for `ffx hooks replay`; 0 keeps none
    #[arg(long, value_name = "N", default_value = "100", value_parser = number::<usize>(0, 10_000), allow_negative_numbers = true)]
    pub(crate) keep: usize,
    /// Keep them in this file, which only you can read
    /// [default: state/hooks.ndjson in the configuration directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The variable with the HMAC secret of the config: find out how each request is signed by it
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) secret_env: Option<String>,
    /// Show visitors' data, and the values of headers except credentials
    #[arg(long)]
    pub(crate) show: bool,
    #[command(flatten)]
    pub(crate) routes: RouteArgs,
}

fn object(text: &str) -> Result<String, String> {
    let object = Document::parse(text).map_err(|_| "expected a JSON object".to_owned())?;
    Ok(object.text().to_owned())
}

/// Parses the address of a server that gets visitors' data or secrets.
pub(crate) fn private_target(text: &str) -> Result<Uri, String> {
    let uri = target(text)?;
    match is_private(&uri) {
        true => Ok(uri),
        false => {
            Err("expected https://…, or http:// to this machine: visitors' data is sent".into())
        }
    }
}

/// Whether what is sent there cannot be read on the way: over TLS, or to this machine.
pub(crate) fn is_private(uri: &Uri) -> bool {
    let (scheme, authority) = (uri.scheme_str(), uri.authority());
    let server = scheme.zip(authority).map(|(scheme, authority)| format!("{scheme}://{authority}"));
    server.is_some_and(|server| server.parse::<BaseUrl>().is_ok())
}

/// Parses the address of a server.
pub(super) fn target(text: &str) -> Result<Uri, String> {
    let expected = "expected http://HOST[:PORT]/PATH or https://…";
    let uri: Uri = text.parse().map_err(|cause| format!("{cause}; {expected}"))?;
    // What stands behind the host.
    let port = uri.authority().and_then(|it| it.as_str().strip_prefix(it.host()));
    match (uri.scheme_str(), port) {
        (Some("http" | "https"), None) if uri.authority().is_some() => {
            Err("an address holds no user and no password".to_owned())
        }
        (Some("http" | "https"), Some("")) => Ok(uri),
        (Some("http" | "https"), Some(_)) if uri.port_u16().is_some() => Ok(uri),
        _ => Err(expected.to_owned()),
    }
}
