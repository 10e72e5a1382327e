use super::{KeyValue, TrackingField, TrafficSource, rules::range};
use crate::{DecodeError, Document, EditError, Violations, quoted, reporting::TrackingSlot};

const SLOTS: &str = "trackingFieldSlots";

/// ```
/// use funnelflux_model::ledger::{CostType, LedgerAsset, TrafficSource};
///
/// let mut source = TrafficSource::new("2n5JuOKWLTzd".parse()?, "Ads");
/// source.set_cost_type(&CostType::Cpe).set_incoming_cost_modifier("50".parse()?);
/// source.validate()?;
///
/// source.set_outgoing_postback_probability("120".parse()?);
/// assert_eq!(
///     source.validate().unwrap_err().to_string(),
///     "outgoingPostbackProbability: got `120`; expected a number from 0 to 100"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TrafficSource {
    /// The alias and placeholder of one tracking field, in `trackingFieldSlots`.
    ///
    /// # Errors
    /// When the slots are not an object of objects.
    pub fn tracking_field(&self, slot: TrackingSlot) -> Result<Option<TrackingField>, DecodeError> {
        match self.0.read_or_null::<Document>(SLOTS)? {
            Some(slots) => slots.read_or_null(&slot.to_string()),
            None => Ok(None),
        }
    }

    /// Sets the alias and placeholder of one tracking field.
    ///
    /// # Errors
    /// When `trackingFieldSlots` is present and is not an object.
    pub fn set_tracking_field(
        &mut self,
        slot: TrackingSlot,
        field: &TrackingField,
    ) -> Result<&mut Self, EditError> {
        self.0.set_at(&[SLOTS, &slot.to_string()], field)?;
        Ok(self)
    }
}

impl KeyValue {
    /// A pair of this key and value.
    pub fn new(key: &str, value: &str) -> Self {
        let mut new = Self::default();
        new.set_key(key).set_value(value);
        new
    }
}

pub(super) fn rules(source: &Document, found: &mut Violations) {
    // Documented ranges, in percent.
    for (member, most) in [
        ("incomingCostModifier", 500),
        ("outgoingRevenueModifier", 500),
        ("outgoingPostbackProbability", 100),
    ] {
        range(source, member, member, (0, most), found);
    }
    let slots = |source: &Document| source.read_or_null::<Document>(SLOTS).ok().flatten();
    let before = source.saved().as_ref().and_then(slots).unwrap_or_default();
    for (slot, _) in slots(source).unwrap_or_default().members() {
        let is_slot = TrackingSlot::KNOWN.iter().any(|known| known.as_str() == slot);
        if !is_slot && !before.contains(&slot) {
            found.add(SLOTS, quoted(&slot), "`campaign`, `external`, or `c1` to `c20`");
        }
    }
}
