//! When a token expires, as numbers and JWTs tell it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Above this a number can only be milliseconds: in seconds it would be the year 5138.
const MOST_SECONDS: f64 = 1e11;

/// Unix time in seconds or milliseconds, as a number or as text.
pub(crate) fn of_value(value: &Value) -> Option<SystemTime> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let seconds = if number > MOST_SECONDS { number / 1000.0 } else { number };
    UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

/// The `exp` claim of a JWT (RFC 7519 §4.1.4); the signature is the server's business.
pub(crate) fn of_jwt(token: &str) -> Option<SystemTime> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    of_value(claims.get("exp")?)
}

#[cfg(test)]
mod tests {
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
