//! What each operation of the contract does.

mod auth;
mod domains;
mod reports;

use std::cell::OnceCell;
use std::sync::Arc;

use bytes::Bytes;
use funnelflux_contract::{AssetKind, Operation, Schema};
use http::StatusCode;
use serde_json::Value;

use crate::account::Account;
use crate::ledger::Call;
use crate::state::Core;
use crate::traffic::View;
use crate::traffic::amend::Overlay;
use crate::wire::{Fields, Query, Refusal, Reply, Result, fields};
pub(crate) use reports::killed;
use reports::{attribute, drilldown, hits, logs, updates};

/// An admitted request and its emulator, as handlers see them.
pub(crate) struct Exchange<'c> {
    pub(crate) core: &'c Core,
    /// The segment of the path in place of `{id}`; empty where the path has none.
    pub(crate) path_id: String,
    pub(crate) query: Query,
    pub(crate) token: String,
    body: Bytes,
    json: OnceCell<Value>,
    account: OnceCell<Account>,
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
        let (json, account) = (OnceCell::new(), OnceCell::new());
        let now_millis = core.options.clock.unix_millis();
        Self { core, path_id, query, token, body, json, account, now_millis }
    }

    /// The account under its present names.
    pub(crate) fn account(&self) -> &Account {
        self.account.get_or_init(|| self.core.ledger.lock().present(&self.core.account))
    }

    pub(crate) fn traffic(&self) -> View<'_, Arc<Overlay>> {
        self.core.traffic.at(&self.core.account, self.now_millis)
    }

    pub(crate) fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body)
            .map_err(|_| Refusal::bad_request("the body is not UTF-8; expected a JSON object"))
    }

    /// The body, which must not be empty.
    pub(crate) fn json(&self) -> Result<&Value> {
        if let Some(body) = self.json.get() {
            return Ok(body);
        }
        let body = fields::parse(&self.body, "a JSON object")?;
        Ok(self.json.get_or_init(|| body))
    }

    pub(crate) fn fields(&self, schema: &Schema) -> Result<Fields<'_>> {
        Fields::of(self.json()?, "", schema, self.core.options.unknown_members)
    }
}

type Handler = fn(&Exchange<'_>) -> Result<Reply>;

/// Answers a verb of an asset as for every kind, any other operation by a handler of its own.
pub(crate) fn answer(operation: &Operation, exchange: &Exchange<'_>) -> Result<Reply> {
    let handler: Handler = match operation.id() {
        "auth.validate" => auth::validate,
        "auth.login" => auth::login,
        "billing.domains.list" => domains::list,
        "billing.domains.create" => domains::create,
        "billing.domains.check" => domains::check,
        // The status follows from the clock, so a refresh finds what a look-up finds.
        "billing.domains.get" | "billing.domains.refresh" => domains::get,
        "billing.domains.delete" => domains::delete,
        "reporting.attributes" => attribute::list,
        "reporting.drilldown" => drilldown::report,
        "reporting.hits" => hits::report,
        "reporting.conversions.update" => updates::conversions,
        "reporting.customevents.update" => updates::custom_events,
        "reporting.cost.update" => updates::cost,
        "reporting.reset.validate" => updates::validate_reset,
        "reporting.reset.perform" => updates::perform_reset,
        "reporting.logs.postback" => logs::postbacks,
        "reporting.logs.webhook-summary" => logs::webhooks,
        "reporting.logs.middleware-summary" => logs::middleware,
        "reporting.explorer.visitor" => hits::visitor,
        "reporting.explorer.hit" => hits::hit,
        _ => return asset(operation, exchange),
    };
    handler(exchange)
}

fn asset(operation: &Operation, exchange: &Exchange<'_>) -> Result<Reply> {
    let Some((asset, verb)) = AssetKind::of_operation(operation.id()) else {
        let message = format!("the emulator does not answer `{}`", operation.id());
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    let call = Call {
        asset,
        operation,
        query: &exchange.query,
        body: exchange.text()?,
        owner: exchange.core.account.user_id(),
        now_millis: exchange.now_millis,
        options: &exchange.core.options,
    };
    exchange.core.ledger.lock().answer(&call, verb).map(Reply::text)
}
