//! The issued tokens, and the login of the account.

use std::fmt;

use http::StatusCode;

use crate::lock::Lock;
use crate::options::{ExpiredStatus, Rotation};
use crate::rng::{Rng, hash};
use crate::wire::refusal::Refusal;

/// Documented: at most 100 refresh tokens per user; older ones are revoked.
const MOST_REFRESH_TOKENS: usize = 100;
/// The bound for a client that logs in again and again.
const MOST_ACCESS_TOKENS: usize = 10_000;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The state of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Good,
    Expired,
    Revoked,
    Unknown,
}

const UNKNOWN_BEARER: &str = "the access token is not one of this account";
const NO_REFRESH_TOKEN: &str =
    "the access token is no longer valid, and the request has no `refresh_token` to renew it";
const REFRESH_REFUSED: &str = "the refresh token was refused; authorise again";

/// The tokens in an answer. Its `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_millis: i64,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("expires_millis", &self.expires_millis)
            .finish_non_exhaustive()
    }
}

struct Access {
    token: String,
    expires_millis: i64,
    revoked: bool,
}

struct Inner {
    rng: Rng,
    /// Oldest first.
    access: Vec<Access>,
    /// Oldest first, without revoked ones.
    refresh: Vec<String>,
    refuse: bool,
    refreshes: u64,
}

/// All tokens of the account. Its `Debug` shows none.
pub(crate) struct Vault {
    lifetime_millis: i64,
    rotation: Rotation,
    inner: Lock<Inner>,
}

impl Vault {
    pub(crate) fn new(seed: u64, lifetime_millis: i64, rotation: Rotation) -> Self {
        let inner = Inner {
            rng: Rng::new(hash(&[seed, 0x70CE])),
            access: Vec::new(),
            refresh: Vec::new(),
            refuse: false,
            refreshes: 0,
        };
        Self { lifetime_millis, rotation, inner: Lock::new(inner) }
    }

    /// Issues an access token: `token`, or a new one.
    pub(crate) fn issue_access(&self, token: Option<String>, now: i64) -> String {
        let expires_millis = now.saturating_add(self.lifetime_millis);
        self.inner.lock().issue_access(token, expires_millis)
    }

    /// Issues a refresh token: `token`, or a new one.
    pub(crate) fn issue_refresh(&self, token: Option<String>) -> String {
        self.inner.lock().issue_refresh(token)
    }

    /// Issues both tokens, after a login.
    pub(crate) fn grant(&self, now: i64) -> Grant {
        let mut inner = self.inner.lock();
        let expires_millis = now.saturating_add(self.lifetime_millis);
        let refresh_token = Some(inner.issue_refresh(None));
        Grant {
            access_token: inner.issue_access(None, expires_millis),
            refresh_token,
            expires_millis,
        }
    }

    pub(crate) fn newest_access(&self) -> String {
        self.inner.lock().access.last().map(|access| access.token.clone()).unwrap_or_default()
    }

    pub(crate) fn newest_refresh(&self) -> String {
        self.inner.lock().refresh.last().cloned().unwrap_or_default()
    }

    fn standing(&self, token: &str, now: i64) -> Standing {
        self.inner.lock().standing(token, now).0
    }

    /// Refuses a token that may not make a call.
    pub(crate) fn check(
        &self,
        token: &str,
        now: i64,
        expired: ExpiredStatus,
    ) -> Result<(), Refusal> {
        let (status, why) = match (self.standing(token, now), expired) {
            (Standing::Good, _) => return Ok(()),
            (Standing::Revoked, _) => (StatusCode::UNAUTHORIZED, "the access token was revoked"),
            (Standing::Unknown, _) => (StatusCode::UNAUTHORIZED, "the access token is not known"),
            (Standing::Expired, expired) => (
                match expired {
                    ExpiredStatus::Unauthorized => StatusCode::UNAUTHORIZED,
                    ExpiredStatus::BadRequest => StatusCode::BAD_REQUEST,
                },
                "the access token is expired; renew it with the refresh token",
            ),
        };
        Err(Refusal::new(status, why))
    }

    /// Validates a token. Documented: a valid token is answered with its details, an expired one is
    /// renewed by the refresh token, and refused without one.
    pub(crate) fn validate(
        &self,
        bearer: &str,
        refresh: Option<&str>,
        now: i64,
    ) -> Result<Grant, Refusal> {
        let mut inner = self.inner.lock();
        match inner.standing(bearer, now) {
            (Standing::Unknown, _) => return Err(Refusal::unauthorized(UNKNOWN_BEARER)),
            (Standing::Good, expires_millis) => {
                return Ok(Grant {
                    access_token: bearer.to_owned(),
                    refresh_token: refresh.map(str::to_owned),
                    expires_millis,
                });
            }
            (Standing::Expired | Standing::Revoked, _) => {}
        }
        let refresh = refresh.ok_or_else(|| Refusal::unauthorized(NO_REFRESH_TOKEN))?;
        let known = inner.refresh.iter().position(|living| living == refresh);
        let Some(place) = known.filter(|_| !inner.refuse) else {
            return Err(Refusal::unauthorized(REFRESH_REFUSED));
        };
        let refresh_token = match self.rotation {
            Rotation::Keep => refresh.to_owned(),
            Rotation::Rotate => {
                inner.refresh.remove(place);
                inner.issue_refresh(None)
            }
        };
        let expires_millis = now.saturating_add(self.lifetime_millis);
        let access_token = inner.issue_access(None, expires_millis);
        inner.refreshes += 1;
        Ok(Grant { access_token, refresh_token: Some(refresh_token), expires_millis })
    }

    pub(crate) fn refreshes(&self) -> u64 {
        self.inner.lock().refreshes
    }

    pub(crate) fn refuse_refreshes(&self, refuse: bool) {
        self.inner.lock().refuse = refuse;
    }

    pub(crate) fn revoke_refresh(&self) {
        self.inner.lock().refresh.clear();
    }

    pub(crate) fn revoke_access(&self) {
        self.inner.lock().access.iter_mut().for_each(|access| access.revoked = true);
    }

    pub(crate) fn expire_access(&self, now: i64) {
        for access in &mut self.inner.lock().access {
            access.expires_millis = access.expires_millis.min(now);
        }
    }
}

impl Inner {
    fn standing(&self, token: &str, now: i64) -> (Standing, i64) {
        let Some(access) = self.access.iter().find(|access| access.token == token) else {
            return (Standing::Unknown, 0);
        };
        let standing = if access.revoked {
            Standing::Revoked
        } else if now >= access.expires_millis {
            Standing::Expired
        } else {
            Standing::Good
        };
        (standing, access.expires_millis)
    }

    fn issue_access(&mut self, token: Option<String>, expires_millis: i64) -> String {
        let token = token.unwrap_or_else(|| self.make("emulator-access-"));
        if self.access.len() >= MOST_ACCESS_TOKENS {
            self.access.remove(0);
        }
        self.access.push(Access { token: token.clone(), expires_millis, revoked: false });
        token
    }

    fn issue_refresh(&mut self, token: Option<String>) -> String {
        let token = token.unwrap_or_else(|| self.make("emulator-refresh-"));
        if self.refresh.len() >= MOST_REFRESH_TOKENS {
            self.refresh.remove(0);
        }
        self.refresh.push(token.clone());
        token
    }

    fn make(&mut self, prefix: &str) -> String {
        let random = (0..32).map(|_| {
            let at = self.rng.index(LETTERS.len());
            char::from(LETTERS.get(at).copied().unwrap_or(b'0'))
        });
        prefix.chars().chain(random).collect()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.lock();
        f.debug_struct("Vault")
            .field("access_tokens", &inner.access.len())
            .field("refresh_tokens", &inner.refresh.len())
            .field("refreshes", &inner.refreshes)
            .finish_non_exhaustive()
    }
}

/// The account's login and password. Its `Debug` shows neither.
pub(crate) struct Login {
    name: String,
    password: String,
}

impl Login {
    /// `None` where one of them is empty.
    pub(crate) fn new(name: String, password: String) -> Option<Self> {
        (!name.is_empty() && !password.is_empty()).then_some(Self { name, password })
    }

    /// Whether one of the texts is the login and another one the password.
    pub(crate) fn is_among(&self, texts: &[&str]) -> bool {
        let at = |wanted: &str, not: Option<usize>| {
            texts.iter().enumerate().position(|(at, text)| *text == wanted && Some(at) != not)
        };
        let name = at(&self.name, None);
        name.is_some() && at(&self.password, name).is_some()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn vault(rotation: Rotation) -> (Vault, String, String) {
        let vault = Vault::new(1, 72 * HOUR, rotation);
        let access = vault.issue_access(None, 0);
        let refresh = vault.issue_refresh(None);
        (vault, access, refresh)
    }

    #[test]
    fn a_token_is_good_for_72_hours_and_not_a_millisecond_longer() {
        let (vault, access, _) = vault(Rotation::Keep);
        assert_eq!(vault.standing(&access, 72 * HOUR - 1), Standing::Good);
        assert_eq!(vault.standing(&access, 72 * HOUR), Standing::Expired);
        assert_eq!(vault.standing("another", 0), Standing::Unknown);
    }

    #[test]
    fn rotation_revokes_the_presented_token() {
        let (vault, access, refresh) = vault(Rotation::Rotate);
        let late = 100 * HOUR;
        let first = vault.validate(&access, Some(&refresh), late).unwrap();
        assert_ne!(first.refresh_token.as_deref(), Some(refresh.as_str()));
        let refused = vault.validate(&access, Some(&refresh), late);
        assert_eq!(refused, Err(Refusal::unauthorized(REFRESH_REFUSED)));
        assert!(vault.validate(&access, first.refresh_token.as_deref(), late).is_ok());
        assert_eq!(vault.refreshes(), 2);
    }

    #[test]
    fn the_hundred_and_first_refresh_token_revokes_the_first() {
        let (vault, access, first) = vault(Rotation::Keep);
        for _ in 0..99 {
            vault.issue_refresh(None);
        }
        assert!(vault.validate(&access, Some(&first), 100 * HOUR).is_ok());
        vault.issue_refresh(None);
        let refused = vault.validate(&access, Some(&first), 100 * HOUR);
        assert_eq!(refused, Err(Refusal::unauthorized(REFRESH_REFUSED)));
    }

    #[test]
    fn debug_shows_no_token() {
        let (vault, access, refresh) = vault(Rotation::Keep);
        let grant = vault.validate(&access, Some(&refresh), 0).unwrap();
        let shown = format!("{vault:?} {grant:?}");
        assert!(!shown.contains("emulator-access") && !shown.contains("emulator-refresh"));
    }

    #[test]
    fn the_login_and_the_password_stand_in_two_members() {
        let login = Login::new("me".to_owned(), "hush".to_owned()).unwrap();
        assert!(login.is_among(&["hush", "x", "me"]));
        for texts in [&["me"][..], &["hush"], &["me", "me"], &["me", "Hush"], &["me hush"], &[]] {
            assert!(!login.is_among(texts), "{texts:?}");
        }
        let same = Login::new("me".to_owned(), "me".to_owned()).unwrap();
        assert!(same.is_among(&["me", "me"]) && !same.is_among(&["me"]));
        assert!(Login::new(String::new(), "hush".to_owned()).is_none());
        assert!(!format!("{login:?}").contains("hush"));
    }
}
