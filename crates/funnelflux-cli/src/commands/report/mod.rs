//! `ffx report`: attributes, metrics, drilldown reports and raw events.

mod drilldown;
mod names;
pub(super) mod range;
mod raw;
mod rows;
mod selections;

pub(super) use drilldown::run as drilldown;
pub(super) use names::{attributes, metrics};
pub(super) use raw::run as raw;
