use std::fmt;

use serde_json::value::RawValue;

use super::LogRow;
use crate::{
    DecodeError,
    json::{items, list_in_preferring, member},
};

/// The answer of a log operation, as it came.
///
/// Its shape is *unknown*, except that a summary of middleware configs has rows with
/// `averageLatencyMs` (*documented*). Reading it never fails on a shape; looking for the rows may,
/// and then the whole answer is still there.
///
/// # Examples
///
/// ```
/// use funnelflux_model::logs::LogAnswer;
///
/// let answer = LogAnswer::from_json(r#"{ "rows": [{ "id": "a", "averageLatencyMs": 12.5 }] }"#)?;
/// for row in answer.rows()? {
///     assert_eq!(row.average_latency_ms(), Some("12.5".parse()?));
///     assert_eq!(row.text("id").as_deref(), Some("a"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LogAnswer {
    json: Box<RawValue>,
}

impl LogAnswer {
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

    /// The rows: the items of the answer if it is a list, else those of its member `rows`, else of
    /// its only member that is a list; none for `null`. All of that is *inferred*, see
    /// [`list_in`](crate::json::list_in).
    ///
    /// # Errors
    ///
    /// When there is no such list, or several: the error names the members, and
    /// [`rows_in`](Self::rows_in) takes one of them.
    pub fn rows(&self) -> Result<Vec<LogRow<'_>>, DecodeError> {
        let found = list_in_preferring(&self.json, &["rows"])?;
        Ok(found.into_items().into_iter().map(LogRow::new).collect())
    }

    /// The items of the list in a member, none of `null`; `None` if there is no such member or it is
    /// something else.
    #[must_use]
    pub fn rows_in(&self, name: &str) -> Option<Vec<LogRow<'_>>> {
        let list = items(member(self.json.get(), name)?)?;
        Some(list.into_iter().map(LogRow::new).collect())
    }
}

/// How much, never what: logs hold visitors' data.
impl fmt::Debug for LogAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogAnswer({} bytes)", self.json.get().len())
    }
}
