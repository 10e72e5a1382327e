use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::validation::{ValidationError, quoted};

/// One of the 22 tracking fields of a hit: two reserved ones and 20 of the user's own.
///
/// The names are *documented* (they are the keys of a traffic source's tracking field slots) and
/// two of them, `campaign` and `c1`, are *proven* in report requests. The use of the
/// custom slots differs per traffic source: see [`TrackingAliases`](super::TrackingAliases).
///
/// ```
/// use funnelflux_model::reporting::TrackingSlot;
///
/// assert_eq!("c7".parse(), Ok(TrackingSlot::C7));
/// assert_eq!(TrackingSlot::custom(7), Some(TrackingSlot::C7));
/// assert_eq!(TrackingSlot::Campaign.to_string(), "campaign");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "C1 to C20 are slots 1 to 20")]
pub enum TrackingSlot {
    /// The reserved field `campaign` of the ad network (no funnel group).
    Campaign,
    /// The reserved field `external`, the ad network's click id.
    External,
    C1,
    C2,
    C3,
    C4,
    C5,
    C6,
    C7,
    C8,
    C9,
    C10,
    C11,
    C12,
    C13,
    C14,
    C15,
    C16,
    C17,
    C18,
    C19,
    C20,
}

const SLOTS: [(TrackingSlot, &str); 22] = {
    use TrackingSlot::*;
    [
        (Campaign, "campaign"),
        (External, "external"),
        (C1, "c1"),
        (C2, "c2"),
        (C3, "c3"),
        (C4, "c4"),
        (C5, "c5"),
        (C6, "c6"),
        (C7, "c7"),
        (C8, "c8"),
        (C9, "c9"),
        (C10, "c10"),
        (C11, "c11"),
        (C12, "c12"),
        (C13, "c13"),
        (C14, "c14"),
        (C15, "c15"),
        (C16, "c16"),
        (C17, "c17"),
        (C18, "c18"),
        (C19, "c19"),
        (C20, "c20"),
    ]
};

impl TrackingSlot {
    /// Every slot: `campaign`, `external`, then `c1` to `c20`.
    pub fn all() -> impl Iterator<Item = Self> {
        SLOTS.iter().map(|(slot, _)| *slot)
    }

    /// The custom slot of a number from 1 to 20.
    #[must_use]
    pub fn custom(number: usize) -> Option<Self> {
        let custom = SLOTS.get(2..)?;
        custom.get(number.checked_sub(1)?).map(|(slot, _)| *slot)
    }

    /// The slot's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        SLOTS.iter().find(|(slot, _)| *slot == self).map_or("", |(_, name)| name)
    }
}

impl FromStr for TrackingSlot {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        SLOTS
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text))
            .map(|(slot, _)| *slot)
            .ok_or_else(|| {
                ValidationError::one(
                    "tracking field",
                    quoted(text),
                    "`campaign`, `external`, or `c1` to `c20`",
                )
            })
    }
}

impl fmt::Display for TrackingSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for TrackingSlot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TrackingSlot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A filter of the attribute `URL Tracking Field`: which field, and which of its values.
///
/// On the wire it is JSON *inside* a string, `"{\"c1\":\"*\"}"`. Grade: *proven* with `*`; that
/// other patterns use `*` as a wildcard is *sibling*.
///
/// ```
/// use funnelflux_model::reporting::{TrackingFieldFilter, TrackingSlot};
///
/// let filter = TrackingFieldFilter::new(TrackingSlot::C1, "summer*");
/// assert_eq!(filter.to_string(), r#"{"c1":"summer*"}"#);
/// assert_eq!(r#"{"c1":"summer*"}"#.parse(), Ok(filter));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TrackingFieldFilter {
    slot: TrackingSlot,
    pattern: String,
}

impl TrackingFieldFilter {
    /// The values of a slot that match a pattern.
    #[must_use]
    pub fn new(slot: TrackingSlot, pattern: impl Into<String>) -> Self {
        Self { slot, pattern: pattern.into() }
    }

    /// Every value of a slot: `*`.
    #[must_use]
    pub fn any(slot: TrackingSlot) -> Self {
        Self::new(slot, "*")
    }

    /// The field.
    #[must_use]
    pub fn slot(&self) -> TrackingSlot {
        self.slot
    }

    /// The pattern for its values.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }
}

/// Never the pattern: it may be the click id of a visitor.
impl fmt::Debug for TrackingFieldFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackingFieldFilter").field("slot", &self.slot).finish_non_exhaustive()
    }
}

/// Writes the JSON text for a filter list.
impl fmt::Display for TrackingFieldFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = Value::String(self.pattern.clone());
        write!(f, "{{\"{}\":{pattern}}}", self.slot)
    }
}

impl FromStr for TrackingFieldFilter {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || {
            ValidationError::one(
                "tracking field filter",
                quoted(text),
                "JSON that names one slot and a pattern, like `{\"c1\":\"*\"}`",
            )
        };
        let map: Map<String, Value> = serde_json::from_str(text).map_err(|_| refused())?;
        let mut members = map.into_iter();
        match (members.next(), members.next()) {
            (Some((slot, Value::String(pattern))), None) if !pattern.trim().is_empty() => {
                Ok(Self { slot: slot.parse().map_err(|_| refused())?, pattern })
            }
            _ => Err(refused()),
        }
    }
}
