//! An admitted request, and the emulator that it came to.

use std::cell::OnceCell;
use std::sync::Arc;

use bytes::Bytes;
use funnelflux_contract::Schema;
use serde_json::Value;

use crate::account::Account;
use crate::state::Core;
use crate::traffic::View;
use crate::traffic::amend::Overlay;
use crate::wire::{Fields, Query, Refusal, fields};

/// An admitted request and its emulator, as handlers see them.
pub(crate) struct Exchange<'c> {
    pub(crate) core: &'c Core,
    /// The segment of the path in place of `{id}`; empty where the path has none.
    pub(crate) path_id: String,
    pub(crate) query: Query,
    pub(crate) token: String,
    body: Bytes,
    json: OnceCell<Value>,
    /// The account under its present names.
    pub(crate) account: Arc<Account>,
    /// Read once, so that an answer does not change while it is made.
    pub(crate) now_millis: i64,
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(
        core: &'c Core,
        path_id: String,
        query: Query,
        token: String,
        body: Bytes,
    ) -> Self {
        let (account, now_millis) = (core.ledger.account(), core.options.clock.unix_millis());
        Self { core, path_id, query, token, body, json: OnceCell::new(), account, now_millis }
    }

    pub(crate) fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    pub(crate) fn traffic(&self) -> View<'_, Arc<Overlay>> {
        self.core.traffic.at(&self.account, self.now_millis)
    }

    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.body)
            .map_err(|_| Refusal::bad_request("the body is not UTF-8; expected a JSON object"))
    }

    /// The body, which must not be empty.
    pub(crate) fn json(&self) -> Result<&Value, Refusal> {
        if let Some(body) = self.json.get() {
            return Ok(body);
        }
        let body = fields::parse(&self.body, "a JSON object")?;
        Ok(self.json.get_or_init(|| body))
    }

    /// The members of the body, by a schema of the contract.
    pub(crate) fn fields(&self, schema: &Schema) -> Result<Fields<'_>, Refusal> {
        Fields::of(self.json()?, "", schema, self.core.options.unknown_members)
    }
}
