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
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
}
