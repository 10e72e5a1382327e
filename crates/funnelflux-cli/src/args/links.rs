//! The arguments of `ffx links`.

use clap::{Args, Subcommand};
use funnelflux::links::Domain;

use super::name_and_value;
use crate::names::AssetRef;

#[derive(Debug, Subcommand)]
pub(crate) enum LinksCommand {
    /// Build the link of an ad: from a traffic source into a funnel
    Entrance(EntranceArgs),
    /// Build the link of an action of a lander or offer, the same for every page
    Action {
        /// The domain that tracks
        #[arg(long, value_name = "NAME")]
        domain: Domain,
        /// The number of the action, from 1
        #[arg(value_parser = super::number::<u32>(1, 64), allow_negative_numbers = true)]
        number: u32,
    },
    /// Build a postback for an offer network
    Postback(PostbackArgs),
    /// Build the address of a funnel in the app
    Editor {
        /// The id or name of the funnel
        #[arg(value_name = "ID|NAME")]
        funnel: AssetRef,
    },
    /// Explain a link part by part. Exit code 1 if a part is wrong
    Check {
        /// The link
        url: String,
        /// Read the traffic source of the link from the account, for its aliases and placeholders
        #[arg(long)]
        account: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EntranceArgs {
    /// The domain that tracks
    #[arg(long, value_name = "NAME")]
    pub(crate) domain: Domain,
    /// The id of the funnel, or its name, which is looked up in the account
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) funnel: AssetRef,
    /// The id of the traffic source, or its name, which is looked up in the account
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) source: AssetRef,
    /// A tracking field, SLOT=VALUE or ALIAS=VALUE; tokens stay as they are. Repeatable
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) fields: Vec<(String, String)>,
    /// Read the traffic source from the account and fill in its placeholders. Aliases need it
    #[arg(long)]
    pub(crate) account: bool,
    /// Name the parameters by alias. That the tracker takes aliases is a guess
    #[arg(long, requires = "account")]
    pub(crate) by_alias: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PostbackArgs {
    /// The domain that tracks
    #[arg(long, value_name = "NAME")]
    pub(crate) domain: Domain,
    /// The id of the hit, or the network's token for it
    #[arg(long)]
    pub(crate) hit: String,
    /// The transaction, or the network's token for it
    #[arg(long)]
    pub(crate) tx: Option<String>,
    /// The revenue, or the network's token for it [default: the payout of the offer]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) rev: Option<String>,
}
