use super::{
    DestinationOverrides, MiddlewareDestination,
    stored_secret::{HMAC, PASSWORD, StoredSecret},
};
use crate::{EditError, ValidationError};

macro_rules! secrets {
    ($($model:ident)+) => {$(
        impl $model {
            /// `basicAuth.username`. Grade: *documented*, vendor API reference.
            pub fn basic_auth_username(&self) -> Option<String> {
                serde_json::from_str(self.0.pointer("/basicAuth/username")?.get()).ok()
            }

            /// Sets `basicAuth.username`.
            ///
            /// # Errors
            /// When `basicAuth` is present and is not an object.
            pub fn set_basic_auth_username(&mut self, name: &str) -> Result<&mut Self, EditError> {
                self.0.set_at(&["basicAuth", "username"], name)?;
                Ok(self)
            }

            /// `basicAuth.password` with its flag `hasBasicAuthPassword`; `None` if none is stored.
            /// Grade: *documented*, vendor API reference.
            pub fn basic_auth_password(&self) -> Option<StoredSecret> {
                PASSWORD.read(&self.0)
            }

            /// Sets `basicAuth.password` and its flag.
            ///
            /// # Errors
            /// When the secret is blank or the placeholder.
            #[allow(clippy::needless_pass_by_value, reason = "the caller gives the secret away")]
            pub fn set_basic_auth_password(
                &mut self,
                secret: StoredSecret,
            ) -> Result<&mut Self, ValidationError> {
                PASSWORD.write(&mut self.0, &secret)?;
                Ok(self)
            }

            /// `hmacSecret` with its flag `hasHmacSecret`; `None` if none is stored. Grade:
            /// *documented*, vendor API reference.
            pub fn hmac_secret(&self) -> Option<StoredSecret> {
                HMAC.read(&self.0)
            }

            /// Sets `hmacSecret` and its flag.
            ///
            /// # Errors
            /// When the secret is blank or the placeholder.
            #[allow(clippy::needless_pass_by_value, reason = "the caller gives the secret away")]
            pub fn set_hmac_secret(&mut self, secret: StoredSecret) -> Result<&mut Self, ValidationError> {
                HMAC.write(&mut self.0, &secret)?;
                Ok(self)
            }
        }
    )+};
}

secrets!(MiddlewareDestination DestinationOverrides);
