//! The logs. What is asked of them and what their rows hold is unknown but for `averageLatencyMs`:
//! here a range of time goes in, and `{"rows": […]}` comes out.
//!
//! Every conversion sent a postback to its traffic source at once. The account's funnels call
//! neither webhooks nor middleware, so the summaries have a row of zeros for each config.

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::range::Range;
use crate::account::Asset;
use crate::exchange::Exchange;
use crate::traffic::EventKind;
use crate::wire::fields::Fields;
use crate::wire::money;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use crate::wire::time;

/// As for raw events.
const MOST_ROWS: usize = 1000;

fn range(exchange: &Exchange<'_>) -> Result<Range, Refusal> {
    let options = exchange.options();
    let body = exchange.json()?;
    let fields = Fields::new(&body, "", &["timeStart", "timeEnd"], options.unknown_members)?;
    Range::read(&fields, options)
}

/// The newest postbacks of the range.
pub(crate) fn postbacks(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let range = range(exchange)?;
    let account = exchange.account();
    let mut rows: Vec<Value> = Vec::new();
    exchange.traffic().newest_first(account, range.window, exchange.now_millis(), |event| {
        if !matches!(event.kind, EventKind::Conversion(_)) {
            return ControlFlow::Continue(());
        }
        let source = event.visit.source_asset(account);
        let revenue = event.conversion().map(|sale| i128::from(sale.revenue));
        rows.push(json!({
            "time": time::stamp(event.at, range.offset),
            "hitId": event.hit_id(),
            "conversionId": event.conversion_id(),
            "transaction": event.transaction(),
            "idTrafficSource": source.map(Asset::id),
            "trafficSourceName": source.map(Asset::name),
            "revenue": revenue.map(|mills| money::text(money::decimal(mills))),
            "statusCode": 200,
        }));
        if rows.len() < MOST_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    Ok(Reply::json(&json!({"rows": rows})))
}

pub(crate) fn webhooks(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    range(exchange)?;
    let configs = exchange.ledger().webhook_configs().into_iter();
    let rows: Vec<Value> = configs
        .map(|(id, name)| {
            json!({"idWebhookConfig": id, "webhookConfigName": name, "requests": 0, "failures": 0})
        })
        .collect();
    Ok(Reply::json(&json!({"rows": rows})))
}

pub(crate) fn middleware(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    range(exchange)?;
    let configs = exchange.ledger().middleware_configs().into_iter();
    let rows: Vec<Value> = configs
        .map(|(id, name)| {
            json!({
                "idMiddlewareConfig": id, "middlewareConfigName": name, "requests": 0,
                "failures": 0, "averageLatencyMs": 0
            })
        })
        .collect();
    Ok(Reply::json(&json!({"rows": rows})))
}
