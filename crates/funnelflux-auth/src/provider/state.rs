//! The state of the provider: its tokens, and how long each fact about them holds.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use funnelflux_transport::{AccessToken, Error, Outcome};

use super::Flight;
use crate::tokens::Tokens;

/// How long before its expiry a token is refreshed: longer than any call takes (3 minutes).
const EARLY: Duration = Duration::from_secs(5 * 60);
/// Spread over this much more, so that many processes do not come at the same second.
const EARLY_SPREAD: Duration = Duration::from_secs(5 * 60);
/// After a refresh that brought nothing fresh the token at hand serves this long before the next.
const PAUSE: Duration = Duration::from_secs(60);
/// How long the issuer's word for a token stands against a server that turns it down: an endpoint that
/// answers 401 to every token costs one refresh in this time, not one a call.
const CONFIRMED: Duration = Duration::from_secs(2 * 60);
/// How long a refused grant is not presented again. The refusal may have been a challenge of a proxy, and
/// an account can be reinstated.
const REFUSED: Duration = Duration::from_secs(10 * 60);
/// How long a grant whose answer was lost is not presented again, for it may have been rotated: longer than
/// the retries of one call wait (0.15 s), shorter than a person waits to try by hand.
pub(super) const LOST: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct State {
    pub(super) current: Option<Current>,
    pub(super) flight: Option<Flight>,
    /// The store's last known content. Only what differs is news: a read-only store keeps used-up tokens.
    pub(super) seen: Option<Tokens>,
    failed: Option<Failure>,
    /// No early refresh before this, because the last one brought nothing fresh.
    pause_until: Option<SystemTime>,
}

/// A renewal that failed. Until the time is up, the next one gets the same error.
struct Failure {
    tokens: Tokens,
    why: Arc<Error>,
    until: Option<SystemTime>,
}

pub(super) struct Current {
    pub(super) tokens: Tokens,
    pub(super) access: AccessToken,
    refresh_from: Option<SystemTime>,
    rejected: bool,
    /// From here on the rejected token serves again, because no other could be had: it may have been one
    /// endpoint that said no.
    forgiven_from: Option<SystemTime>,
    /// The server answered 400, which may be how it turns down a token whose expiry is unknown.
    pub(super) doubted: bool,
    confirmed_until: Option<SystemTime>,
}

fn holds(until: Option<SystemTime>, now: SystemTime) -> bool {
    until.is_some_and(|until| now < until)
}

impl State {
    /// The token that can be sent without a refresh.
    pub(super) fn usable(&self, now: SystemTime) -> Option<AccessToken> {
        let current = self.current.as_ref().filter(|c| !c.is_turned_down(now))?;
        // To a clock that is ahead every token has expired, so the issuer's confirmation counts.
        let paused = self.is_paused(now) && (current.is_valid_at(now) || current.is_confirmed(now));
        (paused || current.is_fresh_at(now)).then(|| current.access.clone())
    }

    /// The token that still serves while another one is on its way.
    pub(super) fn at_hand(&self, now: SystemTime) -> Option<AccessToken> {
        let current = self.current.as_ref()?;
        let good = current.is_valid_at(now) && !current.is_turned_down(now);
        good.then(|| current.access.clone())
    }

    pub(super) fn is_paused(&self, now: SystemTime) -> bool {
        holds(self.pause_until, now)
    }

    pub(super) fn adopt(&mut self, mut next: Current, now: SystemTime) -> Option<AccessToken> {
        if let Some(old) = self.current.take().filter(|old| old.access.is_same_as(&next.access)) {
            let Current { tokens, access, refresh_from, .. } = next;
            next = Current { tokens, access, refresh_from, ..old };
        }
        let usable = next.is_fresh_at(now).then(|| next.access.clone());
        self.current = Some(next);
        self.pause_until = None;
        usable
    }

    pub(super) fn keep(&mut self, mut new: Current, now: SystemTime) {
        new.confirmed_until = now.checked_add(CONFIRMED);
        // A bearer that is still valid comes back as it is (documented), and is due again at once.
        self.pause_until = if new.is_fresh_at(now) { None } else { now.checked_add(PAUSE) };
        self.current = Some(new);
        self.failed = None;
    }

    pub(super) fn reinstate(&mut self, now: SystemTime) -> Option<AccessToken> {
        let current = self.current.as_mut().filter(|c| c.doubted && c.is_confirmed(now))?;
        current.doubted = false;
        Some(current.access.clone())
    }

    /// The token at hand while it is still good, after a refresh that failed.
    pub(super) fn fall_back(&mut self, now: SystemTime) -> Option<AccessToken> {
        self.pause_until = now.checked_add(PAUSE);
        let current = self.current.as_mut().filter(|c| c.is_valid_at(now))?;
        current.doubted = false;
        if current.is_turned_down(now) {
            current.forgiven_from = current.forgiven_from.or(now.checked_add(PAUSE));
            return None;
        }
        Some(current.access.clone())
    }

    pub(super) fn remember_failure(&mut self, tokens: Tokens, why: &Error, now: SystemTime) {
        let pause = if why.needs_authorisation() {
            REFUSED
        } else if may_have_rotated(why) {
            LOST
        } else {
            return;
        };
        let until = now.checked_add(pause);
        self.failed = Some(Failure { tokens, why: Arc::new(why.duplicate()), until });
    }

    /// The recent failure of these tokens: they need not be presented again yet.
    pub(super) fn failure_of(&self, tokens: &Tokens, now: SystemTime) -> Option<Error> {
        let failure = self.failed.as_ref()?;
        (failure.tokens == *tokens && holds(failure.until, now)).then(|| failure.why.duplicate())
    }
}

/// Whether a failed renewal may have used up the refresh token. An issuer of the user's own that fails
/// locally does not say what it did before; a client does.
pub(super) fn may_have_rotated(error: &Error) -> bool {
    error.is_local() && error.operation().is_none()
        || matches!(error.outcome(), Outcome::Unknown | Outcome::Done)
}

impl Current {
    pub(super) fn new(tokens: Tokens) -> Result<Self, Error> {
        let access = AccessToken::new(tokens.access_token.clone(), tokens.expires_at)?;
        let can_refresh = tokens.refresh_token.is_some();
        let refresh_from = tokens.expires_at.map(|at| {
            // Without a refresh token there is nothing to do early.
            let early = if can_refresh { EARLY + spread(&tokens) } else { Duration::ZERO };
            at.checked_sub(early).unwrap_or(at)
        });
        Ok(Self {
            tokens,
            access,
            refresh_from,
            rejected: false,
            forgiven_from: None,
            doubted: false,
            confirmed_until: None,
        })
    }

    pub(super) fn reject(&mut self, now: SystemTime) {
        // The issuer has just confirmed it, so the only hope is another token in the store.
        if self.is_confirmed(now) {
            self.doubted = true;
        } else {
            self.rejected = true;
            self.forgiven_from = None;
        }
    }

    /// Whether to look for another token before this one is sent again.
    fn is_turned_down(&self, now: SystemTime) -> bool {
        let forgiven = self.forgiven_from.is_some_and(|from| from <= now);
        self.doubted || (self.rejected && !forgiven)
    }

    pub(super) fn is_confirmed(&self, now: SystemTime) -> bool {
        holds(self.confirmed_until, now)
    }

    fn is_valid_at(&self, now: SystemTime) -> bool {
        !self.access.is_expired_at(now)
    }

    fn is_fresh_at(&self, now: SystemTime) -> bool {
        !self.is_turned_down(now) && self.refresh_from.is_none_or(|from| now < from)
    }
}

/// A share of the spread that differs from process to process.
fn spread(tokens: &Tokens) -> Duration {
    let dice = RandomState::new().hash_one(tokens.expires_at);
    EARLY_SPREAD.mul_f64((dice % 1000) as f64 / 1000.0)
}
