//! When a token expires, as answers, files and JWTs tell it.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// In seconds this is the year 5138, in milliseconds March 1973.
const MOST_SECONDS: i128 = 100_000_000_000;

/// Unix time as token answers, token files and JWTs have it: in seconds (*proven*), or in milliseconds
/// where the number is above 10¹¹; a number, or one in a string.
pub(crate) fn unix_time(value: &Value) -> Option<SystemTime> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    // Whole seconds are enough; `as` saturates.
    let whole = |number: f64| number.is_finite().then_some(number as i128);
    let number = text.parse::<i128>().ok().or_else(|| whole(text.parse().ok()?))?;
    let millis = if number > MOST_SECONDS { number } else { number.checked_mul(1000)? };
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(millis).ok()?))
}

/// The `exp` claim of a JWT (RFC 7519 §4.1.4); the signature is the server's business.
pub(crate) fn of_jwt(token: &str) -> Option<SystemTime> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    unix_time(claims.get("exp")?)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_jwt_tells_its_expiry_and_other_tokens_do_not() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"u","exp":1767225600}"#);
        let at = Some(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
        assert_eq!(of_jwt(&format!("e30.{claims}.c2ln")), at);
        assert_eq!(of_jwt("opaque-token"), None);
        assert_eq!(of_jwt("a.b.c"), None);
    }
}
