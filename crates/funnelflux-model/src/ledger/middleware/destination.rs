use super::secret::{HMAC, PASSWORD, Secret};
use crate::{
    EditError, ValidationError,
    ledger::{macros::model, words::MiddlewareMethod},
};

model! {
    /// Where a middleware config sends its requests, and how it proves who it is.
    ///
    /// Values of headers are not masked by the server (documented) and may be secrets: like every
    /// value, they are never in `Debug`.
    MiddlewareDestination {
        "type": text(destination_type, set_destination_type), Inferred, Guess, "its type; lists call it `destinationType` (documented).";
        "method": word(method, set_method, MiddlewareMethod), Inferred, Guess, "the method; lists call it `destinationMethod` (documented).";
        "url": text(url, set_url), Inferred, Guess, "the address.";
        "headers": raw(headers, set_headers), Documented, Reference, "custom headers. Their shape is unknown.";
        "basicAuth": by_hand(BasicAuth), Documented, Reference, "`username` and `password`, a secret.";
        "hmacSecret": by_hand(string), Documented, Reference, "what requests are signed with, a secret.";
        "hasBasicAuthPassword": flag(has_basic_auth_password, set_has_basic_auth_password), Documented, Reference, "whether a password is stored.";
        "hasHmacSecret": flag(has_hmac_secret, set_has_hmac_secret), Documented, Reference, "whether an HMAC secret is stored.";
        "timeoutMs": integer(timeout_ms, set_timeout_ms), Documented, Changelog, "milliseconds, 1 to 10000, 5000 unless set. The reference places it on the config.";
    }
}

model! {
    /// What a funnel's node changes of the destination of its middleware config. It cannot change
    /// address, method or type (documented).
    DestinationOverrides {
        "headers": raw(headers, set_headers), Documented, Reference, "custom headers. Their shape is unknown.";
        "basicAuth": by_hand(BasicAuth), Documented, Reference, "`username` and `password`, a secret.";
        "hmacSecret": by_hand(string), Documented, Reference, "what requests are signed with, a secret.";
        "hasBasicAuthPassword": flag(has_basic_auth_password, set_has_basic_auth_password), Documented, Reference, "whether a password is stored.";
        "hasHmacSecret": flag(has_hmac_secret, set_has_hmac_secret), Documented, Reference, "whether an HMAC secret is stored.";
    }
}

macro_rules! secrets {
    ($($model:ident)+) => {$(
        impl $model {
            /// `basicAuth.username`. Grade: *documented*, vendor API reference.
            #[must_use]
            pub fn basic_auth_username(&self) -> Option<String> {
                serde_json::from_str(self.0.pointer("/basicAuth/username")?.get()).ok()
            }

            /// Sets `basicAuth.username`.
            ///
            /// # Errors
            ///
            /// When `basicAuth` is there and is no object.
            pub fn set_basic_auth_username(
                &mut self,
                username: &str,
            ) -> Result<&mut Self, EditError> {
                self.0.set_at(&["basicAuth", "username"], username)?;
                Ok(self)
            }

            /// `basicAuth.password` with its flag `hasBasicAuthPassword`; `None` if none is stored.
            /// Grade: *documented*, vendor API reference.
            #[must_use]
            pub fn basic_auth_password(&self) -> Option<Secret> {
                PASSWORD.read(&self.0)
            }

            /// Sets `basicAuth.password` and its flag.
            ///
            /// # Errors
            ///
            /// When the secret is blank or the placeholder.
            #[allow(clippy::needless_pass_by_value, reason = "a secret is handed over")]
            pub fn set_basic_auth_password(
                &mut self,
                secret: Secret,
            ) -> Result<&mut Self, ValidationError> {
                PASSWORD.write(&mut self.0, &secret)?;
                Ok(self)
            }

            /// `hmacSecret` with its flag `hasHmacSecret`; `None` if none is stored. Grade:
            /// *documented*, vendor API reference.
            #[must_use]
            pub fn hmac_secret(&self) -> Option<Secret> {
                HMAC.read(&self.0)
            }

            /// Sets `hmacSecret` and its flag.
            ///
            /// # Errors
            ///
            /// When the secret is blank or the placeholder.
            #[allow(clippy::needless_pass_by_value, reason = "a secret is handed over")]
            pub fn set_hmac_secret(&mut self, secret: Secret) -> Result<&mut Self, ValidationError> {
                HMAC.write(&mut self.0, &secret)?;
                Ok(self)
            }
        }
    )+};
}

secrets!(MiddlewareDestination DestinationOverrides);
