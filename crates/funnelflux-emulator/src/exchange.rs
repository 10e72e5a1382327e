//! One request that has been let in, as an operation's handler sees it.

use bytes::Bytes;
use serde_json::Value;

use crate::account::Account;
use crate::auth::tokens::Vault;
use crate::options::Options;
use crate::state::Core;
use crate::traffic::Traffic;
use crate::wire::refusal::Refusal;

/// A request and the emulator it came to.
pub(crate) struct Exchange<'c> {
    core: &'c Core,
    bearer: &'c str,
    body: &'c Bytes,
    /// Read once, so that an answer does not change while it is made.
    now_millis: i64,
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(core: &'c Core, bearer: &'c str, body: &'c Bytes) -> Self {
        Self { core, bearer, body, now_millis: core.clock.unix_millis() }
    }

    pub(crate) fn options(&self) -> &'c Options {
        &self.core.options
    }

    pub(crate) fn account(&self) -> &'c Account {
        &self.core.account
    }

    pub(crate) fn traffic(&self) -> &'c Traffic {
        &self.core.traffic
    }

    pub(crate) fn vault(&self) -> &'c Vault {
        &self.core.vault
    }

    pub(crate) fn bearer(&self) -> &'c str {
        self.bearer
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.now_millis
    }

    /// The body, which must be there.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        self.optional_json()?
            .ok_or_else(|| Refusal::bad_request("the body is empty; expected a JSON object"))
    }

    /// The body, which may be empty.
    pub(crate) fn optional_json(&self) -> Result<Option<Value>, Refusal> {
        if self.body.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(self.body).map(Some).map_err(|error| {
            Refusal::bad_request(format!("the body is not JSON: {error}; expected a JSON object"))
        })
    }
}
