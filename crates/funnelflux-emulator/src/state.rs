//! The parts of one emulator, shared by all of its connections.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::account::Account;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::limits::{Ceiling, Pool};
use crate::options::Options;
use crate::registry::Registry;
use crate::sleep::Sleeper;
use crate::table::Table;
use crate::traffic::Traffic;
use crate::vault::{Login, Vault};

#[derive(Debug)]
pub(crate) struct Core {
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

/// Counters of connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    accepted: AtomicU64,
    closed: AtomicU64,
}

impl Connections {
    pub(crate) fn open(&self) {
        self.accepted.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn close(&self) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn now_open(&self) -> u64 {
        let closed = self.closed.load(Ordering::SeqCst);
        self.accepted().saturating_sub(closed)
    }
}
