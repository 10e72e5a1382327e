//! "Create a raw event report": every hit, click and conversion.
//!
//! The shape of the live rows is unknown. Here a row has a `kind` (`hit`, `click`, `conversion`), its
//! time in the offset of `timeStart`, ids and names of the assets, and data of the visitor. The newest
//! row comes first.

use std::ops::ControlFlow;

use funnelflux_contract::schemas;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::{MOST_ROWS, Range};
use crate::account::Asset;
use crate::handlers::Exchange;
use crate::traffic::{Event, EventKind, TrackingField};
use crate::wire::{Refusal, Reply, money, time};

/// The kind of an event, as the flags of a request and the rows name it.
fn kind(event: &Event<'_>) -> &'static str {
    match event.kind {
        EventKind::LanderView | EventKind::OfferView => "hit",
        EventKind::LanderClick | EventKind::OfferClick => "click",
        EventKind::Conversion => "conversion",
    }
}

pub(crate) fn report(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let options = &exchange.core.options;
    let fields = exchange.fields(&schemas::RAW_EVENTS_REQUEST)?;
    let range = Range::read(&fields, options)?;
    let mut kinds = Vec::new();
    for (flag, kind) in
        [("includeHits", "hit"), ("includeClicks", "click"), ("includeConversions", "conversion")]
    {
        kinds.extend(fields.flag(flag)?.then_some(kind));
    }
    if kinds.is_empty() {
        return Err(Refusal::bad_request(
            "`includeHits`, `includeClicks` and `includeConversions` are all false; expected at \
             least one to be true",
        ));
    }
    let start = position(fields.count("pagingStart", "a row number from 0")?);
    let length = position(fields.count("pagingLength", "a number of rows, 1 to 1000")?);
    if !(1..=MOST_ROWS).contains(&length) {
        let right = format_args!("1 to {MOST_ROWS}");
        return Err(Refusal::at("pagingLength", format_args!("is {length}"), right));
    }
    let end = start.saturating_add(length).min(options.raw_event_cap);
    let mut rows = Vec::new();
    let mut at = 0;
    exchange.traffic().newest_first(range.window, |event| {
        if !kinds.contains(&kind(event)) {
            return ControlFlow::Continue(());
        }
        if at >= end {
            return ControlFlow::Break(());
        }
        if at >= start {
            rows.push(row(exchange, range.offset, event));
        }
        at += 1;
        ControlFlow::Continue(())
    });
    Ok(Reply::json(&json!({"rows": rows})))
}

fn position(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

pub(super) fn row(exchange: &Exchange<'_>, offset: Offset, event: &Event<'_>) -> Value {
    let account = exchange.account();
    let visit = event.visit;
    let visitor = visit.visitor;
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("kind", kind(event).into());
    put("time", time::stamp(event.at, offset).into());
    put("hitId", event.hit_id().into());
    put("visitorId", visitor.id().into());
    put("pageType", (if event.on_offer() { "offer" } else { "lander" }).into());
    put("isEntrance", event.is_entrance().into());
    put("actionNumber", event.action().into());
    put("conversionId", event.conversion_id().into());
    put("transaction", event.transaction().into());
    let revenue = event.sold.map(|sold| i128::from(sold.revenue));
    let cost = event.is_entrance().then(|| i128::from(visit.cost));
    put("revenue", revenue.map(|mills| money::text(money::decimal(mills))).into());
    put("cost", cost.map(|mills| money::text(money::decimal(mills))).into());
    for (id, name) in [
        ("idTrafficSource", "trafficSourceName"),
        ("idCampaign", "campaignName"),
        ("idFunnel", "funnelName"),
        ("idLander", "landerName"),
        ("idOffer", "offerName"),
        ("idOfferSource", "offerSourceName"),
    ] {
        let asset = visit.asset(account, id);
        put(id, asset.map(Asset::id).into());
        put(name, asset.map(Asset::name).into());
    }
    for name in [
        "countryCode",
        "country",
        "deviceType",
        "os",
        "osVersion",
        "browser",
        "browserVersion",
        "userAgent",
    ] {
        put(name, visitor.fact(name).into());
    }
    put("region", visitor.city().0.into());
    put("city", visitor.city().1.into());
    put("isp", visitor.provider().into());
    put("referrer", visit.referrer().into());
    put("ip", visitor.ip.to_string().into());
    let fields: Map<String, Value> = TrackingField::filled()
        .map(|slot| (slot.name().to_owned(), slot.value(account, visit).into()))
        .collect();
    put("trackingFields", Value::Object(fields));
    Value::Object(row)
}
