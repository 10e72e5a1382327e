//! An admitted request, and the emulator that it came to.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::account::Account;
use crate::state::Core;
use crate::traffic::View;
use crate::traffic::amend::Overlay;
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
}

impl<'c> Exchange<'c> {
    pub(crate) fn new(core: &'c Core, request: Request) -> Self {
        Self { core, request, account: core.ledger.account(), now_millis: core.clock.unix_millis() }
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
