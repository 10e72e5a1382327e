//! Money on the wire, digit by digit.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

use crate::Violations;

/// A decimal as a JSON number, from its own digits: in an `f64`, 0.1 + 0.2 is 0.30000000000000004.
pub(super) struct JsonNumber(pub(super) Decimal);

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(spelled(self.0)).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// Plain digits with the decimals the amount was given with; never an exponent, never `-0`.
pub(super) fn spelled(amount: Decimal) -> String {
    if amount.is_zero() { amount.abs() } else { amount }.to_string()
}

pub(super) fn check(field: &str, amount: Decimal, expected: &str, found: &mut Violations) {
    if amount < Decimal::ZERO {
        found.add(field, amount.to_string(), expected);
    }
}
