//! The logs. Of their names only `averageLatencyMs` is documented; all others are inventions.

use std::collections::HashMap;

use funnelflux_contract::{AssetKind, kinds, schemas};
use serde_json::{Map, Value, json};

use super::{MOST_ROWS, Range};
use crate::account::Asset;
use crate::handlers::Exchange;
use crate::hooks::Trigger;
use crate::ledger::Kind;
use crate::traffic::Visit;
use crate::traffic::calls::{self, Call, Postback};
use crate::wire::{Reply, Result, money, time};

fn range(exchange: &Exchange<'_>) -> Result<Range> {
    Range::read(&exchange.fields(&schemas::LOG_REQUEST)?, &exchange.core.options)
}

pub(crate) fn postbacks(exchange: &Exchange<'_>) -> Result<Reply> {
    let range = range(exchange)?;
    let account = exchange.account();
    let sent = exchange.traffic().postbacks(range.window, MOST_ROWS);
    let row = |postback: Postback| {
        let source = account.sources.get(postback.source);
        json!({
            "time": time::stamp(postback.at, range.offset),
            "hitId": postback.hit,
            "conversionId": postback.conversion,
            "transaction": postback.transaction,
            "idTrafficSource": source.map(Asset::id),
            "trafficSourceName": source.map(Asset::name),
            "revenue": money::of(postback.revenue),
            "statusCode": 200,
        })
    };
    let rows: Vec<Value> = sent.into_iter().map(row).collect();
    Ok(Reply::json(&json!({"rows": rows})))
}

/// A row for each config of a kind, with the calls in the range. `made` are those that make the traffic.
fn summary(
    exchange: &Exchange<'_>,
    kind: &'static AssetKind,
    made: &[Asset],
    of: fn(&Visit) -> Option<Call>,
    event: Trigger,
) -> Result<Reply> {
    let range = range(exchange)?;
    let ids: Vec<&str> = made.iter().map(Asset::id).collect();
    // Requests, failures and milliseconds of each config.
    let mut sums: HashMap<&str, [i64; 3]> = HashMap::new();
    let mut add = |call: Call| {
        if let Some(&id) = ids.get(call.callee).filter(|_| range.window.holds(call.at)) {
            let [requests, failures, millis] = sums.entry(id).or_default();
            *requests += 1;
            *failures += i64::from(call.failed);
            *millis += call.latency_millis;
        }
    };
    // What came of the calls that were really made.
    let (made, conversions) = {
        let called = exchange.core.called.lock();
        (called.of(event), called.of_conversions())
    };
    exchange.traffic().each_visit(range.window, |visit| {
        if let Some(call) = of(visit) {
            add(made.get(&visit.key).copied().unwrap_or(call));
        }
    });
    if event == Trigger::Node {
        conversions.into_iter().for_each(&mut add);
    }
    let row = |(id, name): (String, String)| {
        let [requests, failures, millis] = sums.get(id.as_str()).copied().unwrap_or_default();
        let names = kind.id_members.iter().chain(kind.name_members);
        let counts =
            [("requests", requests), ("successes", requests - failures), ("failures", failures)];
        let mut row: Map<String, Value> = names
            .zip([id, name])
            .map(|(member, text)| ((*member).to_owned(), text.into()))
            .chain(counts.map(|(member, count)| (member.to_owned(), count.into())))
            .collect();
        if std::ptr::eq(kind, &kinds::MIDDLEWARE_CONFIGS) {
            // Without calls it is 0 rather than null.
            let average = money::ratio(millis.into(), requests.into());
            row.insert("averageLatencyMs".to_owned(), average.map_or(0.into(), Value::from));
        }
        row
    };
    let named = exchange.core.ledger.lock().named(Kind::of(kind));
    Ok(Reply::json(&json!({"rows": named.into_iter().map(row).collect::<Vec<_>>()})))
}

pub(crate) fn webhooks(exchange: &Exchange<'_>) -> Result<Reply> {
    let made = &exchange.core.account.webhooks;
    summary(exchange, &kinds::WEBHOOK_CONFIGS, made, calls::webhook, Trigger::Node)
}

pub(crate) fn middleware(exchange: &Exchange<'_>) -> Result<Reply> {
    let made = &exchange.core.account.middleware;
    summary(exchange, &kinds::MIDDLEWARE_CONFIGS, made, calls::middleware, Trigger::Question)
}
