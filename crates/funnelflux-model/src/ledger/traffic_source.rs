use super::{
    Model,
    common::{KeyValue, Postback, TrackingField},
    macros::{asset, model},
    rules::range,
    words::{CostType, Status},
};
use crate::{DecodeError, EditError, Violation, reporting::TrackingSlot};

model! {
    /// A traffic source: where visitors are bought.
    ///
    /// Two objects more are documented without a readable name: custom scenario data (deprecated)
    /// and conversion tracking settings of the app. They are kept like everything unknown.
    ///
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
    TrafficSource {
        "idTrafficSource": id(id, id_text, set_id, TrafficSource), Documented, Reference, "its id.";
        "trafficSourceName": text(name, set_name), Documented, Reference, "its name.";
        "costType": word(cost_type, set_cost_type, CostType), Documented, Reference, "how costs are attributed.";
        "defaultCost": text(default_cost, set_default_cost), Documented, Reference, "a decimal or a token, as a string (sibling); may be deprecated.";
        "trackingFieldSlots": raw(tracking_field_slots, set_tracking_field_slots), Inferred, Example, "aliases and placeholders of the tracking fields by slot: `campaign`, `external`, `c1` to `c20`.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
        "incomingCostModifier": number(incoming_cost_modifier, set_incoming_cost_modifier), Documented, Reference, "percent applied to incoming cost, 0 to 500: 50 turns $1 into $0.5.";
        "outgoingRevenueModifier": number(outgoing_revenue_modifier, set_outgoing_revenue_modifier), Documented, Reference, "percent applied to revenue in postbacks, 0 to 500.";
        "outgoingPostbackProbability": number(outgoing_postback_probability, set_outgoing_postback_probability), Documented, Reference, "percent chance that a postback is sent, 0 to 100.";
        "disableZeroRevenuePostbacks": flag(disable_zero_revenue_postbacks, set_disable_zero_revenue_postbacks), Documented, Reference, "whether postbacks of zero revenue are not sent.";
        "trackingFields": parts(tracking_fields, set_tracking_fields, KeyValue), Sibling, SelfHosted, "there in place of `trackingFieldSlots`.";
        "postback": part(postback, set_postback, Postback), Sibling, SelfHosted, "how conversions are reported to it.";
    }
}

model! {
    /// A traffic source as lists return it.
    TrafficSourceInfo {
        "idTrafficSource": id(id, id_text, set_id, TrafficSource), Documented, Reference, "its id.";
        "trafficSourceName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
    }
}

asset!(
    TrafficSource,
    TrafficSourceInfo,
    id = "idTrafficSource",
    name = "trafficSourceName",
    rules = rules
);

const SLOTS: &str = "trackingFieldSlots";

impl TrafficSource {
    /// The alias and placeholder of one tracking field, in `trackingFieldSlots`.
    ///
    /// # Errors
    ///
    /// When the slots are there in another shape than an object of objects.
    pub fn tracking_field(&self, slot: TrackingSlot) -> Result<Option<TrackingField>, DecodeError> {
        match self.0.read_or_null::<crate::Document>(SLOTS)? {
            Some(slots) => slots.read_or_null(&slot.to_string()),
            None => Ok(None),
        }
    }

    /// Sets the alias and placeholder of one tracking field.
    ///
    /// # Errors
    ///
    /// When `trackingFieldSlots` is there and is no object.
    pub fn set_tracking_field(
        &mut self,
        slot: TrackingSlot,
        field: &TrackingField,
    ) -> Result<&mut Self, EditError> {
        self.0.set_at(&[SLOTS, &slot.to_string()], field)?;
        Ok(self)
    }
}

fn rules(source: &TrafficSource, violations: &mut Vec<Violation>) {
    // Documented ranges, in percent.
    for (member, most) in [
        ("incomingCostModifier", 500),
        ("outgoingRevenueModifier", 500),
        ("outgoingPostbackProbability", 100),
    ] {
        range(source.document(), member, member, (0, most), violations);
    }
}
