use serde::{Deserializer, de::DeserializeSeed};

use super::{AttributeColumn, Report, decode::ReportVisitor};
use crate::reporting::DrilldownRequest;

/// Decodes a [`Report`] straight from JSON text, without a tree in between.
///
/// [`Report::from_json`] is the simple way, and the faster one. The seed is for callers who run the
/// deserializer themselves, for instance under `serde_path_to_error`.
///
/// It reads numbers from their text, which only serde_json can give it, so the deserializer has to
/// be serde_json's over a `&str` or a `&[u8]`, as it is or wrapped. Over bytes each value is
/// checked to be UTF-8; checking once with [`std::str::from_utf8`] is faster.
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::{Attribute, DrilldownRequest, ReportSeed};
/// use funnelflux_model::time::{TimeRange, Zone};
/// use serde::de::DeserializeSeed;
///
/// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?)
///     .attribute(Attribute::ELEMENT_OFFER)
///     .build()?;
/// let mut json = serde_json::Deserializer::from_str(r#"{ "rows": [] }"#);
/// let report = ReportSeed::new(&request).deserialize(&mut json)?;
/// assert!(report.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReportSeed {
    attributes: Vec<AttributeColumn>,
}

impl ReportSeed {
    /// A seed for the answer to a request.
    #[must_use]
    pub fn new(request: &DrilldownRequest) -> Self {
        Self { attributes: request.attributes().iter().map(AttributeColumn::new).collect() }
    }

    /// The columns to fill, still empty.
    pub(super) fn attributes(&self) -> Vec<AttributeColumn> {
        self.attributes.clone()
    }
}

impl<'de> DeserializeSeed<'de> for ReportSeed {
    type Value = Report;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Report, D::Error> {
        deserializer.deserialize_any(ReportVisitor::new(self.attributes))
    }
}
