//! What a journal holds: runs, and the steps of each.

use std::collections::BTreeMap;
use std::time::SystemTime;

use funnelflux_transport::{Error, Outcome};
use sha2::{Digest as _, Sha256};

/// The number of a run in its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// The number of a step in its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub(crate) i64);

funnelflux_contract::formats! { Display for RunId, |it, f| it.0.fmt(f) }

funnelflux_contract::words! {
    /// How far a step is.
    #[derive(PartialOrd, Ord)]
    pub enum State, "The word for it, as it is stored." {
        /// Not sent, or turned away before it had an effect.
        Ready = "ready",
        /// Sent, or about to be. After a crash this becomes [`Ambiguous`](Self::Ambiguous).
        Sending = "sending",
        /// The server said yes. An update is queued at this point.
        Accepted = "accepted",
        /// The server said no.
        Refused = "refused",
        /// Sent, and the answer is unknown.
        Ambiguous = "ambiguous",
        /// A later read showed the effect.
        Confirmed = "confirmed",
        /// A later read showed something else than what was sent.
        Different = "different",
        /// A later read showed nothing that it could change, such as a cost of no visits.
        Unmatched = "unmatched",
    }
}

impl State {
    /// The state after a call with this result.
    pub fn after<T>(result: &Result<T, Error>) -> Self {
        match result.as_ref().map_err(Error::outcome) {
            Ok(_) | Err(Outcome::Done) => Self::Accepted,
            Err(Outcome::NotDone { .. }) => Self::Ready,
            Err(Outcome::Refused) => Self::Refused,
            // Also an outcome that is new to this crate.
            Err(_) => Self::Ambiguous,
        }
    }

    /// Whether the server may have acted on the step.
    #[must_use]
    pub const fn was_sent(self) -> bool {
        !matches!(self, Self::Ready | Self::Refused)
    }

    /// Whether nothing but a read of the server says what the step did. It must not be sent again.
    #[must_use]
    pub const fn is_unsettled(self) -> bool {
        matches!(self, Self::Sending | Self::Ambiguous)
    }

    /// The states that may come before this one.
    pub(crate) const fn before(self) -> &'static [Self] {
        match self {
            Self::Sending => &[Self::Ready],
            Self::Accepted | Self::Refused | Self::Ambiguous => &[Self::Sending],
            // Turned away; or a read showed that the server has nothing of it. What was confirmed is
            // `Different` first.
            Self::Ready => &[
                Self::Ready,
                Self::Sending,
                Self::Accepted,
                Self::Refused,
                Self::Ambiguous,
                Self::Different,
            ],
            // A queue may be slow, and a person may change the value afterwards: the last read counts. What
            // was never sent may be there all the same.
            Self::Confirmed => &Self::ALL,
            Self::Different | Self::Unmatched => &[
                Self::Accepted,
                Self::Ambiguous,
                Self::Confirmed,
                Self::Different,
                Self::Unmatched,
            ],
        }
    }
}

/// A step before it is written down. `Debug` shows no payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    pub(crate) key: String,
    pub(crate) digest: String,
    pub(crate) payload: String,
}

impl Draft {
    /// A step that writes `payload` to what `key` names: two steps with one key overwrite each other. The
    /// payload is kept as it is, so it must not hold secrets.
    pub fn new(key: impl Into<String>, payload: impl Into<String>) -> Self {
        let payload = payload.into();
        Self { key: key.into(), digest: digest(&payload), payload }
    }

    funnelflux_contract::setters! {
        /// Replaces the digest, where the payload is not the whole of what is sent.
        fn with_digest(digest: impl Into<String>) => digest = digest.into();
    }

    /// The digest of what is sent.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

funnelflux_contract::shows! { Draft, |it| digest: it.digest }

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn digest(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// One write of a run. `Debug` shows neither key nor payload, which may name a visitor's hit.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// The run that it belongs to.
    pub run: RunId,
    /// Its place among the steps of the run, from 0.
    pub position: u64,
    /// What it writes to.
    pub key: String,
    /// The digest of what it writes.
    pub digest: String,
    /// What it writes, as the caller gave it.
    pub payload: String,
    /// How far it is.
    pub state: State,
    /// When it came into this state.
    pub changed: SystemTime,
    /// What the server answered, or what a read showed, if the caller noted it.
    pub note: Option<String>,
}

funnelflux_contract::shows! {
    Step, |it|
        id: it.id, run: it.run, position: it.position, digest: it.digest, state: it.state
}

/// One command that wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// What the caller called it, such as the name of a file.
    pub about: String,
    /// When it began.
    pub begun: SystemTime,
    /// When it ended; `None` if it still runs or was killed.
    pub ended: Option<SystemTime>,
    /// How many of its steps are in which state.
    pub counts: BTreeMap<State, u64>,
}

impl Run {
    /// How many of its steps are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> u64 {
        self.counts.get(&state).copied().unwrap_or_default()
    }
}
