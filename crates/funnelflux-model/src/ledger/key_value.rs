use super::KeyValue;

impl KeyValue {
    /// A pair of this key and value.
    pub fn new(key: &str, value: &str) -> Self {
        let mut new = Self::default();
        new.set_key(key).set_value(value);
        new
    }
}
