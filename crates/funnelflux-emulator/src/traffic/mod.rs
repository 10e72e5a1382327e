//! Deterministic traffic from the seed. Each hour since 1970 makes its own visits, so that a range has
//! the same visits whatever was asked before.

pub(crate) mod amend;
pub(crate) mod calls;
mod hour;
pub(crate) mod visit;
pub(crate) mod window;

pub(crate) use visit::{Event, EventKind, TrackingField, Visit};
pub(crate) use window::{Traffic, View, Window};
