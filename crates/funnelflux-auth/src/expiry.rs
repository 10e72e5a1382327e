//! When a token expires, as JWTs tell it.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::answer::unix_time;

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
    use std::time::{Duration, UNIX_EPOCH};

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
