//! Requests and answers of the reporting section.
//!
//! - [`DrilldownRequest`] asks, [`Report`] is the answer, in columns,
//! - [`RawEventsRequest`] and [`RawEvents`] are single hits, clicks and conversions, page by page,
//! - [`AttributeList`] is the server's own list of [`Attribute`]s.

mod alias;
mod attribute;
mod attribute_list;
mod completeness;
mod generated;
mod metric;
mod raw_events;
mod raw_events_request;
mod report;
mod request;
#[rustfmt::skip]
mod requests;
mod selection;
mod tracking;
mod tracking_aliases;

pub use attribute::Attribute;
pub use attribute_list::AttributeList;
pub use completeness::ReportCompleteness;
pub use generated::TrackingSlot;
pub use metric::{Metric, MetricKind};
pub use raw_events::{RawEvent, RawEvents};
pub use report::{
    AttributeColumn, AttributeValue, Cell, CellValue, Column, ColumnType, MergeError, MergeOptions,
    Merger, Report, Row, Totals, View,
};
use request::DrilldownRequestOptions;
pub use requests::*;
pub use selection::AttributeSelection;
pub use tracking::TrackingFieldFilter;
pub use tracking_aliases::TrackingAliases;

pub(crate) use completeness::has_more;
pub(crate) use report::{exact, plain, unquoted};
