//! "Create a raw event report": every hit, click and conversion; and the look-ups of them. The shape of
//! the rows is a choice. Documented of the look-ups are a summary taken from the entrance hit, a list of
//! hits, and `hasMore`.

use funnelflux_contract::schemas;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::{MOST_ROWS, Range};
use crate::account::Asset;
use crate::handlers::Exchange;
use crate::traffic::{Event, EventKind, TrackingField, Visit};
use crate::wire::{Refusal, Reply, Result, money, time};

/// The kind of an event, as the flags of a request and the rows name it.
fn kind(event: &Event<'_>) -> &'static str {
    match event.kind {
        EventKind::LanderView | EventKind::OfferView => "hit",
        EventKind::LanderClick | EventKind::OfferClick => "click",
        EventKind::Conversion => "conversion",
    }
}

pub(crate) fn report(exchange: &Exchange<'_>) -> Result<Reply> {
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
    let start = fields.count("pagingStart", "a row number from 0")?;
    let length = fields.count("pagingLength", "a number of rows, 1 to 1000")?;
    if !(1..=MOST_ROWS).contains(&length) {
        let right = format_args!("1 to {MOST_ROWS}");
        return Err(Refusal::at("pagingLength", format_args!("is {length}"), right));
    }
    let end = start.saturating_add(length).min(options.raw_event_cap);
    let mut rows = Vec::new();
    let mut at = 0;
    exchange.traffic().newest_first(range.window, |event| {
        if kinds.contains(&kind(event)) {
            if (start..end).contains(&at) {
                rows.push(row(exchange, range.offset, event));
            }
            at += 1;
        }
        at < end
    });
    Ok(Reply::json(&json!({"rows": rows})))
}

fn row(exchange: &Exchange<'_>, offset: Offset, event: &Event<'_>) -> Value {
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
    put("revenue", event.sold.map(|sold| money::of(sold.revenue)).into());
    put("cost", event.is_entrance().then(|| money::of(visit.cost)).into());
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

/// Answers with the events of `visits` in the range, oldest first; without a range with all.
fn answer(exchange: &Exchange<'_>, visits: &[Visit], range: Option<Range>) -> Result<Reply> {
    let mut events: Vec<Event<'_>> = visits.iter().flat_map(Visit::events).collect();
    events.sort_by_key(|event| (event.at, event.tie()));
    let Some(entrance) = events.iter().copied().find(Event::is_entrance) else {
        return Err(Refusal::not_found(
            "there is no such visitor in that range; expected the id of a visitor or a hit that a \
             raw event report shows",
        ));
    };
    events.retain(|event| range.is_none_or(|range| range.window.holds(event.at)));
    let offset = range.map_or(Offset::UTC, |range| range.offset);
    let summary = row(exchange, offset, &entrance);
    let rows: Vec<Value> =
        events.iter().take(MOST_ROWS).map(|event| row(exchange, offset, event)).collect();
    let more = events.len() > MOST_ROWS;
    Ok(Reply::json(&json!({"visitor": summary, "hits": rows, "hasMore": more})))
}

pub(crate) fn visitor(exchange: &Exchange<'_>) -> Result<Reply> {
    let fields = exchange.fields(&schemas::EXPLORER_VISITOR_REQUEST)?;
    match (fields.get("visitorId"), fields.get("hitId")) {
        (Some(_), None) => {
            let id = fields.string("visitorId", "the id of a visitor")?;
            let range = Range::read(&fields, &exchange.core.options)?;
            let mut visits = Vec::new();
            exchange.traffic().each_visit(range.window, |visit| {
                let mut events = visit.events();
                if visit.visitor.id() == id && events.any(|it| range.window.holds(it.at)) {
                    visits.push(visit.clone());
                }
            });
            answer(exchange, &visits, Some(range))
        }
        (None, Some(_)) => {
            let visit = of_hit(exchange, fields.string("hitId", "the id of a hit")?)?;
            answer(exchange, &[visit], None)
        }
        _ => Err(Refusal::bad_request(
            "expected either `visitorId` with `timeStart` and `timeEnd`, or `hitId`",
        )),
    }
}

fn of_hit(exchange: &Exchange<'_>, id: &str) -> Result<Visit> {
    let why = "`hitId` belongs to no hit; expected the id of one in a raw event report";
    exchange.traffic().visit_of_hit(id).ok_or_else(|| Refusal::not_found(why))
}

pub(crate) fn hit(exchange: &Exchange<'_>) -> Result<Reply> {
    let id = exchange.fields(&schemas::EXPLORER_HIT_REQUEST)?.string("hitId", "the id of a hit")?;
    let visit = of_hit(exchange, id)?;
    let view = visit.events().find(|event| event.is_view() && event.hit_id() == id);
    let row = view.map(|event| row(exchange, Offset::UTC, &event));
    Ok(Reply::json(&row))
}
