//! The attributes a report can be grouped by.
//!
//! `URL Tracking Field`, `Time: 1-Hour Blocks`, `Element: Offer` and `Third Parties: Offer Source`
//! are proven names; the others are the self-hosted product's (sibling-graded).

use std::borrow::Cow;

use serde::Serialize;

use jiff::tz::Offset;

use crate::account::{Account, Asset};
use crate::traffic::visit::domain;
use crate::traffic::{Event, TrackingField};
use crate::wire::time;

const HOUR: i64 = 3_600_000;

/// An attribute by its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    TrackingField,
    Campaign,
    Funnel,
    Lander,
    Offer,
    TrafficSource,
    OfferSource,
    VisitorId,
    HitId,
    HitTime,
    ConversionId,
    ConversionTx,
    ActionNumber,
    DeviceType,
    Brand,
    Model,
    Os,
    OsVersion,
    Browser,
    BrowserVersion,
    Language,
    UserAgent,
    ConnectionType,
    Isp,
    Referrer,
    ReferrerDomain,
    Ip,
    BlockC,
    Continent,
    Country,
    CountryCode,
    Region,
    City,
    Timezone,
    Date,
    HourBlock,
    QuarterBlock,
    HourMinute,
    WeekParting,
    DayParting,
}

/// Every attribute and its name, in the order of the list that the server gives.
pub(crate) const ALL: [(Attribute, &str); 40] = [
    (Attribute::TrackingField, "URL Tracking Field"),
    (Attribute::Campaign, "Element: Campaign"),
    (Attribute::Funnel, "Element: Funnel"),
    (Attribute::Lander, "Element: Lander"),
    (Attribute::Offer, "Element: Offer"),
    (Attribute::TrafficSource, "Third Parties: Traffic Source"),
    (Attribute::OfferSource, "Third Parties: Offer Source"),
    (Attribute::VisitorId, "Traffic: Visitor ID"),
    (Attribute::HitId, "Hit: Hit ID"),
    (Attribute::HitTime, "Hit: Hit Time"),
    (Attribute::ConversionId, "Hit: Conversion ID"),
    (Attribute::ConversionTx, "Hit: Conversion TxID"),
    (Attribute::ActionNumber, "Click: Action Num"),
    (Attribute::DeviceType, "Device: Device Type"),
    (Attribute::Brand, "Device: Brand"),
    (Attribute::Model, "Device: Model"),
    (Attribute::Os, "Device: OS"),
    (Attribute::OsVersion, "Device: OS Version"),
    (Attribute::Browser, "Device: Browser"),
    (Attribute::BrowserVersion, "Device: Browser Version"),
    (Attribute::Language, "Device: Browser Main Language"),
    (Attribute::UserAgent, "Device: User Agent"),
    (Attribute::ConnectionType, "Connection: Connection Type"),
    (Attribute::Isp, "Connection: ISP"),
    (Attribute::Referrer, "Connection: Referrer"),
    (Attribute::ReferrerDomain, "Connection: Referrer Domain"),
    (Attribute::Ip, "Connection: IP"),
    (Attribute::BlockC, "Connection: Block-C IP"),
    (Attribute::Continent, "Location: Continent"),
    (Attribute::Country, "Location: Country"),
    (Attribute::CountryCode, "Location: Country Code"),
    (Attribute::Region, "Location: Region"),
    (Attribute::City, "Location: City"),
    (Attribute::Timezone, "Location: Timezone"),
    (Attribute::Date, "Time: Date"),
    (Attribute::HourBlock, "Time: 1-Hour Blocks"),
    (Attribute::QuarterBlock, "Time: 15min. Block"),
    (Attribute::HourMinute, "Time: HH:MM"),
    (Attribute::WeekParting, "Time: Week-Parting"),
    (Attribute::DayParting, "Time: Day-Parting"),
];

/// What stands for a value that is not available, as in the self-hosted product's conditions.
const UNKNOWN: &str = "**unknown**";

/// A cell of a report row.
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

    /// A text that is empty where nothing is known.
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

impl Attribute {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, known)| *known == name).map(|(attribute, _)| *attribute)
    }

    /// True when all events of a visit share the cell.
    pub(crate) fn is_of_visit(self) -> bool {
        !matches!(
            self,
            Self::HitId
                | Self::HitTime
                | Self::ConversionId
                | Self::ConversionTx
                | Self::ActionNumber
                | Self::Date
                | Self::HourBlock
                | Self::QuarterBlock
                | Self::HourMinute
                | Self::WeekParting
                | Self::DayParting
        )
    }

    /// The cell that an event falls into. Everything of a visit counts under the lander and the
    /// offer that the visit led to, but each event under its own time.
    pub(crate) fn cell<'a>(
        self,
        slot: Option<TrackingField>,
        account: &'a Account,
        offset: Offset,
        event: &Event<'_>,
    ) -> Cell<'a> {
        let visit = event.visit;
        let visitor = visit.visitor;
        match self {
            Self::TrackingField => {
                Cell::same(slot.map_or(Cow::Borrowed(""), |slot| slot.value(account, visit)))
            }
            Self::Campaign => Cell::asset(visit.group_asset(account)),
            Self::Funnel => Cell::asset(visit.funnel_asset(account)),
            Self::Lander => Cell::asset(visit.lander_asset(account)),
            Self::Offer => Cell::asset(visit.offer_asset(account)),
            Self::TrafficSource => Cell::asset(visit.source_asset(account)),
            Self::OfferSource => Cell::asset(visit.offer_source_asset(account)),
            Self::VisitorId => Cell::same(visitor.id()),
            Self::HitId => Cell::same(event.hit_id()),
            Self::HitTime => Cell::same(time::stamp(event.hit_at(), offset)),
            Self::ConversionId => Cell::optional(event.conversion_id()),
            Self::ConversionTx => Cell::optional(event.transaction()),
            Self::ActionNumber => Cell::optional(event.action().map(|number| number.to_string())),
            Self::DeviceType => Cell::known(visitor.device().kind),
            Self::Brand => Cell::known(visitor.device().brand),
            Self::Model => Cell::known(visitor.device().model),
            Self::Os => Cell::known(visitor.device().os),
            Self::OsVersion => Cell::known(visitor.device().os_version),
            Self::Browser => Cell::known(visitor.device().browser),
            Self::BrowserVersion => Cell::known(visitor.device().browser_version),
            Self::Language => Cell::known(visitor.place().language),
            Self::UserAgent => Cell::known(visitor.device().user_agent),
            Self::ConnectionType => {
                Cell::known(if visitor.device().mobile { "Cellular" } else { "Cable/DSL" })
            }
            Self::Isp => Cell::known(visitor.provider()),
            Self::Referrer => Cell::same(visit.referrer(account)),
            Self::ReferrerDomain => Cell::same(domain(visit.referrer(account))),
            Self::Ip => Cell::same(visitor.ip.to_string()),
            Self::BlockC => {
                let [a, b, c, _] = visitor.ip.octets();
                Cell::same(format!("{a}.{b}.{c}.0/24"))
            }
            Self::Continent => Cell::known(visitor.place().continent),
            Self::Country => Cell::pair(visitor.place().code, visitor.place().country),
            Self::CountryCode => Cell::known(visitor.place().code),
            Self::Region => Cell::known(visitor.city().0),
            Self::City => Cell::known(visitor.city().1),
            Self::Timezone => Cell::known(visitor.place().time_zone),
            Self::Date => block(event.at, 24 * HOUR, offset, "%Y-%m-%d"),
            Self::HourBlock => block(event.at, HOUR, offset, "%Y-%m-%d %H:%M"),
            Self::QuarterBlock => block(event.at, HOUR / 4, offset, "%Y-%m-%d %H:%M"),
            Self::HourMinute => Cell::same(local(event.at, offset, "%H:%M")),
            Self::WeekParting => {
                let weekday = time::civil(event.at, offset).weekday();
                let number = weekday.to_monday_one_offset().to_string();
                Cell::pair(number, local(event.at, offset, "%A"))
            }
            Self::DayParting => Cell::same(local(event.at, offset, "%H:00")),
        }
    }
}

/// A block of local time: the id is its beginning, with the offset.
fn block<'a>(at: i64, length: i64, offset: Offset, format: &str) -> Cell<'a> {
    let start = time::floor(at, length, offset);
    Cell::pair(time::stamp(start, offset), local(start, offset, format))
}

fn local(at: i64, offset: Offset, format: &str) -> String {
    time::civil(at, offset).strftime(format).to_string()
}
