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
use crate::wire::fields::{self, Fields};
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
    pub(crate) core: &'c Core,
    pub(crate) request: Request,
    /// The account under its present names.
    pub(crate) account: Arc<Account>,
    /// Read once, so that an answer does not change while it is made.
    pub(crate) now_millis: i64,
    /// The parsed body.
    body: OnceCell<Value>,
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(core: &'c Core, request: Request) -> Self {
        let (account, now_millis) = (core.ledger.account(), core.clock.unix_millis());
        Self { core, request, account, now_millis, body: OnceCell::new() }
    }

    /// The traffic as it is now.
    pub(crate) fn traffic(&self) -> View<'_, Arc<Overlay>> {
        self.core.traffic.at(&self.account, self.now_millis)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.request.body)
            .map_err(|_| Refusal::bad_request("the body is not UTF-8; expected a JSON object"))
    }

    /// The body, which must not be empty.
    pub(crate) fn json(&self) -> Result<&Value, Refusal> {
        if let Some(body) = self.body.get() {
            return Ok(body);
        }
        let body = fields::parse(&self.request.body, "a JSON object")?;
        Ok(self.body.get_or_init(|| body))
    }

    /// The members of the body, by a schema of the contract.
    pub(crate) fn fields(&self, schema: &Schema) -> Result<Fields<'_>, Refusal> {
        Fields::of(self.json()?, "", schema, self.core.options.unknown_members)
    }
}
