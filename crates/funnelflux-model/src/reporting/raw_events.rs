use std::{borrow::Cow, fmt};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::completeness;
use crate::{DecodeError, OpenRow, json::list_in_preferring};

/// One page of the answer of `POST /reporting/hits`.
///
/// The shape is *unknown*, except that it has rows. They are taken to be the list `rows`, as a
/// drilldown has it, else the only list of the answer: see [`list_in`](crate::json::list_in). Each
/// row is kept unchanged.
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::RawEvents;
///
/// let page = RawEvents::from_json(r#"{ "rows": [{ "idHit": "dkezmsf3bat8xdbz8rt039r0", "payout": "1.50" }] }"#)?;
/// for event in page.rows() {
///     assert_eq!(event.hit_id().as_deref(), Some("dkezmsf3bat8xdbz8rt039r0"));
///     assert_eq!(event.decimal("payout"), Some("1.50".parse()?));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RawEvents {
    rows: Vec<RawEvent>,
    extra: Vec<(String, Box<RawValue>)>,
}

/// One hit, click or conversion, as its original JSON text.
///
/// Events hold visitors' IP addresses and more, so [`Debug`](fmt::Debug) shows only the
/// number of members.
#[derive(Clone)]
pub struct RawEvent {
    json: Box<RawValue>,
}

impl RawEvents {
    /// Decodes one page.
    ///
    /// # Errors
    ///
    /// When the text is no JSON, or when it is unclear where its list is.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let json = std::str::from_utf8(json.as_ref()).map_err(DecodeError::utf8)?;
        let answer: &RawValue =
            serde_json::from_str(json).map_err(|error| DecodeError::from_json(&error))?;
        Self::read(answer)
    }

    fn read(answer: &RawValue) -> Result<Self, DecodeError> {
        let found = list_in_preferring(answer, &["rows"])?;
        let beside = found.beside().iter();
        let extra = beside.map(|(name, value)| (name.to_string(), (*value).to_owned())).collect();
        let rows = found.into_items().into_iter();
        Ok(Self { rows: rows.map(|json| RawEvent { json: json.to_owned() }).collect(), extra })
    }

    /// The events of this page.
    #[must_use]
    pub fn rows(&self) -> &[RawEvent] {
        &self.rows
    }

    /// Returns the events.
    #[must_use]
    pub fn into_rows(self) -> Vec<RawEvent> {
        self.rows
    }

    /// Members of the answer besides the rows, unchanged.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.extra.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// `hasMore`: whether events follow those of this page; `None` if the answer does not say. The
    /// name is *documented* for visitor look-ups, here *inferred*.
    #[must_use]
    pub fn has_more(&self) -> Option<bool> {
        completeness::has_more(&self.extra)
    }

    /// The number of events in all pages together; `None` if the answer does not say. The names are
    /// *inferred*: `totalRows`, `totalCount`, `total`, `recordsTotal`.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        completeness::total(&self.extra)
    }
}

impl<'de> Deserialize<'de> for RawEvents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = Box::<RawValue>::deserialize(deserializer)?;
        Self::read(&answer).map_err(D::Error::custom)
    }
}

/// Shape only.
impl fmt::Debug for RawEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawEvents({} rows)", self.rows.len())
    }
}

impl RawEvent {
    /// The names of the kind of event, in order of belief. *Inferred*, as are the lists below; where
    /// an account uses other names, a member override of the client maps them to these.
    pub const KIND_MEMBERS: &'static [&'static str] = &["eventType", "type", "kind"];
    /// The names of the hit's id: the first is *sibling* in conversion updates, the second
    /// *documented* in visitor look-ups.
    pub const HIT_ID_MEMBERS: &'static [&'static str] = &["idHit", "hitId", "hitID"];
    /// The names of the visitor's id: the first is *documented* in visitor look-ups.
    pub const VISITOR_ID_MEMBERS: &'static [&'static str] =
        &["visitorId", "idVisitor", "visitorID"];
    /// The names of the time.
    pub const TIME_MEMBERS: &'static [&'static str] =
        &["time", "timestamp", "hitTime", "eventTime"];

    /// The whole event, unchanged.
    #[must_use]
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The event by its members.
    #[must_use]
    pub fn row(&self) -> OpenRow<'_> {
        OpenRow::new(&self.json)
    }

    /// The members in the order of the text; none if the event is not an object.
    #[must_use]
    pub fn members(&self) -> Vec<(Cow<'_, str>, &RawValue)> {
        self.row().members()
    }

    /// The JSON of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.row().get(name)
    }

    /// A member as plain text: a string without its quotes, another value as its JSON text. `None`
    /// if it is null or absent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.row().text(name)
    }

    /// A member as an exact decimal: a number, or a string that is one.
    #[must_use]
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        self.row().decimal(name)
    }

    /// The kind of event: a hit, a click, a conversion. From the first of
    /// [`KIND_MEMBERS`](Self::KIND_MEMBERS) that is present.
    #[must_use]
    pub fn kind(&self) -> Option<Cow<'_, str>> {
        self.first(Self::KIND_MEMBERS)
    }

    /// The id of the hit, from the first of [`HIT_ID_MEMBERS`](Self::HIT_ID_MEMBERS) that is present.
    #[must_use]
    pub fn hit_id(&self) -> Option<Cow<'_, str>> {
        self.first(Self::HIT_ID_MEMBERS)
    }

    /// The id of the visitor, from the first of
    /// [`VISITOR_ID_MEMBERS`](Self::VISITOR_ID_MEMBERS) that is present.
    #[must_use]
    pub fn visitor_id(&self) -> Option<Cow<'_, str>> {
        self.first(Self::VISITOR_ID_MEMBERS)
    }

    /// The time in the server's spelling, from the first of [`TIME_MEMBERS`](Self::TIME_MEMBERS) that
    /// is present.
    #[must_use]
    pub fn time(&self) -> Option<Cow<'_, str>> {
        self.first(Self::TIME_MEMBERS)
    }

    fn first(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.text(name))
    }
}

impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawEvent({} members)", self.members().len())
    }
}
