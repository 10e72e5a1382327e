use serde_json::value::RawValue;

use super::completeness;
use crate::{
    DecodeError, OpenRow,
    json::{list_in, parse},
};

/// One page of the answer of `POST /reporting/hits`.
///
/// The shape is *unknown*, except that it has rows: the list `rows`, as in a drilldown, else the
/// only list of the answer, see [`list_in`](crate::json::list_in). Each row is kept unchanged.
///
/// ```
/// use funnelflux_model::reporting::RawEvents;
///
/// let page = RawEvents::from_json(r#"{ "rows": [{ "idHit": "dkezmsf3bat8xdbz8rt039r0", "payout": "1.50" }] }"#)?;
/// for event in &page.rows {
///     assert_eq!(event.hit_id().as_deref(), Some("dkezmsf3bat8xdbz8rt039r0"));
///     assert_eq!(event.decimal("payout"), Some("1.50".parse()?));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RawEvents {
    /// The events of this page.
    pub rows: Vec<RawEvent>,
    extra: Vec<(String, Box<RawValue>)>,
}

/// One hit, click or conversion, as its original JSON text.
pub type RawEvent = OpenRow<'static>;

impl RawEvents {
    /// Decodes one page.
    ///
    /// # Errors
    /// When the text is no JSON, or when it is unclear where its list is.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let found = list_in(parse(&json)?, &["rows"])?;
        let beside = found.beside.into_iter();
        let rows = found.items.into_iter().map(|json| OpenRow::new(json).into_owned());
        Ok(Self {
            rows: rows.collect(),
            extra: beside.map(|(name, json)| (name.into_owned(), json.to_owned())).collect(),
        })
    }

    /// Members of the answer besides the rows, unchanged.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.extra.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// `hasMore`: whether events follow those of this page; `None` if the answer does not say. The
    /// name is *documented* for visitor look-ups, here *inferred*.
    pub fn has_more(&self) -> Option<bool> {
        completeness::has_more(completeness::in_list(&self.extra))
    }

    /// The number of events in all pages together; `None` if the answer does not say. The names are
    /// *inferred*: `totalRows`, `totalCount`, `total`, `recordsTotal`.
    pub fn total(&self) -> Option<u64> {
        completeness::total(completeness::in_list(&self.extra))
    }
}

funnelflux_contract::formats! {
    /// Shape only.
    Debug for RawEvents, |it, f| write!(f, "RawEvents({} rows)", it.rows.len())
}
