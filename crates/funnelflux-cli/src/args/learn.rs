//! Arguments of `ffx learn`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct LearnArgs {
    /// HAR files that a browser saved, the vendor's schema files (Swagger, OpenAPI), and JSON of objects as
    /// `ffx funnels get` prints it
    #[arg(value_name = "FILE", required_unless_present_any = ["account", "show"])]
    pub(crate) files: Vec<PathBuf>,
    /// Also ask the account for its lists, one after the other. Only reads
    #[arg(long)]
    pub(crate) account: bool,
    /// Show what would be learned, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show what is still a guess for the profile, kind by kind
    #[arg(long, conflicts_with_all = ["files", "account", "dry_run", "likely", "hosts"])]
    pub(crate) show: bool,
    /// Take over what is only likely, too
    #[arg(long)]
    pub(crate) likely: bool,
    /// Write a copy of the HAR file that can be shared, and learn nothing: names of the API stay, what the
    /// account holds is replaced
    #[arg(long, value_name = "OUT.har", conflicts_with_all = ["show", "account", "dry_run", "likely"])]
    pub(crate) scrub: Option<PathBuf>,
    /// A host whose requests count, besides those of the vendor, of this machine and of the profile.
    /// Repeatable
    #[arg(long = "host", value_name = "HOST", value_parser = host)]
    pub(crate) hosts: Vec<String>,
}

/// The name of a host, or its IP address, as the addresses of a recording have it, without the port.
fn host(text: &str) -> Result<String, String> {
    let address = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_label = |label: &str| !label.is_empty() && label.chars().all(is_plain);
    if address.parse::<std::net::IpAddr>().is_ok() || text.split('.').all(is_label) {
        return Ok(address.to_owned());
    }
    Err("expected the name of one host as addresses have it, such as api.example.com: no `https://`, no \
         port, no path, no `*`"
        .to_owned())
}
