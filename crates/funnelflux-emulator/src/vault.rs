//! The issued tokens, and the login of the account.

use crate::account::ids::BASE_62;
use crate::options::{ExpiredStatus, Rotation};
use crate::rng::{Rng, hash};
use crate::wire::{Refusal, Result};

/// Documented: at most 100 refresh tokens per user; older ones are revoked.
const MOST_REFRESH_TOKENS: usize = 100;
/// The bound for a client that logs in again and again.
const MOST_ACCESS_TOKENS: usize = 10_000;

const REFRESH_REFUSED: &str = "the refresh token was refused; authorise again";

pub(crate) struct Grant {
    pub(crate) access: Access,
    pub(crate) refresh_token: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) token: String,
    pub(crate) expires_millis: i64,
    pub(crate) revoked: bool,
}

impl Access {
    fn is_good(&self, now: i64) -> bool {
        !self.revoked && now < self.expires_millis
    }
}

pub(crate) struct Vault {
    rng: Rng,
    lifetime_millis: i64,
    rotation: Rotation,
    /// Oldest first.
    pub(crate) access: Vec<Access>,
    /// Oldest first, without revoked ones.
    pub(crate) refresh: Vec<String>,
    pub(crate) refuse_refreshes: bool,
    pub(crate) refreshes: u64,
}

impl Vault {
    pub(crate) fn new(seed: u64, lifetime_millis: i64, rotation: Rotation) -> Self {
        Self {
            rng: Rng::new(hash(&[seed, 0x70CE])),
            lifetime_millis,
            rotation,
            access: Vec::new(),
            refresh: Vec::new(),
            refuse_refreshes: false,
            refreshes: 0,
        }
    }

    /// Issues an access token: `token`, or a new one.
    pub(crate) fn issue_access(&mut self, token: Option<String>, now: i64) -> Access {
        let token = token.unwrap_or_else(|| self.make("emulator-access-"));
        let expires_millis = now.saturating_add(self.lifetime_millis);
        if self.access.len() >= MOST_ACCESS_TOKENS {
            self.access.remove(0);
        }
        let access = Access { token, expires_millis, revoked: false };
        self.access.push(access.clone());
        access
    }

    /// Issues a refresh token: `token`, or a new one.
    pub(crate) fn issue_refresh(&mut self, token: Option<String>) -> String {
        let token = token.unwrap_or_else(|| self.make("emulator-refresh-"));
        if self.refresh.len() >= MOST_REFRESH_TOKENS {
            self.refresh.remove(0);
        }
        self.refresh.push(token.clone());
        token
    }

    fn make(&mut self, prefix: &str) -> String {
        let random = (0..32).map(|_| {
            let at = self.rng.index(BASE_62.len());
            char::from(BASE_62.get(at).copied().unwrap_or(b'0'))
        });
        prefix.chars().chain(random).collect()
    }

    fn find(&self, token: &str) -> Option<&Access> {
        self.access.iter().find(|access| access.token == token)
    }

    pub(crate) fn check(&self, token: &str, now: i64, expired: ExpiredStatus) -> Result<()> {
        let is_expired = "the access token is expired; renew it with the refresh token";
        Err(Refusal::unauthorized(match self.find(token) {
            Some(access) if access.is_good(now) => return Ok(()),
            None => "the access token is not known",
            Some(Access { revoked: true, .. }) => "the access token was revoked",
            Some(_) if expired == ExpiredStatus::Unauthorized => is_expired,
            Some(_) => return Err(Refusal::bad_request(is_expired)),
        }))
    }

    /// Validates a token. Documented: a valid token is answered with its details, an expired one is
    /// renewed by the refresh token, and refused without one.
    pub(crate) fn validate(
        &mut self,
        bearer: &str,
        refresh: Option<&str>,
        now: i64,
    ) -> Result<Grant> {
        let refresh_token = refresh.map(str::to_owned);
        let Some(access) = self.find(bearer) else {
            return Err(Refusal::unauthorized("the access token is not one of this account"));
        };
        if access.is_good(now) {
            return Ok(Grant { access: access.clone(), refresh_token });
        }
        let missing = "the access token is no longer valid, and the request has no `refresh_token` to \
                       renew it";
        let refresh = refresh_token.ok_or_else(|| Refusal::unauthorized(missing))?;
        let known = self.refresh.iter().position(|living| *living == refresh);
        let Some(place) = known.filter(|_| !self.refuse_refreshes) else {
            return Err(Refusal::unauthorized(REFRESH_REFUSED));
        };
        let refresh_token = match self.rotation {
            Rotation::Keep => refresh,
            Rotation::Rotate => {
                self.refresh.remove(place);
                self.issue_refresh(None)
            }
        };
        self.refreshes += 1;
        Ok(Grant { access: self.issue_access(None, now), refresh_token: Some(refresh_token) })
    }

    pub(crate) fn expire_access(&mut self, now: i64) {
        for access in &mut self.access {
            access.expires_millis = access.expires_millis.min(now);
        }
    }
}

/// Whether one of the texts is the name of a login and another one its password.
pub(crate) fn is_login((name, password): &(String, String), texts: &[&str]) -> bool {
    let at = texts.iter().position(|text| text == name);
    at.is_some_and(|at| {
        texts.iter().enumerate().any(|(other, text)| other != at && text == password)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn vault(rotation: Rotation) -> (Vault, String, String) {
        let mut vault = Vault::new(1, 72 * HOUR, rotation);
        let access = vault.issue_access(None, 0).token;
        let refresh = vault.issue_refresh(None);
        (vault, access, refresh)
    }

    #[test]
    fn a_token_is_good_for_72_hours_and_not_a_millisecond_longer() {
        let (vault, access, _) = vault(Rotation::Keep);
        let check = |token: &str, now| {
            let refused = vault.check(token, now, ExpiredStatus::BadRequest).err();
            refused.map(|refusal| refusal.status.as_u16())
        };
        assert_eq!(check(&access, 72 * HOUR - 1), None);
        assert_eq!(check(&access, 72 * HOUR), Some(400));
        assert_eq!(check("another", 0), Some(401));
    }

    #[test]
    fn rotation_revokes_the_presented_token() {
        let (mut vault, access, refresh) = vault(Rotation::Rotate);
        let late = 100 * HOUR;
        let first = vault.validate(&access, Some(&refresh), late).unwrap();
        assert_ne!(first.refresh_token.as_deref(), Some(refresh.as_str()));
        let refused = vault.validate(&access, Some(&refresh), late);
        assert_eq!(refused.err(), Some(Refusal::unauthorized(REFRESH_REFUSED)));
        assert!(vault.validate(&access, first.refresh_token.as_deref(), late).is_ok());
        assert_eq!(vault.refreshes, 2);
    }

    #[test]
    fn the_hundred_and_first_refresh_token_revokes_the_first() {
        let (mut vault, access, first) = vault(Rotation::Keep);
        for _ in 0..99 {
            vault.issue_refresh(None);
        }
        assert!(vault.validate(&access, Some(&first), 100 * HOUR).is_ok());
        vault.issue_refresh(None);
        let refused = vault.validate(&access, Some(&first), 100 * HOUR);
        assert_eq!(refused.err(), Some(Refusal::unauthorized(REFRESH_REFUSED)));
    }

    #[test]
    fn the_login_and_the_password_stand_in_two_members() {
        let login = |name: &str, password: &str| (name.to_owned(), password.to_owned());
        assert!(is_login(&login("me", "hush"), &["hush", "x", "me"]));
        for texts in [&["me"][..], &["hush"], &["me", "me"], &["me", "Hush"], &["me hush"], &[]] {
            assert!(!is_login(&login("me", "hush"), texts), "{texts:?}");
        }
        let same = login("me", "me");
        assert!(is_login(&same, &["me", "me"]) && !is_login(&same, &["me"]));
    }
}
