//! The answer of a drilldown, held in columns.

mod attribute_column;
mod cell;
mod column;
mod cursor;
mod decode;
mod dictionary;
mod digits;
mod ints;
mod merge;
mod merger;
mod number;
mod row;
mod tags;
mod texts;
mod totals;
mod view;
mod write;

use std::{collections::HashMap, io};

use bytes::Bytes;
use serde_json::value::RawValue;

pub use attribute_column::{AttributeColumn, AttributeValue};
pub use cell::{Cell, CellValue};
pub use column::{Column, ColumnType};
pub use merge::{MergeError, MergeOptions};
pub use merger::Merger;
pub use row::Row;
pub use totals::Totals;
pub use view::View;

pub(crate) use cell::{plain, unquoted};
pub(crate) use number::exact;

use super::{DrilldownRequest, ReportCompleteness, completeness::in_list};
use crate::DecodeError;

/// The answer of `POST /reporting/drilldown`: one column for each attribute that was asked for,
/// one for each other member that the rows have.
///
/// Known of the wire (grade *proven*): an object with `rows`; each row has `attributes`, a list
/// parallel to the request's, of `{id, value, …}`, and metrics as members of the row itself. That
/// counts are numbers, and money is a decimal in a string or null, is *inferred*.
///
/// Nothing else is assumed, and nothing is lost:
///
/// - Members of a row are found by name, never by position, and may differ from row to row. A
///   member that is not a number stays as JSON text in a column of its own.
/// - Numbers are read from their text, never through a float, and keep their spelling.
/// - `null` and an absent member are distinguished.
/// - Other members: of the report in [`extra`](Self::extra), of an attribute in its `member`.
///
/// Of a member that is twice in one row, the last one counts.
///
/// # Size
///
/// A column takes 0 to 9 bytes for each row, by its largest number. Measured on 80 MB of JSON with
/// 5 attributes and 45 metrics: 12 MB at the peak, where `serde_json::Value` takes 508 MB. With
/// attributes that are different in every row it is 29 MB.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, DrilldownRequest, Metric, Report};
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?)
///     .attribute(Attribute::ELEMENT_OFFER)
///     .build()?;
/// let report = Report::from_json(
///     r#"{ "rows": [
///         { "attributes": [{ "id": "2nIemJxCKbFX", "value": "Shoes" }], "conversions": 3, "revenue": "36.90" },
///         { "attributes": [{ "id": "2n5JuOKWLTzd", "value": "Hats" }], "conversions": 1, "revenue": null }
///     ] }"#,
///     &request,
/// )?;
///
/// let mut csv = Vec::new();
/// report.select(&[Metric::CONVERSIONS, Metric::REVENUE])?.to_csv(&mut csv)?;
/// assert_eq!(
///     String::from_utf8(csv)?,
///     "Element: Offer,Element: Offer ID,conversions,revenue\n\
///      Shoes,2nIemJxCKbFX,3,36.90\n\
///      Hats,2n5JuOKWLTzd,1,\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Report {
    attributes: Vec<AttributeColumn>,
    columns: Vec<Column>,
    index: HashMap<Box<str>, usize>,
    rows: usize,
    extra: Vec<(String, Box<RawValue>)>,
    /// Of a merged report, that of its parts.
    completeness: Option<ReportCompleteness>,
}

impl Report {
    /// Decodes an answer to a request, from its text or bytes.
    ///
    /// # Errors
    /// When the text is no JSON or has no `rows`, or when a row has more or fewer attributes than
    /// were asked for. A row without any attributes is kept: it is no group, but it is data.
    pub fn from_json(
        json: impl AsRef<[u8]>,
        request: &DrilldownRequest,
    ) -> Result<Self, DecodeError> {
        Self::decode(json.as_ref(), request, None)
    }

    /// Decodes an answer, and keeps it where that takes half the memory: from 65,536 attributes on.
    ///
    /// # Errors
    /// Those of [`from_json`](Self::from_json).
    pub fn from_bytes(json: &Bytes, request: &DrilldownRequest) -> Result<Self, DecodeError> {
        Self::decode(json, request, Some(json))
    }

    fn decode(
        json: &[u8],
        request: &DrilldownRequest,
        answer: Option<&Bytes>,
    ) -> Result<Self, DecodeError> {
        // Checked once here, instead of value by value in serde_json's slice reader.
        let json = std::str::from_utf8(json).map_err(DecodeError::utf8)?;
        let attributes = request.attributes().iter();
        let columns = attributes.map(|it| AttributeColumn::new(it, answer.cloned())).collect();
        decode::decode(json, columns)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether the report has no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The attribute columns, in the order of the request.
    pub fn attributes(&self) -> &[AttributeColumn] {
        &self.attributes
    }

    /// Every other column, in the order of first appearance: metrics, and members that are none.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of a member, by its name on the wire.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(*self.index.get(name)?)
    }

    /// The columns that hold a metric: those with a number in some row, and those of a known name.
    pub fn metrics(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.is_metric())
    }

    /// The rows, one at a time.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + DoubleEndedIterator + Clone {
        (0..self.rows).map(|row| Row { report: self, row })
    }

    /// Members of the report besides `rows`, unchanged. *Unknown*: probably totals and row counts.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.extra.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// Whether the report holds every row, according to the server's answer (*inferred*): see
    /// [`ReportCompleteness`]. A merged report is whole if all of its parts were.
    pub fn completeness(&self) -> ReportCompleteness {
        let beside = in_list(&self.extra);
        self.completeness.unwrap_or_else(|| ReportCompleteness::of(self.rows, beside))
    }

    /// The sums of the additive metrics over all rows, computed here, see [`Totals`].
    pub fn totals(&self) -> Totals {
        self.view().totals()
    }

    /// Writes all columns as CSV, see [`View::to_csv`].
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_csv(&self, writer: impl io::Write) -> io::Result<()> {
        self.view().to_csv(writer)
    }

    /// Writes one JSON object for each row, see [`View::to_ndjson`].
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_ndjson(&self, writer: impl io::Write) -> io::Result<()> {
        self.view().to_ndjson(writer)
    }

    /// Merges this report with one of another window of time, see [`MergeOptions`].
    ///
    /// # Errors
    /// When a metric would have to be summed that does not add up, naming all such metrics; when
    /// the reports have different attributes; when a sum leaves the range of a decimal.
    pub fn merge(&self, other: &Self, options: &MergeOptions) -> Result<Self, MergeError> {
        Ok(Merger::new(options.clone()).push(self)?.push(other)?.finish())
    }
}

funnelflux_contract::shows! {
    /// Shape only: cells hold visitors' data.
    Report, |it|
        rows: it.rows,
        attributes: it.attributes.iter().map(|column| &*column.label).collect::<Vec<_>>(),
        columns: it.columns.len()
}
