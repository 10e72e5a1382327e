//! Look-ups of a visitor and of a hit.
//!
//! Documented are a summary taken from the entrance hit, a list of hits, and `hasMore`. The names
//! `visitor` and `hits` are choices. The rows are those of the raw events in the same range. An entrance
//! before the range is the summary, and no row.

use funnelflux_contract::schemas;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::{MOST_ROWS, Range, hits};
use crate::handlers::Exchange;
use crate::traffic::{Event, Visit, Window};
use crate::wire::{Refusal, Reply};

/// Answers with the events of `visits` in the window, oldest first; without a window with all.
fn answer(
    exchange: &Exchange<'_>,
    offset: Offset,
    visits: &[Visit],
    window: Option<Window>,
) -> Result<Reply, Refusal> {
    let mut events: Vec<Event<'_>> = visits.iter().flat_map(Visit::events).collect();
    events.sort_by_key(|event| (event.at, event.tie()));
    let Some(entrance) = events.iter().copied().find(Event::is_entrance) else {
        return Err(Refusal::not_found(
            "there is no such visitor in that range; expected the id of a visitor or a hit that a \
             raw event report shows",
        ));
    };
    events.retain(|event| window.is_none_or(|window| window.holds(event.at)));
    let summary = hits::row(exchange, offset, &entrance);
    let rows: Vec<Value> =
        events.iter().take(MOST_ROWS).map(|event| hits::row(exchange, offset, event)).collect();
    let more = events.len() > MOST_ROWS;
    Ok(Reply::json(&json!({"visitor": summary, "hits": rows, "hasMore": more})))
}

pub(crate) fn visitor(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
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
            answer(exchange, range.offset, &visits, Some(range.window))
        }
        (None, Some(_)) => {
            let visit = of_hit(exchange, fields.string("hitId", "the id of a hit")?)?;
            answer(exchange, Offset::UTC, &[visit], None)
        }
        _ => Err(Refusal::bad_request(
            "expected either `visitorId` with `timeStart` and `timeEnd`, or `hitId`",
        )),
    }
}

fn of_hit(exchange: &Exchange<'_>, id: &str) -> Result<Visit, Refusal> {
    let why = "`hitId` belongs to no hit; expected the id of one in a raw event report";
    exchange.traffic().visit_of_hit(id).ok_or_else(|| Refusal::not_found(why))
}

pub(crate) fn hit(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let id = exchange.fields(&schemas::EXPLORER_HIT_REQUEST)?.string("hitId", "the id of a hit")?;
    let visit = of_hit(exchange, id)?;
    let view = visit.events().find(|event| event.is_view() && event.hit_id() == id);
    let row = view.map(|event| hits::row(exchange, Offset::UTC, &event));
    Ok(Reply::json(&row))
}
