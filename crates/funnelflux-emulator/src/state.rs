//! Everything one emulator is made of, shared by all of its connections.

use crate::account::Account;
use crate::auth::login::Login;
use crate::auth::tokens::Vault;
use crate::clock::Clock;
use crate::domains::Registry;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::limits::{Ceiling, Pool};
use crate::options::Options;
use crate::server::Connections;
use crate::sleep::Sleeper;
use crate::table::Table;
use crate::traffic::Traffic;

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) seed: u64,
    pub(crate) options: Options,
    pub(crate) table: Table,
    pub(crate) clock: Clock,
    pub(crate) sleeper: Sleeper,
    pub(crate) account: Account,
    pub(crate) ledger: Ledger,
    pub(crate) domains: Registry,
    pub(crate) traffic: Traffic,
    pub(crate) vault: Vault,
    pub(crate) login: Login,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) pool: Pool,
    pub(crate) ceiling: Option<Ceiling>,
    pub(crate) connections: Connections,
}
