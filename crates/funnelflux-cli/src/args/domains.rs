//! The arguments of `ffx domains`.

use clap::Subcommand;

use super::{DryRun, number};

#[derive(Debug, Subcommand)]
pub(crate) enum DomainsCommand {
    /// List all custom domains. Their states may be empty until a refresh
    List,
    /// Add a domain and print the DNS records to set
    #[command(after_help = include_str!("help/add-domain.txt"))]
    Add {
        /// The domain, such as go.example.com
        domain: String,
        /// Add without asking
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        dry: DryRun,
    },
    /// Check that a domain responds and has a valid certificate
    Check {
        /// The domain, such as go.example.com
        domain: String,
    },
    /// Show one domain in full, with the DNS records to set
    Get {
        /// The id of the domain, from `ffx domains list`
        id: String,
    },
    /// Wait until a domain and its certificate are active
    Wait {
        /// The id of the domain, from `ffx domains list`
        id: String,
        /// Give up after this many minutes
        #[arg(long, value_name = "MINUTES", default_value = "120", value_parser = number::<u64>(0, u64::MAX), allow_negative_numbers = true)]
        minutes: u64,
    },
    /// Tell the server to check the state of a domain again
    Refresh {
        /// The id of the domain, from `ffx domains list`
        id: String,
        #[command(flatten)]
        dry: DryRun,
    },
    /// Delete a domain
    #[command(after_help = include_str!("help/delete-domain.txt"))]
    Delete {
        /// The id of the domain, from `ffx domains list`
        id: String,
        /// Delete without asking
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        dry: DryRun,
    },
}
