//! The parts of one emulator, shared by all of its connections.

use std::sync::atomic::AtomicU64;

use funnelflux_transport::Lock;

use crate::account::Account;
use crate::faults::Faults;
use crate::har::Recorder;
use crate::journal::Journal;
use crate::ledger::Store;
use crate::limits::{Ceiling, Pool};
use crate::options::EmulatorBuilder;
use crate::registry::Registry;
use crate::table::Table;
use crate::traffic::Traffic;
use crate::traffic::calls::Log;
use crate::vault::Vault;

pub(crate) struct Core {
    pub(crate) options: EmulatorBuilder,
    pub(crate) table: Table,
    pub(crate) account: Account,
    pub(crate) ledger: Lock<Store>,
    pub(crate) domains: Lock<Registry>,
    pub(crate) traffic: Traffic,
    pub(crate) vault: Lock<Vault>,
    pub(crate) faults: Faults,
    /// The calls of servers that were made.
    pub(crate) called: Lock<Log>,
    pub(crate) journal: Lock<Journal>,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) pool: Pool,
    pub(crate) ceiling: Option<Ceiling>,
    pub(crate) accepted: AtomicU64,
    pub(crate) closed: AtomicU64,
}
