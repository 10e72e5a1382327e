//! Seeded deterministic traffic: each hour of the epoch makes its own visits, so any range can be
//! asked for, in any order, and the same visits come back.

pub(crate) mod amend;
pub(crate) mod calls;
pub(crate) mod devices;
pub(crate) mod fields;
mod hour;
pub(crate) mod places;
pub(crate) mod postback;
pub(crate) mod visit;
mod visitor;
pub(crate) mod window;

pub(crate) use fields::TrackingField;
pub(crate) use visit::{Event, EventKind, Visit};
pub(crate) use window::{Traffic, Window};
