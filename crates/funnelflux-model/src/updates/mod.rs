//! Writes to the statistics: conversions, costs, resets.
//!
//! - [`ConversionsUpdate`] adds, changes and deletes conversions,
//! - [`CostUpdate`] puts costs on visits, as [`CostRequest`]s of one funnel, source and range each,
//! - [`ResetRequest`] selects the hits to delete, [`ResetCount`] is their number.
//!
//! These writes reach far and cannot be undone, so none can be built too wide by an oversight: an
//! empty list is an error, and the lack of a restriction has to be written as `everything()`.
//!
//! The body of a custom event update is *unknown* and has no model.

mod amount;
mod conversion;
mod conversions_update;
mod cost_request;
mod cost_segment;
mod cost_update;
mod generated;
mod overlap;
#[rustfmt::skip]
mod requests;
mod reset_count;
mod reset_request;
mod tracking;

pub use conversion::Conversion;
pub use cost_request::CostRequest;
use cost_segment::CostSegmentOptions;
pub use cost_update::CostUpdate;
pub use generated::*;
pub use requests::*;
pub use reset_count::ResetCount;
use reset_request::ResetRequestOptions;
