//! The domains of the account, and their stages.

use serde::{Deserialize, Serialize};

use crate::lock::Lock;
use crate::rng::hash;

/// A domain of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) cloudflare_id: String,
    pub(crate) created_millis: i64,
}

/// The stage of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Just added.
    Initializing,
    /// The certificate is being validated.
    Validating,
    Active,
}

impl Stage {
    /// Documented values of `cloudflare_status`.
    pub(crate) fn status(self) -> &'static str {
        if self == Self::Active { "active" } else { "pending" }
    }

    /// Documented values of `cloudflare_ssl_status`.
    pub(crate) fn ssl_status(self) -> &'static str {
        match self {
            Self::Initializing => "initializing",
            Self::Validating => "pending_validation",
            Self::Active => "active",
        }
    }
}

impl Domain {
    /// The stage at a time. The certificate is validated in the second half of the delay.
    pub(crate) fn stage(&self, now_millis: i64, delay_millis: i64) -> Stage {
        let age = now_millis - self.created_millis;
        if age >= delay_millis {
            Stage::Active
        } else if age >= delay_millis / 2 {
            Stage::Validating
        } else {
            Stage::Initializing
        }
    }
}

/// All domains of the account.
#[derive(Debug)]
pub(crate) struct Registry {
    seed: u64,
    inner: Lock<Saved>,
}

/// The domains as a snapshot has them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    domains: Vec<Domain>,
    made: u64,
}

impl Registry {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, inner: Lock::default() }
    }

    pub(crate) fn load(seed: u64, saved: Saved) -> Self {
        Self { seed, inner: Lock::new(saved) }
    }

    pub(crate) fn save(&self) -> Saved {
        self.inner.lock().clone()
    }

    pub(crate) fn all(&self) -> Vec<Domain> {
        self.inner.lock().domains.clone()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<Domain> {
        self.inner.lock().domains.iter().find(|domain| domain.id == id).cloned()
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Domain> {
        self.inner.lock().domains.iter().find(|domain| domain.name == name).cloned()
    }

    /// Adds a domain; `None` where the name is taken.
    pub(crate) fn add(&self, name: &str, now_millis: i64) -> Option<Domain> {
        let mut inner = self.inner.lock();
        if inner.domains.iter().any(|domain| domain.name == name) {
            return None;
        }
        inner.made += 1;
        let number = |salt: u64| hash(&[self.seed, inner.made, salt]);
        let domain = Domain {
            id: format!("{:016x}", number(0xD0)),
            name: name.to_owned(),
            cloudflare_id: format!("{:016x}{:016x}", number(0xC0), number(0xC1)),
            created_millis: now_millis,
        };
        inner.domains.push(domain.clone());
        Some(domain)
    }

    /// Removes a domain; false where the id is unknown.
    pub(crate) fn remove(&self, id: &str) -> bool {
        let mut inner = self.inner.lock();
        let before = inner.domains.len();
        inner.domains.retain(|domain| domain.id != id);
        inner.domains.len() < before
    }
}
