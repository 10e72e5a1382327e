use std::time::{Duration, SystemTime};

use serde_json::Value;

/// In seconds this is the year 5138, in milliseconds March 1973.
const MOST_SECONDS: i128 = 100_000_000_000;

/// Reads Unix time as token answers, token files and JWTs have it: in seconds (*proven*), or in
/// milliseconds where the number is above 10¹¹; a number, or one in a string. `None` for anything
/// else.
pub(crate) fn unix_time(value: &Value) -> Option<SystemTime> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => of_integer(number.into()),
            None => of_float(number.as_f64()?),
        },
        Value::String(text) => of_text(text),
        _ => None,
    }
}

pub(super) fn of_integer(number: i128) -> Option<SystemTime> {
    let millis = if number > MOST_SECONDS { number } else { number.checked_mul(1000)? };
    let millis = Duration::from_millis(u64::try_from(millis).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(millis)
}

/// Whole seconds are enough; `as` saturates.
pub(super) fn of_float(number: f64) -> Option<SystemTime> {
    number.is_finite().then_some(number as i128).and_then(of_integer)
}

pub(super) fn of_text(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    text.parse().ok().and_then(of_integer).or_else(|| of_float(text.parse().ok()?))
}
