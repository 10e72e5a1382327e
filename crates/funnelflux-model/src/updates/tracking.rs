//! The restriction of costs and resets to values of tracking fields.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Violations, quoted, reporting::TrackingSlot};

/// Tracking field → its values, sorted and without duplicates.
pub(super) type Restriction<'a> = BTreeMap<TrackingSlot, BTreeSet<&'a str>>;

#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct TrackingRestriction(BTreeMap<TrackingSlot, Vec<String>>);

crate::macros::written! { TrackingRestriction(0) }

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

    /// The restriction in a form that is equal for every order and repetition of the values.
    pub(super) fn meaning(&self) -> Restriction<'_> {
        let fields = self.0.iter();
        fields.map(|(slot, list)| (*slot, list.iter().map(String::as_str).collect())).collect()
    }

    pub(super) fn check(&self, field: &str, found: &mut Violations) {
        for (slot, values) in &self.0 {
            if values.is_empty() {
                let expected = "at least one value: an empty list may mean every value";
                found.add(format!("{field}.{slot}"), "an empty list", expected);
            }
            for (at, value) in values.iter().enumerate() {
                if value.trim().is_empty() || value == "*" {
                    let field = format!("{field}.{slot}[{at}]");
                    let expected = "a value of the tracking field: this one may mean every value";
                    found.add(field, quoted(value), expected);
                }
            }
        }
    }
}

/// Checks that a request that is not restricted says so, and that one that is restricted does not.
pub(super) fn check_everything(
    field: &str,
    is_unrestricted: bool,
    says_everything: bool,
    expected: &str,
    found: &mut Violations,
) {
    match (is_unrestricted, says_everything) {
        (true, false) => found.add(field, "no restriction", expected),
        (false, true) => found.add(field, "a restriction and `everything()`", "one of them"),
        _ => {}
    }
}

funnelflux_contract::formats! {
    /// Shows the fields and the number of values: a value may be the click id of a visitor.
    Debug for TrackingRestriction, |it, f| {
        let counts = it.0.iter().map(|(slot, values)| (slot, values.len()));
        f.debug_map().entries(counts).finish()
    }
}
