//! The arguments of `ffx hooks`.

use clap::{Args, Subcommand};
use funnelflux::transport::http::Uri;

#[derive(Debug, Subcommand)]
pub(crate) enum HooksCommand {
    /// Send a server what FunnelFlux would send it, and show the answer
    #[command(subcommand)]
    Trigger(TriggerCommand),
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
}

#[derive(Debug, Args)]
pub(crate) struct MiddlewareArgs {
    #[command(flatten)]
    pub(crate) send: PayloadArgs,
    /// The middleware config whose routes to try on the answer: a file of JSON or YAML, or the id or
    /// name of one of the account. Its `timeoutMs` becomes the time for the answer
    #[arg(long, value_name = "FILE|ID|NAME")]
    pub(crate) config: Option<String>,
}

/// Parses the address of a server.
pub(super) fn target(text: &str) -> Result<Uri, String> {
    let expected = "expected http://HOST[:PORT]/PATH or https://…";
    let uri: Uri = text.parse().map_err(|cause| format!("{cause}; {expected}"))?;
    let authority = uri.authority().map(|authority| authority.as_str().to_owned());
    match (uri.scheme_str(), authority) {
        (Some("http" | "https"), Some(host)) if host.contains('@') => {
            Err("an address holds no user and no password".to_owned())
        }
        (Some("http" | "https"), Some(_)) => Ok(uri),
        _ => Err(expected.to_owned()),
    }
}
