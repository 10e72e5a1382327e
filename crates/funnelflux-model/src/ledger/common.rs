use super::{CategoryInfo, KeyValue};

/// A category of traffic sources, as the older path `trafficsource/category/list` (proven) returns
/// it. With `includeChilds=true` it holds its traffic sources, in an unknown shape.
pub type TrafficSourceCategory = CategoryInfo;

impl KeyValue {
    /// A pair of this key and value.
    #[must_use]
    pub fn new(key: &str, value: &str) -> Self {
        let mut new = Self::default();
        new.set_key(key).set_value(value);
        new
    }
}
