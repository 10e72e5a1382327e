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
    let body = exchange.json()?;
    let fields = Fields::new(&body, "", &["timeStart", "timeEnd"], options.unknown_members)?;
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

impl Fared {
    fn count(&mut self, call: &Call) {
        self.requests += 1;
        self.failures += u64::from(call.failed);
        self.latency_millis += i128::from(call.latency_millis);
    }

    fn row(self, id: (&str, String), name: (&str, String)) -> Map<String, Value> {
        let members = [
            (id.0, Value::from(id.1)),
            (name.0, name.1.into()),
            ("requests", self.requests.into()),
            ("successes", (self.requests - self.failures).into()),
            ("failures", self.failures.into()),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The calls in the range, by the id of the config.
fn count<'a>(
    exchange: &Exchange<'_>,
    range: Range,
    configs: impl Iterator<Item = &'a Asset>,
    of: fn(&Account, &Visit) -> Option<Call>,
) -> HashMap<String, Fared> {
    let mut all: Vec<(String, Fared)> =
        configs.map(|config| (config.id().to_owned(), Fared::default())).collect();
    let account = &*exchange.account;
    exchange.traffic().each_visit(range.window, |visit| {
        let call = of(account, visit).filter(|call| range.window.holds(call.at));
        if let Some(call) = call
            && let Some((_, fared)) = all.get_mut(call.callee)
        {
            fared.count(&call);
        }
    });
    all.into_iter().collect()
}

pub(crate) fn webhooks(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let range = range(exchange)?;
    let fared = count(exchange, range, exchange.account.webhook_configs(), calls::webhook);
    let rows = exchange.core.ledger.webhook_configs().into_iter().map(|(id, name)| {
        let own = fared.get(&id).copied().unwrap_or_default();
        own.row(("idWebhookConfig", id), ("webhookConfigName", name))
    });
    Ok(Reply::json(&json!({"rows": rows.collect::<Vec<_>>()})))
}

pub(crate) fn middleware(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let range = range(exchange)?;
    let fared = count(exchange, range, exchange.account.middleware_configs(), calls::middleware);
    let rows = exchange.core.ledger.middleware_configs().into_iter().map(|(id, name)| {
        let own = fared.get(&id).copied().unwrap_or_default();
        let mut row = own.row(("idMiddlewareConfig", id), ("middlewareConfigName", name));
        // Without calls it is 0 rather than null.
        let average = money::ratio(own.latency_millis, i128::from(own.requests));
        row.insert("averageLatencyMs".to_owned(), average.map_or(0.into(), Value::from));
        row
    });
    Ok(Reply::json(&json!({"rows": rows.collect::<Vec<_>>()})))
}
