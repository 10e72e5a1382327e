//! The logs. Only `averageLatencyMs` is documented; here they take a time range and answer
//! `{"rows": […]}`.
//!
//! A conversion of the traffic sends its postback at once, an uploaded one when it is applied. A sent
//! postback stays in the log. A webhook counts at the time of the click that passed it, middleware when
//! it led to the offer.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::range::Range;
use crate::account::{Account, Asset};
use crate::handlers::Exchange;
use crate::traffic::Visit;
use crate::traffic::calls::{self, Call};
use crate::traffic::postback::Postback;
use crate::wire::fields::Fields;
use crate::wire::money;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use crate::wire::time;

/// As for raw events.
const MOST_ROWS: usize = 1000;

fn range(exchange: &Exchange<'_>) -> Result<Range, Refusal> {
    let options = &exchange.core.options;
    let known = ["timeStart", "timeEnd"];
    let fields = Fields::new(exchange.json()?, "", &known, options.unknown_members)?;
    Range::read(&fields, options)
}

/// The newest postbacks of the range.
pub(crate) fn postbacks(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let range = range(exchange)?;
    let account = &*exchange.account;
    let sent = exchange.traffic().postbacks(range.window, MOST_ROWS);
    let row = |postback: Postback| {
        let source = account.traffic_sources().nth(postback.source);
        json!({
            "time": time::stamp(postback.at, range.offset),
            "hitId": postback.hit,
            "conversionId": postback.conversion,
            "transaction": postback.transaction,
            "idTrafficSource": source.map(Asset::id),
            "trafficSourceName": source.map(Asset::name),
            "revenue": money::text(money::decimal(postback.revenue.into())),
            "statusCode": 200,
        })
    };
    let rows: Vec<Value> = sent.into_iter().map(row).collect();
    Ok(Reply::json(&json!({"rows": rows})))
}

/// The sums over the calls of one config.
#[derive(Debug, Clone, Copy, Default)]
struct Fared {
    requests: u64,
    failures: u64,
    latency_millis: i128,
}

/// A row for each of the configs `now`, with the calls in the range. `made` are those that make the
/// traffic.
fn summary<'a>(
    exchange: &Exchange<'_>,
    [id_name, name_name]: [&str; 2],
    made: impl Iterator<Item = &'a Asset>,
    now: Vec<(String, String)>,
    of: fn(&Account, &Visit) -> Option<Call>,
    finish: fn(Fared, &mut Map<String, Value>),
) -> Result<Reply, Refusal> {
    let range = range(exchange)?;
    let mut all: Vec<(&str, Fared)> = made.map(|config| (config.id(), Fared::default())).collect();
    exchange.traffic().each_visit(range.window, |visit| {
        let call = of(&exchange.account, visit).filter(|call| range.window.holds(call.at));
        if let Some(call) = call
            && let Some((_, fared)) = all.get_mut(call.callee)
        {
            fared.requests += 1;
            fared.failures += u64::from(call.failed);
            fared.latency_millis += i128::from(call.latency_millis);
        }
    });
    let fared: HashMap<&str, Fared> = all.into_iter().collect();
    let row = |(id, name): (String, String)| {
        let own = fared.get(id.as_str()).copied().unwrap_or_default();
        let members = [
            (id_name, id.into()),
            (name_name, name.into()),
            ("requests", own.requests.into()),
            ("successes", (own.requests - own.failures).into()),
            ("failures", own.failures.into()),
        ];
        let members =
            members.into_iter().map(|(name, value): (&str, Value)| (name.to_owned(), value));
        let mut row: Map<String, Value> = members.collect();
        finish(own, &mut row);
        row
    };
    let rows: Vec<_> = now.into_iter().map(row).collect();
    Ok(Reply::json(&json!({"rows": rows})))
}

pub(crate) fn webhooks(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let names = ["idWebhookConfig", "webhookConfigName"];
    let now = exchange.core.ledger.webhook_configs();
    summary(exchange, names, exchange.account.webhook_configs(), now, calls::webhook, |_, _| {})
}

pub(crate) fn middleware(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let names = ["idMiddlewareConfig", "middlewareConfigName"];
    let now = exchange.core.ledger.middleware_configs();
    let made = exchange.account.middleware_configs();
    summary(exchange, names, made, now, calls::middleware, |own, row| {
        // Without calls it is 0 rather than null.
        let average = money::ratio(own.latency_millis, i128::from(own.requests));
        row.insert("averageLatencyMs".to_owned(), average.map_or(0.into(), Value::from));
    })
}
