//! A restriction to values of tracking fields, as costs and resets have it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Serialize, Serializer};

use crate::{
    reporting::TrackingSlot,
    validation::{Violation, quoted},
};

/// Tracking field → its values, without order or repetition.
pub(super) type Restriction<'a> = BTreeMap<TrackingSlot, BTreeSet<&'a str>>;

/// Tracking field → the values that are meant.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct TrackingRestriction(BTreeMap<TrackingSlot, Vec<String>>);

impl TrackingRestriction {
    pub(super) fn add<V: Into<String>>(
        &mut self,
        slot: TrackingSlot,
        values: impl IntoIterator<Item = V>,
    ) {
        self.0.entry(slot).or_default().extend(values.into_iter().map(Into::into));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (TrackingSlot, &[String])> {
        self.0.iter().map(|(slot, values)| (*slot, values.as_slice()))
    }

    /// The same for every order and repetition of the values.
    pub(super) fn meaning(&self) -> Restriction<'_> {
        let fields = self.0.iter();
        fields.map(|(slot, list)| (*slot, list.iter().map(String::as_str).collect())).collect()
    }

    /// Adds every fault to the list.
    pub(super) fn check(&self, field: &str, violations: &mut Vec<Violation>) {
        for (slot, values) in &self.0 {
            if values.is_empty() {
                violations.push(Violation::new(
                    format!("{field}.{slot}"),
                    "an empty list",
                    "at least one value: an empty list may mean every value",
                ));
            }
            for (at, value) in values.iter().enumerate() {
                if value.trim().is_empty() || value == "*" {
                    violations.push(Violation::new(
                        format!("{field}.{slot}[{at}]"),
                        quoted(value),
                        "a value of the tracking field: this one may mean every value",
                    ));
                }
            }
        }
    }
}

impl Serialize for TrackingRestriction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Which fields, and how many values: a value may be the click id of a visitor.
impl fmt::Debug for TrackingRestriction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter().map(|(slot, values)| (slot, values.len()));
        f.debug_map().entries(counts).finish()
    }
}
