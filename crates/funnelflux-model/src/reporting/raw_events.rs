use std::{borrow::Cow, fmt};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::{
    completeness,
    report::{exact, plain, unquoted},
};
use crate::{
    DecodeError,
    json::{list_in_preferring, member, members},
};

/// One page of the answer of `POST /reporting/hits`.
///
/// The shape is *unknown*, except that there are rows. They are taken to be the list `rows`, as a
/// drilldown has it, else the only list of the answer: see [`list_in`](crate::json::list_in). Each
/// row is kept as it came.
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::{RawEventNames, RawEvents};
///
/// let page = RawEvents::from_json(r#"{ "rows": [{ "idHit": "dkezmsf3bat8xdbz8rt039r0", "payout": "1.50" }] }"#)?;
/// let names = RawEventNames::default();
/// for event in page.rows() {
///     assert_eq!(event.hit_id(&names).as_deref(), Some("dkezmsf3bat8xdbz8rt039r0"));
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
/// Events hold visitors' IP addresses and more, so [`Debug`](fmt::Debug) shows no more than how
/// many members there are.
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

    /// The events themselves, without the page.
    #[must_use]
    pub fn into_rows(self) -> Vec<RawEvent> {
        self.rows
    }

    /// Members of the answer besides the rows, as they came.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.extra.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// `hasMore`: whether there are events after those of this page; `None` if the answer does not
    /// tell. The name is *documented* for visitor look-ups, here *inferred*.
    #[must_use]
    pub fn has_more(&self) -> Option<bool> {
        completeness::has_more(&self.extra)
    }

    /// How many events there are in all, over all pages; `None` if the answer does not tell. The
    /// names are *inferred*: `totalRows`, `totalCount`, `total`, `recordsTotal`.
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
    /// The whole event, as it came.
    #[must_use]
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The members in the order of the text; none if the event is no object.
    #[must_use]
    pub fn members(&self) -> Vec<(Cow<'_, str>, &RawValue)> {
        members(self.json.get())
    }

    /// A member, as it came.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        member(self.json.get(), name)
    }

    /// A member as plain text: a string without its quotes, another value as its JSON text.
    /// `None` if it is null or absent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        plain(self.get(name)?.get())
    }

    /// A member as an exact decimal: a number, or a string that is one.
    #[must_use]
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        exact(unquoted(self.get(name)?.get())?)
    }

    /// What the event is: a hit, a click, a conversion. By a guessed name, see [`RawEventNames`].
    #[must_use]
    pub fn kind(&self, names: &RawEventNames) -> Option<Cow<'_, str>> {
        self.first(&names.kind)
    }

    /// The id of the hit. By a guessed name, see [`RawEventNames`].
    #[must_use]
    pub fn hit_id(&self, names: &RawEventNames) -> Option<Cow<'_, str>> {
        self.first(&names.hit_id)
    }

    /// The id of the visitor. By a guessed name, see [`RawEventNames`].
    #[must_use]
    pub fn visitor_id(&self, names: &RawEventNames) -> Option<Cow<'_, str>> {
        self.first(&names.visitor_id)
    }

    /// When it happened, as the server spells it. By a guessed name, see [`RawEventNames`].
    #[must_use]
    pub fn time(&self, names: &RawEventNames) -> Option<Cow<'_, str>> {
        self.first(&names.time)
    }

    fn first(&self, names: &[String]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.text(name))
    }
}

impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawEvent({} members)", self.members().len())
    }
}

/// Under which names an event's usual members may stand.
///
/// No name of a raw event's members is known for sure. The defaults are *inferred* from the names
/// that other sections use; for each meaning the first name that an event has is taken. Whoever
/// has seen a real answer puts the right names here:
///
/// ```
/// use funnelflux_model::reporting::RawEventNames;
///
/// let mut names = RawEventNames::default();
/// names.hit_id = vec!["hit".to_owned()];
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawEventNames {
    /// What the event is. Grade: *inferred*.
    pub kind: Vec<String>,
    /// The id of the hit: `idHit` is *sibling* in conversion updates, `hitId` *documented* in
    /// visitor look-ups. Here both are *inferred*.
    pub hit_id: Vec<String>,
    /// The id of the visitor: `visitorId` is *documented* in visitor look-ups. Here *inferred*.
    pub visitor_id: Vec<String>,
    /// When it happened. Grade: *inferred*.
    pub time: Vec<String>,
}

impl Default for RawEventNames {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            kind: names(&["eventType", "type", "kind"]),
            hit_id: names(&["idHit", "hitId", "hitID"]),
            visitor_id: names(&["visitorId", "idVisitor", "visitorID"]),
            time: names(&["time", "timestamp", "hitTime", "eventTime"]),
        }
    }
}
