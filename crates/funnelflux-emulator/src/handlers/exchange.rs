//! An admitted request, and the emulator that it came to.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::account::Account;
use crate::ledger::Ledger;
use crate::options::Options;
use crate::registry::Registry;
use crate::state::Core;
use crate::traffic::Traffic;
use crate::vault::{Login, Vault};
use crate::wire::query::Query;
use crate::wire::refusal::Refusal;

/// The parts of the request.
pub(crate) struct Request {
    /// The segment of the path in place of `{id}`; empty where the path has none.
    pub(crate) path_id: String,
    pub(crate) query: Query,
    pub(crate) token: String,
    pub(crate) body: Bytes,
}

/// A request and its emulator, as handlers see them.
pub(crate) struct Exchange<'c> {
    core: &'c Core,
    request: Request,
    /// The account under its present names.
    account: Arc<Account>,
    /// Read once, so that an answer does not change while it is made.
    now_millis: i64,
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(core: &'c Core, request: Request) -> Self {
        Self { core, request, account: core.ledger.account(), now_millis: core.clock.unix_millis() }
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

    pub(crate) fn path_id(&self) -> &str {
        &self.request.path_id
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.now_millis
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.request.body)
            .map_err(|_| Refusal::bad_request("the body is not UTF-8; expected a JSON object"))
    }

    /// The body, which must not be empty.
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
