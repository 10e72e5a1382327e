//! An account saved as text, and loaded again.

use serde::{Deserialize, Serialize};

use crate::ledger;
use crate::registry::Registry;
use crate::state::Core;
use crate::traffic;

/// Goes up with every change that an older emulator cannot read.
const VERSION: u32 = 2;

/// A saved account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    version: u32,
    pub(crate) seed: u64,
    pub(crate) traffic: traffic::window::Saved,
    pub(crate) ledger: ledger::Saved,
    pub(crate) domains: Registry,
}

impl Snapshot {
    pub(crate) fn of(core: &Core) -> Self {
        Self {
            version: VERSION,
            seed: core.options.seed,
            traffic: core.traffic.save(),
            ledger: core.ledger.save(),
            domains: core.domains.lock().clone(),
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|snapshot: &Self| snapshot.version == VERSION)
    }

    pub(crate) fn text(&self) -> String {
        // It has no part that can fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}
