//! What each operation of the contract does.

mod auth;
mod domains;
mod exchange;
mod reports;

use funnelflux_contract::{AssetKind, Operation, Verb};
use http::StatusCode;

use crate::ledger::Call;
use crate::wire::{Refusal, Reply};
pub(crate) use exchange::Exchange;
pub(crate) use reports::killed;

type Handler = fn(&Exchange<'_>) -> Result<Reply, Refusal>;

/// Answers `operation`: a verb of an asset by the behaviour that all kinds share, any other by a
/// handler of its own.
pub(crate) fn answer(operation: &Operation, exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let handler: Handler = match operation.id() {
        "auth.validate" => auth::validate,
        "auth.login" => auth::login,
        "billing.domains.list" => domains::list,
        "billing.domains.create" => domains::create,
        "billing.domains.check" => domains::check,
        // The status follows from the clock, so a refresh finds what a look-up finds.
        "billing.domains.get" | "billing.domains.refresh" => domains::get,
        "billing.domains.delete" => domains::delete,
        "reporting.attributes" => reports::attributes,
        "reporting.drilldown" => reports::drilldown,
        "reporting.hits" => reports::hits,
        "reporting.conversions.update" => reports::conversions,
        "reporting.customevents.update" => reports::custom_events,
        "reporting.cost.update" => reports::cost,
        "reporting.reset.validate" => reports::validate_reset,
        "reporting.reset.perform" => reports::perform_reset,
        "reporting.logs.postback" => reports::postbacks,
        "reporting.logs.webhook-summary" => reports::webhooks,
        "reporting.logs.middleware-summary" => reports::middleware,
        "reporting.explorer.visitor" => reports::visitor,
        "reporting.explorer.hit" => reports::hit,
        _ => return asset(operation, exchange),
    };
    handler(exchange)
}

fn asset(operation: &Operation, exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let Some((asset, verb)) = verb_of(operation) else {
        let message = format!("the emulator does not answer `{}`", operation.id());
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    let options = &exchange.core.options;
    let call = Call {
        asset,
        operation,
        query: &exchange.query,
        body: exchange.text()?,
        owner: exchange.account.user_id(),
        now_millis: exchange.now_millis,
        unknown_members: options.unknown_members,
        deleted: options.deleted_assets,
    };
    exchange.core.ledger.answer(&call, verb).map(Reply::text)
}

fn verb_of(operation: &Operation) -> Option<(&'static AssetKind, Verb)> {
    AssetKind::all().iter().find_map(|asset| {
        let own = |(_, own): &&(Verb, &'static Operation)| own.id() == operation.id();
        asset.verbs.iter().find(own).map(|(verb, _)| (*asset, *verb))
    })
}
