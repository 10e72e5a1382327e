use std::fmt;

use serde_json::value::RawValue;

use super::ExplorerRow;
use crate::{
    DecodeError,
    json::{items, list_in_preferring, member, members},
};

/// The answer of `POST /reporting/explorer/visitor`, as it came.
///
/// *Documented* are three parts: a summary of the session, taken from the entrance hit; a list of
/// hits; and `hasMore`. The names of the first two are *unknown*, so they are found by their kind.
///
/// # Examples
///
/// ```
/// use funnelflux_model::explorer::ExplorerVisitor;
///
/// let answer = ExplorerVisitor::from_json(
///     r#"{ "visitor": { "country": "DE" }, "hits": [{ "n": 1 }, { "n": 2 }], "hasMore": false }"#,
/// )?;
/// assert_eq!(answer.summary().unwrap().text("country").as_deref(), Some("DE"));
/// assert_eq!(answer.hits()?.len(), 2);
/// assert_eq!(answer.has_more(), Some(false));
/// # Ok::<(), funnelflux_model::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct ExplorerVisitor {
    json: Box<RawValue>,
}

impl ExplorerVisitor {
    /// Takes the answer in.
    ///
    /// # Errors
    ///
    /// When the text is no JSON.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(json.as_ref()).map_err(DecodeError::utf8)?;
        let json = serde_json::from_str(text).map_err(|error| DecodeError::from_json(&error))?;
        Ok(Self { json })
    }

    /// The whole answer, as it came.
    #[must_use]
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// `hasMore`: whether there are hits that did not come. Grade: *documented*. How to ask for
    /// them is *unknown*; a shorter range is one way.
    #[must_use]
    pub fn has_more(&self) -> Option<bool> {
        match member(self.json.get(), "hasMore")?.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The hits: the items of the only list of the answer (of `rows`, if there is one), none for
    /// `null`. That there is such a list is *documented*, where it stands is *inferred*, see
    /// [`list_in`](crate::json::list_in).
    ///
    /// # Errors
    ///
    /// When there is no list, or several: the error names the members, and
    /// [`hits_in`](Self::hits_in) takes one of them.
    pub fn hits(&self) -> Result<Vec<ExplorerRow<'_>>, DecodeError> {
        let found = list_in_preferring(&self.json, &["rows"])?;
        Ok(found.into_items().into_iter().map(ExplorerRow::new).collect())
    }

    /// The items of the list in a member, none of `null`; `None` if there is no such member or it is
    /// something else.
    #[must_use]
    pub fn hits_in(&self, name: &str) -> Option<Vec<ExplorerRow<'_>>> {
        let list = items(member(self.json.get(), name)?)?;
        Some(list.into_iter().map(ExplorerRow::new).collect())
    }

    /// The summary of the session, taken from the entrance hit: the only object of the answer. That
    /// there is such an object is *documented*, where it stands is *inferred*. `None` if there is
    /// none, or several.
    #[must_use]
    pub fn summary(&self) -> Option<ExplorerRow<'_>> {
        let mut objects =
            members(self.json.get()).into_iter().filter(|(_, v)| v.get().starts_with('{'));
        match (objects.next(), objects.next()) {
            (Some((_, summary)), None) => Some(ExplorerRow::new(summary)),
            _ => None,
        }
    }
}

/// How much, never what.
impl fmt::Debug for ExplorerVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExplorerVisitor({} bytes)", self.json.get().len())
    }
}
