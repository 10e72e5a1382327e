//! The attributes that a report can be grouped by. `docs/emulator.md` has the grades of their names.

use std::borrow::Cow;

use jiff::tz::Offset;
use serde::Serialize;
use serde_json::json;

use crate::account::{Account, Asset};
use crate::handlers::Exchange;
use crate::options::AttributeList;
use crate::traffic::visit::domain;
use crate::traffic::{Event, TrackingField};
use crate::wire::{Reply, Result, time};

const HOUR: i64 = 3_600_000;
const TRACKING_FIELD: &str = "URL Tracking Field";

pub(crate) struct At<'a, 'e> {
    pub(crate) account: &'a Account,
    pub(crate) event: &'e Event<'e>,
    pub(crate) offset: Offset,
    pub(crate) slot: Option<TrackingField>,
}

type CellOf = for<'a, 'e> fn(&At<'a, 'e>) -> Cell<'a>;

/// Everything of a visit counts under the lander and the offer that it led to, but under its own time.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    /// Whether all events of a visit share the cell.
    pub(crate) is_of_visit: bool,
    pub(crate) cell: CellOf,
}

const fn visit(name: &'static str, cell: CellOf) -> Attribute {
    Attribute { name, is_of_visit: true, cell }
}

const fn event(name: &'static str, cell: CellOf) -> Attribute {
    Attribute { name, is_of_visit: false, cell }
}

/// Every attribute, in the order of the list that the server gives.
#[rustfmt::skip]
pub(crate) static ALL: [Attribute; 42] = [
    visit(TRACKING_FIELD, |it| {
        let value = it.slot.map(|slot| slot.value(it.account, it.event.visit));
        Cell::same(value.unwrap_or_default())
    }),
    visit("Element: Campaign", |it| Cell::asset(it.event.visit.asset(it.account, "idCampaign"))),
    visit("Element: Funnel", |it| Cell::asset(it.event.visit.asset(it.account, "idFunnel"))),
    visit("Element: Lander", |it| Cell::asset(it.event.visit.asset(it.account, "idLander"))),
    visit("Element: Offer", |it| Cell::asset(it.event.visit.asset(it.account, "idOffer"))),
    event("Element: Node ID", |it| Cell::optional(node(it).map(|node| node.id().to_owned()))),
    event("Element: Node Name", |it| Cell::asset(node(it))),
    visit("Third Parties: Traffic Source", |it| Cell::asset(it.event.visit.asset(it.account, "idTrafficSource"))),
    visit("Third Parties: Offer Source", |it| Cell::asset(it.event.visit.asset(it.account, "idOfferSource"))),
    visit("Traffic: Visitor ID", |it| Cell::same(it.event.visit.visitor.id())),
    event("Hit: Hit ID", |it| Cell::same(it.event.hit_id())),
    event("Hit: Hit Time", |it| Cell::same(time::stamp(it.event.hit_at(), it.offset))),
    event("Hit: Conversion ID", |it| Cell::optional(it.event.conversion_id())),
    event("Hit: Conversion TxID", |it| Cell::optional(it.event.transaction())),
    event("Click: Action Num", |it| Cell::optional(it.event.action().map(|number| number.to_string()))),
    visit("Device: Device Type", |it| Cell::known(it.event.visit.visitor.fact("deviceType"))),
    visit("Device: Brand", |it| Cell::known(it.event.visit.visitor.fact("brand"))),
    visit("Device: Model", |it| Cell::known(it.event.visit.visitor.fact("model"))),
    visit("Device: OS", |it| Cell::known(it.event.visit.visitor.fact("os"))),
    visit("Device: OS Version", |it| Cell::known(it.event.visit.visitor.fact("osVersion"))),
    visit("Device: Browser", |it| Cell::known(it.event.visit.visitor.fact("browser"))),
    visit("Device: Browser Version", |it| Cell::known(it.event.visit.visitor.fact("browserVersion"))),
    visit("Device: Browser Main Language", |it| Cell::known(it.event.visit.visitor.fact("language"))),
    visit("Device: User Agent", |it| Cell::known(it.event.visit.visitor.fact("userAgent"))),
    visit("Connection: Connection Type", |it| {
        Cell::known(if it.event.visit.visitor.device.mobile { "Cellular" } else { "Cable/DSL" })
    }),
    visit("Connection: ISP", |it| Cell::known(it.event.visit.visitor.provider())),
    visit("Connection: Referrer", |it| Cell::same(it.event.visit.referrer())),
    visit("Connection: Referrer Domain", |it| Cell::same(domain(it.event.visit.referrer()))),
    visit("Connection: IP", |it| Cell::same(it.event.visit.visitor.ip.to_string())),
    visit("Connection: Block-C IP", |it| {
        let [a, b, c, _] = it.event.visit.visitor.ip.octets();
        Cell::same(format!("{a}.{b}.{c}.0/24"))
    }),
    visit("Location: Continent", |it| Cell::known(it.event.visit.visitor.fact("continent"))),
    visit("Location: Country", |it| {
        let visitor = it.event.visit.visitor;
        Cell::pair(visitor.fact("countryCode"), visitor.fact("country"))
    }),
    visit("Location: Country Code", |it| Cell::known(it.event.visit.visitor.fact("countryCode"))),
    visit("Location: Region", |it| Cell::known(it.event.visit.visitor.city().0)),
    visit("Location: City", |it| Cell::known(it.event.visit.visitor.city().1)),
    visit("Location: Timezone", |it| Cell::known(it.event.visit.visitor.fact("timezone"))),
    event("Time: Date", |it| block(it, 24 * HOUR, "%Y-%m-%d")),
    event("Time: 1-Hour Blocks", |it| block(it, HOUR, "%Y-%m-%d %H:%M")),
    event("Time: 15min. Block", |it| block(it, HOUR / 4, "%Y-%m-%d %H:%M")),
    event("Time: HH:MM", |it| Cell::same(local(it.event.at, it.offset, "%H:%M"))),
    event("Time: Week-Parting", |it| {
        let weekday = time::civil(it.event.at, it.offset).weekday();
        let number = weekday.to_monday_one_offset().to_string();
        Cell::pair(number, local(it.event.at, it.offset, "%A"))
    }),
    event("Time: Day-Parting", |it| Cell::same(local(it.event.at, it.offset, "%H:00"))),
];

pub(crate) fn list(exchange: &Exchange<'_>) -> Result<Reply> {
    let entry = |name: &str| match exchange.core.options.attribute_list {
        AttributeList::Strings => json!(name),
        AttributeList::Objects => {
            let category = name.split_once(": ").map_or("Tracking", |(category, _)| category);
            json!({"attribute": name, "category": category})
        }
    };
    Ok(Reply::json(&ALL.iter().map(|known| entry(known.name)).collect::<Vec<_>>()))
}

impl Attribute {
    pub(crate) fn parse(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|known| known.name == name)
    }

    pub(crate) fn is_tracking_field(&self) -> bool {
        self.name == TRACKING_FIELD
    }
}

/// The value of a cell whose value is not available, as in the self-hosted product's conditions.
const UNKNOWN: &str = "**unknown**";

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct Cell<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) value: Cow<'a, str>,
}

impl<'a> Cell<'a> {
    fn same(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self { id: text.clone(), value: text }
    }

    fn pair(id: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self { id: id.into(), value: value.into() }
    }

    fn unknown() -> Self {
        Self::pair("", UNKNOWN)
    }

    /// A text whose empty value means unknown.
    fn known(text: &'static str) -> Self {
        if text.is_empty() { Self::unknown() } else { Self::same(text) }
    }

    fn asset(asset: Option<&'a Asset>) -> Self {
        asset.map_or_else(Self::unknown, |asset| Self::pair(asset.id(), asset.name()))
    }

    fn optional(text: Option<String>) -> Self {
        text.map_or_else(Self::unknown, Self::same)
    }
}

/// The node whose page the event is of.
fn node<'a>(it: &At<'a, '_>) -> Option<&'a Asset> {
    let visit = it.event.visit;
    let page = if it.event.on_offer() { "idOffer" } else { "idLander" };
    let (funnel, page) = visit.asset(it.account, "idFunnel").zip(visit.asset(it.account, page))?;
    it.account.nodes.get(&(funnel.id().to_owned(), page.id().to_owned()))
}

/// A block of local time: the id is its beginning, with the offset.
fn block<'a>(it: &At<'_, '_>, length: i64, format: &str) -> Cell<'a> {
    let start = time::floor(it.event.at, length, it.offset);
    Cell::pair(time::stamp(start, it.offset), local(start, it.offset, format))
}

fn local(at: i64, offset: Offset, format: &str) -> String {
    time::civil(at, offset).strftime(format).to_string()
}
