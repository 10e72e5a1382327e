//! The arguments of `ffx domains`.

use clap::{Args, Subcommand};

use super::{DryRun, help};

#[derive(Debug, Subcommand)]
pub(crate) enum DomainsCommand {
    /// List all custom domains
    List,
    /// Add a domain and print the DNS records to set
    #[command(after_help = help::ADD_DOMAIN)]
    Add(AddDomainArgs),
    /// Check that a domain responds and has a valid certificate
    Check(DomainName),
    /// Show one domain in full, with the DNS records to set
    Get(DomainId),
    /// Wait until a domain and its certificate are active
    Wait(WaitArgs),
    /// Tell the server to check the state of a domain again
    Refresh(RefreshDomainArgs),
    /// Delete a domain
    Delete(DeleteDomainArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DomainName {
    /// The domain, such as go.example.com
    pub(crate) domain: String,
}

#[derive(Debug, Args)]
pub(crate) struct DomainId {
    /// The id of the domain, from `ffx domains list`
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct AddDomainArgs {
    #[command(flatten)]
    pub(crate) name: DomainName,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
pub(crate) struct RefreshDomainArgs {
    #[command(flatten)]
    pub(crate) of: DomainId,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}

#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) of: DomainId,
    /// Give up after this many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 120)]
    pub(crate) minutes: u64,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteDomainArgs {
    #[command(flatten)]
    pub(crate) of: DomainId,
    /// Delete without asking
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) dry: DryRun,
}
