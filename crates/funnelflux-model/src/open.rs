use std::{borrow::Cow, fmt};

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::{
    DecodeError,
    json::{list_in_preferring, member, members},
    reporting::{exact, plain, unquoted},
};

/// An answer whose shape is unknown or known in part, as its original JSON text.
///
/// The logs and the explorer answer with it. Decoding never fails on a shape; finding the rows may,
/// and then the whole answer is still available.
///
/// # Examples
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
    ///
    /// When the text is not JSON.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(json.as_ref()).map_err(DecodeError::utf8)?;
        let json = serde_json::from_str(text).map_err(|error| DecodeError::from_json(&error))?;
        Ok(Self { json })
    }

    /// The whole answer.
    #[must_use]
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The answer by its members.
    #[must_use]
    pub fn row(&self) -> OpenRow<'_> {
        OpenRow { json: &self.json }
    }

    /// The rows: the items of the answer if it is a list, else those of its member `rows`, else those
    /// of its only member that is a list; none for `null`. The position is *inferred*, see
    /// [`list_in`](crate::json::list_in). That the answer about a visitor has a list of hits is
    /// *documented*.
    ///
    /// # Errors
    ///
    /// When there is no list, or several: the error names the members. A member override of the
    /// client that maps one of them to `rows` selects it.
    pub fn rows(&self) -> Result<Vec<OpenRow<'_>>, DecodeError> {
        let found = list_in_preferring(&self.json, &["rows"])?;
        Ok(found.into_items().into_iter().map(|json| OpenRow { json }).collect())
    }

    /// `hasMore`: whether the server left rows out. Grade: *documented* for the answer about a
    /// visitor. How to ask for them is *unknown*; a shorter range is one way.
    #[must_use]
    pub fn has_more(&self) -> Option<bool> {
        match member(self.json.get(), "hasMore")?.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The only object among the members; `None` if there is none, or several. In the answer about
    /// a visitor this is the summary of the session, taken from the entrance hit: that it exists is
    /// *documented*, its position is *inferred*.
    #[must_use]
    pub fn summary(&self) -> Option<OpenRow<'_>> {
        let mut objects =
            members(self.json.get()).into_iter().filter(|(_, v)| v.get().starts_with('{'));
        match (objects.next(), objects.next()) {
            (Some((_, json)), None) => Some(OpenRow { json }),
            _ => None,
        }
    }
}

/// Shows the size alone: answers hold visitors' data.
impl fmt::Debug for OpenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenAnswer({} bytes)", self.json.get().len())
    }
}

/// A part of an [`OpenAnswer`], as its original JSON text. Its members are *unknown*, except those
/// that have a method here.
#[derive(Clone, Copy)]
pub struct OpenRow<'a> {
    json: &'a RawValue,
}

impl<'a> OpenRow<'a> {
    pub(crate) fn new(json: &'a RawValue) -> Self {
        Self { json }
    }

    /// The whole row.
    #[must_use]
    pub fn json(&self) -> &'a RawValue {
        self.json
    }

    /// The members in the order of the text; none if the row is not an object.
    #[must_use]
    pub fn members(&self) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        members(self.json.get())
    }

    /// The JSON of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        member(self.json.get(), name)
    }

    /// A member as plain text: a string without its quotes, another value as its JSON text. `None`
    /// if it is null or absent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        plain(self.get(name)?.get())
    }

    /// A member as an exact decimal: a number, or a string that is one.
    #[must_use]
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        exact(unquoted(self.get(name)?.get())?)
    }

    /// `averageLatencyMs` of a row of the middleware summary: milliseconds. Grade: *documented*.
    #[must_use]
    pub fn average_latency_ms(&self) -> Option<Decimal> {
        self.decimal("averageLatencyMs")
    }

    /// `matchedRouteID` of a row of the middleware log: the key of the route that matched. Grade:
    /// *documented*, of an operation that could not be read.
    #[must_use]
    pub fn matched_route_id(&self) -> Option<Cow<'a, str>> {
        self.text("matchedRouteID")
    }
}

/// Shows the number of members alone: rows hold visitors' data.
impl fmt::Debug for OpenRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenRow({} members)", self.members().len())
    }
}
