//! Objects that several assets hold.

use super::macros::model;
use super::words::PostbackType;

model! {
    /// The alias and placeholder of one tracking field of a traffic source.
    TrackingField {
        "name": text(name, set_name), Documented, Reference, "the alias that links carry.";
        "value": text(value, set_value), Documented, Reference, "the traffic source's own placeholder.";
        "previousName": text(previous_name, set_previous_name), Documented, Reference, "the alias before the last change.";
        "status": text(status, set_status), Documented, Reference, "its state.";
    }
}

model! {
    /// A key and a value, in lists that keep their order.
    KeyValue {
        "key": text(key, set_key), Sibling, SelfHosted, "the key.";
        "value": text(value, set_value), Sibling, SelfHosted, "the value.";
    }
}

impl KeyValue {
    /// A pair.
    #[must_use]
    pub fn new(key: &str, value: &str) -> Self {
        let mut new = Self::default();
        new.set_key(key).set_value(value);
        new
    }
}

model! {
    /// How one traffic source is told of conversions.
    Postback {
        "idTrafficSource": link(traffic_source_id, traffic_source_id_text, set_traffic_source_id, TrafficSource), Sibling, SelfHosted, "the traffic source.";
        "postbackType": word(postback_type, set_postback_type, PostbackType), Sibling, SelfHosted, "how it is told.";
        "postbackCode": text(code, set_code), Sibling, SelfHosted, "the URL or the code.";
    }
}
