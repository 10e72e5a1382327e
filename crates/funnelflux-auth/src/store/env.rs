//! Tokens from the environment, for CI and containers.

use async_trait::async_trait;
use funnelflux_transport::Error;

use super::TokenStore;
use crate::tokens::Tokens;

const ACCESS: &str = "FUNNELFLUX_ACCESS_TOKEN";
const REFRESH: &str = "FUNNELFLUX_REFRESH_TOKEN";

/// Reads `FUNNELFLUX_ACCESS_TOKEN` and, if it is set, `FUNNELFLUX_REFRESH_TOKEN` once, and never writes: a
/// refreshed token serves this process only.
#[derive(Debug)]
pub struct EnvStore(Option<Tokens>);

impl EnvStore {
    /// What the environment holds now.
    ///
    /// # Errors
    /// When a variable is not text. Its value is not shown.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::of(variable(ACCESS)?, variable(REFRESH)?))
    }

    fn of(access: Option<String>, refresh: Option<String>) -> Self {
        let refresh = refresh.unwrap_or_default();
        Self(access.map(|access| Tokens::new(access).with_refresh_token(refresh)))
    }

    /// Whether there is an access token.
    pub fn is_set(&self) -> bool {
        self.0.is_some()
    }
}

fn variable(name: &str) -> Result<Option<String>, Error> {
    let wrong = |why| Error::invalid_request(format!("{name}: {why} (the value is not shown)"));
    match std::env::var(name).as_deref().map(str::trim) {
        Ok("") | Err(std::env::VarError::NotPresent) => Ok(None),
        Ok(value) if !is_token(value) => Err(wrong(
            "has spaces, quotes or other characters that no token has; expected the token alone, \
             without `Bearer`, quotes or JSON",
        )),
        Ok(value) => Ok(Some(value.to_owned())),
        Err(std::env::VarError::NotUnicode(_)) => Err(wrong("is not text")),
    }
}

/// Whether a text can be a token. Quotes, brackets and the signs of a variable (`${TOKEN}`) are in none.
fn is_token(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/|:!@#*^".contains(c);
    text.trim_end_matches('=').chars().all(is_part)
}

#[async_trait]
impl TokenStore for EnvStore {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        Ok(self.0.clone())
    }

    async fn save(&self, _: &Tokens) -> Result<(), Error> {
        Err(read_only())
    }

    async fn clear(&self) -> Result<(), Error> {
        Err(read_only())
    }

    fn is_read_only(&self) -> bool {
        true
    }
}

fn read_only() -> Error {
    Error::local(format!(
        "the tokens come from {ACCESS} and {REFRESH}: change the environment instead"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_is_enough_and_without_one_there_is_nothing() {
        assert!(EnvStore::of(Some("a".into()), None).is_set());
        assert!(!EnvStore::of(None, Some("r".into())).is_set());
    }
}
