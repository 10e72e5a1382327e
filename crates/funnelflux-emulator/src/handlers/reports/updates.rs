//! Conversions, custom events, costs and resets, which are queued and applied when they are due.

use funnelflux_contract::schemas;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Range;
use crate::clock::millis;
use crate::handlers::Exchange;
use crate::traffic::TrackingField;
use crate::traffic::amend::{MOST_WAITING, Paid, Selection, Update, Upload};
use crate::traffic::calls::Postbacks;
use crate::wire::fields::{self, Form, check, one_of};
use crate::wire::{Fields, Refusal, Reply, Result, Units};

/// Queues updates. Documented: the answer has no data.
fn queue(exchange: &Exchange<'_>, updates: Vec<Update>) -> Result<Reply> {
    let now = exchange.now_millis;
    let due = now.saturating_add(millis(exchange.core.options.update_delay));
    let is_queued = exchange.core.traffic.push(&exchange.core.account, now, due, updates);
    if is_queued { Ok(Reply::text("")) } else { Err(too_many()) }
}

fn too_many() -> Refusal {
    Refusal::too_many_requests(format!(
        "the updates that wait would have more than {MOST_WAITING} bytes; expected less at once, or \
         later"
    ))
}

/// An amount, as a number or as a text: no fact says which of the two the server wants.
fn amount(at: &str, value: &Value) -> Result<Decimal> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let amount = text.parse().or_else(|_| Decimal::from_scientific(&text));
    let amount = amount.ok().filter(|amount| units(*amount).is_some());
    amount.ok_or_else(|| Refusal::wrong(at, value, "a decimal, such as \"12.50\""))
}

fn optional_amount(fields: &Fields<'_>, name: &str) -> Result<Option<Decimal>> {
    fields.optional(name).map(|value| amount(&fields.path(name), value)).transpose()
}

/// The amount in the smallest unit of the emulator's money, to which it is rounded.
fn units(amount: Decimal) -> Option<Units> {
    Units::try_from(amount.checked_mul(Decimal::from(100_000_000))?.round()).ok()
}

pub(crate) fn conversions(exchange: &Exchange<'_>) -> Result<Reply> {
    let fields = exchange.fields(&schemas::CONVERSIONS_UPDATE_PARAMS)?;
    let calls = fields.get("postbackCalls");
    let calls =
        calls.map(|it| one_of(&schemas::POSTBACK_CALLS, "postbackCalls", it)).transpose()?;
    // With both flags none is sent, since a postback cannot be called back.
    let calls = match (fields.flag("disablePostbacks")?, fields.flag("forcePostbacks")?) {
        (true, _) => Postbacks::Never,
        (false, true) => Postbacks::Always,
        _ => match calls {
            Some("onlyOnce") => Postbacks::Once,
            Some("all") => Postbacks::Always,
            // Documented: `none` is the default.
            _ => Postbacks::Never,
        },
    };
    let standing = optional_amount(&fields, "overridePayout")?;
    // In the help, -1 deletes as the payout of a hit only. Other negative amounts are refused by choice.
    if standing.is_some_and(|amount| amount < Decimal::ZERO) {
        let right = "an amount, or null for the offer's own payout";
        return Err(Refusal::at("overridePayout", "is negative", right));
    }
    let mut uploads = Vec::new();
    let right = "a list of {idHit, transaction, payout}";
    for fields in fields.items("hits", right, &schemas::CONVERTED_HIT)? {
        let fields = fields?;
        let right = "the id of an offer hit";
        let id = fields.string("idHit", right)?;
        if id.is_empty() {
            return Err(fields.fault("idHit", "is empty", right));
        }
        let transaction = fields.optional_string("transaction", "a string")?.unwrap_or_default();
        let paid = match optional_amount(&fields, "payout")? {
            Some(amount) if amount == Decimal::NEGATIVE_ONE => Paid::Delete,
            Some(amount) if amount < Decimal::ZERO => {
                let right =
                    "an amount, -1 to delete the conversion, or null for the offer's own payout";
                return Err(fields.fault("payout", "is negative", right));
            }
            own => own.or(standing).and_then(units).map_or(Paid::OffersOwn, Paid::Amount),
        };
        let (hit, transaction) = (id.to_owned(), transaction.to_owned());
        uploads.push(Upload { hit, transaction, paid, calls });
    }
    if uploads.is_empty() {
        return Err(Refusal::at("hits", "is empty", "at least one hit"));
    }
    queue(exchange, vec![Update::Conversions(uploads)])
}

/// Takes any JSON object, which changes nothing: only the title is documented.
pub(crate) fn custom_events(exchange: &Exchange<'_>) -> Result<Reply> {
    if exchange.json()?.is_object() {
        return queue(exchange, vec![Update::CustomEvents]);
    }
    Err(Refusal::bad_request("the body is not a JSON object; expected one"))
}

// Whether the object exists is not checked: the update is only queued.
const ASSET: Form = (fields::ID, fields::is_id);
const COUNTRY: Form = ("a country code of two capital letters, such as US", |text| {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
});
const VISITOR: Form = ("the id of a visitor, letters and digits", |text| {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
});
const IP: Form = ("an IP address", |text| text.parse::<std::net::IpAddr>().is_ok());

fn list(form: Form, fields: &Fields<'_>, name: &str) -> Result<Vec<String>> {
    Ok(fields.texts(name, "a list of strings", form)?.into_iter().map(str::to_owned).collect())
}

fn tracking(fields: &Fields<'_>) -> Result<Vec<(TrackingField, Vec<String>)>> {
    let member = "restrictToTrackingFields";
    let right = "an object such as {\"campaign\": [\"1234\"]}";
    let object = match fields.optional(member) {
        None => return Ok(Vec::new()),
        Some(Value::Object(object)) => object,
        Some(other) => return Err(Refusal::wrong(&fields.path(member), other, right)),
    };
    let mut chosen = Vec::new();
    for (name, values) in object {
        let at = fields.path(&format!("{member}.{name}"));
        let field = TrackingField::named(&at, name)?;
        let texts = Vec::<String>::deserialize(values);
        let texts = texts.map_err(|_| Refusal::wrong(&at, values, right))?;
        if texts.is_empty() {
            let right = "at least one value, or no such member";
            return Err(Refusal::at(&at, "is empty and would restrict nothing", right));
        }
        chosen.push((field, texts));
    }
    Ok(chosen)
}

pub(crate) fn cost(exchange: &Exchange<'_>) -> Result<Reply> {
    let fields = exchange.fields(&schemas::COST_UPDATE)?;
    let range = Range::read_queued(&fields, &exchange.core.options)?;
    for name in ["funnelIDs", "trafficSourceIDs"] {
        fields.list(name, "a list of ids; an empty one means every one")?;
    }
    let base = Selection {
        funnels: list(ASSET, &fields, "funnelIDs")?,
        sources: list(ASSET, &fields, "trafficSourceIDs")?,
        ..Selection::default()
    };
    let mut updates = Vec::new();
    let mut size = 0;
    let right = "a list of {cost, costType, …}";
    for fields in fields.items("costSegments", right, &schemas::COST_SEGMENT)? {
        let fields = fields?;
        let cost = fields.require("cost", "an amount, such as \"12.50\"")?;
        let total = units(amount(&fields.path("cost"), cost)?).unwrap_or_default();
        let kind = fields.string("costType", "wholeSegment")?;
        if kind != "wholeSegment" {
            let right = "wholeSegment, the only one that the emulator computes";
            return Err(fields.fault("costType", format_args!("is {kind:?}"), right));
        }
        // An ignored country would widen the cost to every country.
        let name = "restrictToCountryCode";
        let country = fields
            .optional_string(name, COUNTRY.0)?
            .filter(|country| !country.is_empty())
            .map(|country| check(COUNTRY, &fields.path(name), country))
            .transpose()?;
        fields.flag("applyToFilteredTraffic")?;
        let selection = Selection {
            fields: tracking(&fields)?,
            countries: country.into_iter().map(str::to_owned).collect(),
            ..base.clone()
        };
        let update = Update::Cost { window: range.window, selection, total };
        // Each segment repeats the lists, so the sum may be much larger than the body.
        size += update.size();
        if size > MOST_WAITING {
            return Err(too_many());
        }
        updates.push(update);
    }
    if updates.is_empty() {
        return Err(Refusal::at("costSegments", "is empty", "at least one"));
    }
    queue(exchange, updates)
}

fn reset(exchange: &Exchange<'_>, queued: bool) -> Result<(Range, Selection)> {
    let options = &exchange.core.options;
    let fields = exchange.fields(&schemas::RESET_REQUEST)?;
    let range = match queued {
        true => Range::read_queued(&fields, options)?,
        false => Range::read(&fields, options)?,
    };
    let selection = Selection {
        groups: list(ASSET, &fields, "restrictToCampaignIDs")?,
        funnels: list(ASSET, &fields, "restrictToFunnelIDs")?,
        sources: list(ASSET, &fields, "restrictToTrafficSourceIDs")?,
        countries: list(COUNTRY, &fields, "restrictToCountryCodes")?,
        visitors: list(VISITOR, &fields, "restrictToVisitorIDs")?,
        ips: list(IP, &fields, "restrictToIPs")?,
        fields: tracking(&fields)?,
    };
    Ok((range, selection))
}

/// How many hits would be deleted: the views of the visits that entered in the range.
pub(crate) fn validate_reset(exchange: &Exchange<'_>) -> Result<Reply> {
    let (range, selection) = reset(exchange, false)?;
    let mut hits = 0_u64;
    exchange.traffic().each_visit(range.window, |visit| {
        if range.window.holds(visit.entered) && selection.holds(&exchange.core.account, visit) {
            hits += visit.events().map(|event| u64::from(event.is_view())).sum::<u64>();
        }
    });
    Ok(Reply::json(&json!({"hits": hits})))
}

pub(crate) fn perform_reset(exchange: &Exchange<'_>) -> Result<Reply> {
    let (range, selection) = reset(exchange, true)?;
    queue(exchange, vec![Update::Reset { window: range.window, selection }])
}
