//! What is written into the statistics: conversions, costs, resets.
//!
//! - [`ConversionsUpdate`] adds, changes and deletes conversions,
//! - [`CostUpdate`] puts costs on visits, split into [`CostRequest`]s of one funnel, traffic source
//!   and range each,
//! - [`ResetRequest`] names the hits to delete, [`ResetCount`] is how many they are.
//!
//! These writes reach far and cannot be undone, so none can be built too wide by an oversight: a
//! list that was given and is empty is an error, and a restriction to nothing has to be written out
//! as `everything()`.
//!
//! The body of a custom event update is *unknown*: there is no model of it.

mod amount;
mod conversion;
mod conversions_update;
mod cost_request;
mod cost_segment;
mod cost_update;
mod generated;
mod overlap;
mod postback_calls;
mod reset_count;
mod reset_request;
mod tracking;

pub use conversion::Conversion;
pub use conversions_update::{ConversionsUpdate, ConversionsUpdateBuilder};
pub use cost_request::CostRequest;
pub use cost_segment::{CostSegment, CostSegmentBuilder};
pub use cost_update::{CostUpdate, CostUpdateBuilder};
pub use generated::*;
pub use postback_calls::PostbackCalls;
pub use reset_count::ResetCount;
pub use reset_request::{ResetRequest, ResetRequestBuilder};
