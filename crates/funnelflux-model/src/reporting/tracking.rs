use std::str::FromStr;

use serde_json::{Map, Value};

use super::TrackingSlot;
use crate::{ValidationError, quoted};

/// ```
/// use funnelflux_model::reporting::TrackingSlot;
///
/// assert_eq!("c7".parse(), Ok(TrackingSlot::C7));
/// assert_eq!(TrackingSlot::custom(7), Some(TrackingSlot::C7));
/// assert_eq!(TrackingSlot::Campaign.to_string(), "campaign");
/// ```
impl TrackingSlot {
    /// The custom slot of a number from 1 to 20.
    pub fn custom(number: usize) -> Option<Self> {
        Self::KNOWN.get(2..)?.get(number.checked_sub(1)?).copied()
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
#[non_exhaustive]
pub struct TrackingFieldFilter {
    /// The field.
    pub slot: TrackingSlot,
    /// The pattern for its values.
    pub pattern: String,
}

impl TrackingFieldFilter {
    /// The values of a slot that match a pattern.
    pub fn new(slot: TrackingSlot, pattern: impl Into<String>) -> Self {
        Self { slot, pattern: pattern.into() }
    }

    /// Every value of a slot: `*`.
    pub fn any(slot: TrackingSlot) -> Self {
        Self::new(slot, "*")
    }
}

funnelflux_contract::shows! {
    /// Never the pattern: it may be the click id of a visitor.
    TrackingFieldFilter, |it| slot: it.slot
}

funnelflux_contract::formats! {
    Display for TrackingFieldFilter, |it, f| {
        write!(f, "{{\"{}\":{}}}", it.slot, Value::from(it.pattern.as_str()))
    }
}

impl FromStr for TrackingFieldFilter {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "JSON that names one slot and a pattern, like `{\"c1\":\"*\"}`";
        let refused = || ValidationError::one("tracking field filter", quoted(text), expected);
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
