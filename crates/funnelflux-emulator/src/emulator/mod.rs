//! The emulator as its user sees it.

mod builder;

pub use builder::StartError;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::caller::Caller;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::journal::{Calls, RecordedRequest};
use crate::ledger;
use crate::limits::PoolUse;
use crate::options::EmulatorBuilder;
use crate::registry::Registry;
use crate::server::{Router, Server};
use crate::state::Core;
use crate::traffic::{self, amend::Updates};

/// A FunnelFlux Pro API with one made-up account.
///
/// Any number of clients may use it at once. Dropping it stops the server: it accepts no new
/// connections, closes idle ones, and has a second to finish the present answers.
pub struct Emulator {
    core: Arc<Core>,
    base_url: String,
    server: Option<Server>,
    _caller: Option<Caller>,
}

impl Emulator {
    /// Sets up an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    pub(crate) fn new(core: Arc<Core>, server: Option<Server>) -> Self {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let address = server.as_ref().map_or(local, |server| server.address);
        let base_url = format!("http://{address}{}", core.table.base);
        let caller = server.is_some().then(|| Caller::start(&core)).flatten();
        Self { core, base_url, server, _caller: caller }
    }

    /// The base address of the API, such as `http://127.0.0.1:40123/v1`. Without a server the port is 0,
    /// which no connection can reach.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address of the server, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(|server| server.address)
    }

    /// The emulator as a tower service in this process. It shares everything with the server.
    pub fn router(&self) -> Router {
        Router { core: Arc::clone(&self.core), behind_socket: false }
    }

    /// The newest access token.
    pub fn access_token(&self) -> String {
        self.core.vault.lock().access.last().map(|it| it.token.clone()).unwrap_or_default()
    }

    /// The newest refresh token; empty where all are revoked.
    pub fn refresh_token(&self) -> String {
        self.core.vault.lock().refresh.last().cloned().unwrap_or_default()
    }

    /// The number of refreshed access tokens.
    pub fn refreshes(&self) -> u64 {
        self.core.vault.lock().refreshes
    }

    /// Refuses every refresh from now on, or stops doing so.
    pub fn refuse_refreshes(&self, refuse: bool) {
        self.core.vault.lock().refuse_refreshes = refuse;
    }

    /// Revokes every refresh token.
    pub fn revoke_refresh_tokens(&self) {
        self.core.vault.lock().refresh.clear();
    }

    /// Revokes every access token: a 401 that no expiry explains.
    pub fn revoke_access_tokens(&self) {
        self.core.vault.lock().access.iter_mut().for_each(|access| access.revoked = true);
    }

    /// Expires every access token, without moving the clock.
    pub fn expire_access_tokens(&self) {
        self.core.vault.lock().expire_access(self.core.options.clock.unix_millis());
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.core.options.clock
    }

    /// The present time of the clock.
    pub fn now(&self) -> SystemTime {
        self.core.options.clock.now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.core.options.clock.advance(by);
    }

    /// The injected faults.
    pub fn faults(&self) -> &Faults {
        &self.core.faults
    }

    /// The number of calls per operation, failed ones included.
    pub fn calls(&self) -> Calls {
        self.core.journal.lock().calls.clone()
    }

    /// The newest requests, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.core.journal.lock().requests.iter().cloned().collect()
    }

    /// Clears the requests and the counters of [`calls`](Self::calls).
    pub fn clear_requests(&self) {
        self.core.journal.lock().clear();
    }

    /// The number of accepted connections.
    pub fn connections(&self) -> u64 {
        self.core.accepted.load(Ordering::SeqCst)
    }

    /// The number of open connections.
    pub fn open_connections(&self) -> u64 {
        let closed = self.core.closed.load(Ordering::SeqCst);
        self.core.accepted.load(Ordering::SeqCst).saturating_sub(closed)
    }

    /// The use of the pool of report queries.
    pub fn pool(&self) -> PoolUse {
        self.core.pool.usage()
    }

    /// The state of the updates of conversions, costs and resets.
    pub fn updates(&self) -> Updates {
        self.core.traffic.updates(&self.core.account, self.core.options.clock.unix_millis())
    }

    /// Saves the account as text: assets, domains, updates, and the parameters of the traffic. It holds
    /// the secrets of middleware configs, but no tokens, clock, requests or switches.
    pub fn snapshot(&self) -> String {
        let snapshot = Snapshot {
            version: VERSION,
            seed: self.core.options.seed,
            traffic: self.core.traffic.save(),
            ledger: self.core.ledger.lock().save(),
            domains: self.core.domains.lock().clone(),
        };
        // It has no part that can fail.
        serde_json::to_string(&snapshot).unwrap_or_default()
    }

    /// The account at its beginning: ids and names of its assets, without the changes by calls.
    pub fn account(&self) -> &Account {
        &self.core.account
    }

    /// Stops the server: it sends the present answers, and closes what is still open after a second.
    pub async fn shutdown(mut self) {
        if let Some(server) = self.server.take() {
            server.shutdown().await;
        }
    }
}

/// Goes up with every change of a snapshot that an older emulator cannot read.
const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Snapshot {
    version: u32,
    seed: u64,
    traffic: traffic::window::Saved,
    ledger: ledger::Saved,
    domains: Registry,
}

funnelflux_contract::shows! {
    Emulator, |it|
        base_url: it.base_url, serving: it.server.is_some(), now: it.now(), calls: it.calls(),
        refreshes: it.refreshes(), connections: it.connections()
}
