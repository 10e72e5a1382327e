//! The arguments of `ffx domains`.

use clap::{Args, Subcommand};

use super::{DryRun, Quiet, help};

#[derive(Debug, Subcommand)]
pub(crate) enum DomainsCommand {
    /// All custom domains
    List(DomainsArgs),
    /// Add a domain; prints the DNS records to set
    Add(AddDomainArgs),
    /// Whether a domain answers and its certificate is good
    Check(NameArgs),
    /// A domain in full, with the DNS records to set
    Get(DomainArgs),
    /// Wait until a domain and its certificate are active
    Wait(WaitArgs),
    /// Have the server look at a domain's state again
    Refresh(RefreshDomainArgs),
    /// Delete a domain
    Delete(DeleteDomainArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DomainsArgs {
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The domain, such as go.example.com
    pub(crate) domain: String,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
#[command(after_help = help::ADD_DOMAIN)]
pub(crate) struct AddDomainArgs {
    /// The domain, such as go.example.com
    pub(crate) domain: String,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct RefreshDomainArgs {
    /// The id, which `ffx domains list` shows
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct DomainArgs {
    /// The id, which `ffx domains list` shows
    pub(crate) id: String,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// The id, which `ffx domains list` shows
    pub(crate) id: String,
    /// How long to wait in all
    #[arg(long, value_name = "MINUTES", default_value_t = 120)]
    pub(crate) minutes: u64,
    #[command(flatten)]
    quiet: Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteDomainArgs {
    /// The id, which `ffx domains list` shows
    pub(crate) id: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
    #[command(flatten)]
    quiet: Quiet,
}

impl DomainsCommand {
    pub(super) fn quiet(&self) -> Quiet {
        match self {
            Self::List(args) => args.quiet,
            Self::Add(args) => args.quiet,
            Self::Check(args) => args.quiet,
            Self::Get(args) => args.quiet,
            Self::Refresh(args) => args.quiet,
            Self::Wait(args) => args.quiet,
            Self::Delete(args) => args.quiet,
        }
    }
}
