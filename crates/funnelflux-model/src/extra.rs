//! Members of requests that this crate does not know.

use serde::ser::SerializeMap;
use serde_json::Value;

use crate::{Violations, quoted};

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Extra(Vec<(String, Value)>);

impl Extra {
    pub(crate) fn push(&mut self, member: impl Into<String>, value: impl Into<Value>) {
        self.0.push((member.into(), value.into()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(member, value)| (member.as_str(), value))
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(member, value)| map.serialize_entry(member, value))
    }

    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|member| other.0.contains(member))
    }

    /// Adds a violation for each member of the list `field` that has no name, or is set twice.
    pub(crate) fn check(&self, field: &str, known: &[&str], found: &mut Violations) {
        for (at, (member, _)) in self.iter().enumerate() {
            let taken = known.contains(&member) || self.iter().take(at).any(|(m, _)| m == member);
            if taken || member.is_empty() {
                found.add(field, quoted(member), "the name of a member that is not set otherwise");
            }
        }
    }
}

funnelflux_contract::formats! {
    /// Shows the names alone: a value may be a visitor's address.
    Debug for Extra, |it, f| f.debug_list().entries(it.iter().map(|(member, _)| member)).finish()
}
