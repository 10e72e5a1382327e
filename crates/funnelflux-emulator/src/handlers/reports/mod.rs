//! The reporting operations: attributes, drilldown, raw events, updates, logs, look-ups.

mod attribute;
mod drilldown;
mod explorer;
mod filter;
mod hits;
mod logs;
mod metrics;
mod range;
mod updates;

pub(super) use attribute::list as attributes;
pub(super) use drilldown::report as drilldown;
pub(super) use explorer::{hit, visitor};
pub(super) use hits::report as hits;
pub(super) use logs::{middleware, postbacks, webhooks};
pub(crate) use range::killed;
pub(super) use updates::{conversions, cost, custom_events, perform_reset, validate_reset};
