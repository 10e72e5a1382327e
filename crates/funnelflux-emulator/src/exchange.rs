//! One request that has been let in, as an operation's handler sees it.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::account::Account;
use crate::auth::login::Login;
use crate::auth::tokens::Vault;
use crate::domains::Registry;
use crate::ledger::Ledger;
use crate::options::Options;
use crate::routes;
use crate::state::Core;
use crate::table::Served;
use crate::traffic::Traffic;
use crate::wire::query::Query;
use crate::wire::refusal::Refusal;

/// What came in.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) token: String,
    pub(crate) body: Bytes,
}

/// A request and the emulator it came to.
pub(crate) struct Exchange<'c> {
    core: &'c Core,
    served: &'c Served,
    request: Request,
    /// The account under its names of now.
    account: Arc<Account>,
    /// Read once, so that an answer does not change while it is made.
    now_millis: i64,
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(core: &'c Core, served: &'c Served, request: Request) -> Self {
        let account = core.ledger.account();
        Self { core, served, request, account, now_millis: core.clock.unix_millis() }
    }

    pub(crate) fn options(&self) -> &'c Options {
        &self.core.options
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn traffic(&self) -> &'c Traffic {
        &self.core.traffic
    }

    pub(crate) fn vault(&self) -> &'c Vault {
        &self.core.vault
    }

    pub(crate) fn login(&self) -> &'c Login {
        &self.core.login
    }

    pub(crate) fn ledger(&self) -> &'c Ledger {
        &self.core.ledger
    }

    pub(crate) fn domains(&self) -> &'c Registry {
        &self.core.domains
    }

    pub(crate) fn bearer(&self) -> &str {
        &self.request.token
    }

    pub(crate) fn query(&self) -> &Query {
        &self.request.query
    }

    /// What stands in the place of `{id}` in the path.
    pub(crate) fn path_id(&self) -> &str {
        routes::captured(&self.served.path, &self.request.path).unwrap_or_default()
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.now_millis
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.request.body)
            .map_err(|_| Refusal::bad_request("the body is not UTF-8; expected a JSON object"))
    }

    /// The body, which must be there.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        self.optional_json()?
            .ok_or_else(|| Refusal::bad_request("the body is empty; expected a JSON object"))
    }

    /// The body, which may be empty.
    pub(crate) fn optional_json(&self) -> Result<Option<Value>, Refusal> {
        if self.request.body.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&self.request.body).map(Some).map_err(|error| {
            Refusal::bad_request(format!("the body is not JSON: {error}; expected a JSON object"))
        })
    }
}
