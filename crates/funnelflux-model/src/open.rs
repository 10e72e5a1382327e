use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::{
    DecodeError,
    json::{list_in, member, members, parse},
    reporting::{exact, has_more, plain, unquoted},
};

/// An answer whose shape is unknown or known in part, as its original JSON text.
///
/// The logs and the explorer answer with it. Only finding the rows can fail on its shape.
///
/// ```
/// use funnelflux_model::OpenAnswer;
///
/// let log = OpenAnswer::from_json(r#"{ "rows": [{ "id": "a", "averageLatencyMs": 12.5 }] }"#)?;
/// for row in log.rows()? {
///     assert_eq!(row.average_latency_ms(), Some("12.5".parse()?));
///     assert_eq!(row.text("id").as_deref(), Some("a"));
/// }
///
/// let visitor = OpenAnswer::from_json(
///     r#"{ "visitor": { "country": "DE" }, "hits": [{ "n": 1 }, { "n": 2 }], "hasMore": false }"#,
/// )?;
/// assert_eq!(visitor.summary().unwrap().text("country").as_deref(), Some("DE"));
/// assert_eq!((visitor.rows()?.len(), visitor.has_more()), (2, Some(false)));
///
/// // `Debug` shows no value: answers hold visitors' data.
/// assert!(!format!("{visitor:?}").contains("DE"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OpenAnswer {
    json: Box<RawValue>,
}

impl OpenAnswer {
    /// Reads an answer.
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        Ok(Self { json: parse(&json)?.to_owned() })
    }

    /// The whole answer.
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The answer by its members.
    pub fn row(&self) -> OpenRow<'_> {
        OpenRow { json: Cow::Borrowed(&self.json) }
    }

    /// The rows: the items of the answer if it is a list, else of its member `rows`, else of its
    /// only member that is a list (*inferred*, see [`list_in`](crate::json::list_in)); none for
    /// `null`. That the answer about a visitor has a list of hits is *documented*.
    ///
    /// # Errors
    /// When there is no list, or several, which it names; a member override to `rows` selects one.
    pub fn rows(&self) -> Result<Vec<OpenRow<'_>>, DecodeError> {
        Ok(list_in(&self.json, &["rows"])?.items.into_iter().map(OpenRow::new).collect())
    }

    /// `hasMore`: whether the server left rows out. Grade: *documented* for the answer about a
    /// visitor. How to ask for them is *unknown*; a shorter range is one way.
    pub fn has_more(&self) -> Option<bool> {
        has_more(|name| member(self.json.get(), name))
    }

    /// The only object among the members; `None` if there is none, or several. In the answer about
    /// a visitor it sums up the session: *documented*, its position *inferred*.
    pub fn summary(&self) -> Option<OpenRow<'_>> {
        let mut objects =
            members(self.json.get()).into_iter().filter(|(_, v)| v.get().starts_with('{'));
        match (objects.next(), objects.next()) {
            (Some((_, json)), None) => Some(OpenRow::new(json)),
            _ => None,
        }
    }
}

funnelflux_contract::formats! {
    /// Shows the size alone: answers hold visitors' data.
    Debug for OpenAnswer, |it, f| write!(f, "OpenAnswer({} bytes)", it.json.get().len())
}

/// A row, or another part of an answer, as its JSON text. Members without a method are *unknown*.
#[derive(Clone)]
pub struct OpenRow<'a> {
    json: Cow<'a, RawValue>,
}

impl<'a> OpenRow<'a> {
    /// The names of the kind of event, in order of belief. *Inferred*, as are the lists below; where
    /// an account uses other names, a member override of the client maps them to these.
    pub const KIND_MEMBERS: &'static [&'static str] = &["eventType", "type", "kind"];
    /// The names of the hit's id: *sibling* in updates, then *documented* in look-ups.
    pub const HIT_ID_MEMBERS: &'static [&'static str] = &["idHit", "hitId", "hitID"];
    /// The names of the visitor's id: the first is *documented* in visitor look-ups.
    pub const VISITOR_ID_MEMBERS: &'static [&'static str] =
        &["visitorId", "idVisitor", "visitorID"];
    /// The names of the time.
    pub const TIME_MEMBERS: &'static [&'static str] =
        &["time", "timestamp", "hitTime", "eventTime"];

    pub(crate) fn new(json: &'a RawValue) -> Self {
        Self { json: Cow::Borrowed(json) }
    }

    /// The row with a text of its own.
    pub fn into_owned(self) -> OpenRow<'static> {
        OpenRow { json: Cow::Owned(self.json.into_owned()) }
    }

    /// The whole row, unchanged.
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The members in the order of the text; none if the row is not an object.
    pub fn members(&self) -> Vec<(Cow<'_, str>, &RawValue)> {
        members(self.json.get())
    }

    /// The JSON of a member.
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        member(self.json.get(), name)
    }

    /// A member as plain text: an unquoted string, else its JSON text; `None` if null or absent.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        plain(self.get(name)?.get())
    }

    fn first(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.text(name))
    }

    /// The kind of event, such as a click: the first of [`KIND_MEMBERS`](Self::KIND_MEMBERS) there.
    pub fn kind(&self) -> Option<Cow<'_, str>> {
        self.first(Self::KIND_MEMBERS)
    }

    /// The id of the hit: the first of [`HIT_ID_MEMBERS`](Self::HIT_ID_MEMBERS) there.
    pub fn hit_id(&self) -> Option<Cow<'_, str>> {
        self.first(Self::HIT_ID_MEMBERS)
    }

    /// The id of the visitor: the first of [`VISITOR_ID_MEMBERS`](Self::VISITOR_ID_MEMBERS) there.
    pub fn visitor_id(&self) -> Option<Cow<'_, str>> {
        self.first(Self::VISITOR_ID_MEMBERS)
    }

    /// The time in the server's spelling: the first of [`TIME_MEMBERS`](Self::TIME_MEMBERS) there.
    pub fn time(&self) -> Option<Cow<'_, str>> {
        self.first(Self::TIME_MEMBERS)
    }

    /// A member as an exact decimal: a number, or a string that is one.
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        exact(unquoted(self.get(name)?.get())?)
    }

    /// `averageLatencyMs` of a row of the middleware summary: milliseconds. Grade: *documented*.
    pub fn average_latency_ms(&self) -> Option<Decimal> {
        self.decimal("averageLatencyMs")
    }

    /// `matchedRouteID` of a row of the middleware log: the key of the route that matched. Grade:
    /// *documented*, of an operation that could not be read.
    pub fn matched_route_id(&self) -> Option<Cow<'_, str>> {
        self.text("matchedRouteID")
    }
}

funnelflux_contract::formats! {
    /// Shows the number of members alone: rows hold visitors' data.
    Debug for OpenRow<'_>, |it, f| write!(f, "OpenRow({} members)", it.members().len())
}
