//! The domains of the account, and their stages.

use serde::{Deserialize, Serialize};

use crate::rng::hash;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) cloudflare_id: String,
    pub(crate) created_millis: i64,
}

impl Domain {
    /// Documented values of `cloudflare_status` and `cloudflare_ssl_status`. The certificate is
    /// validated in the second half of the delay, and both are `active` after it.
    pub(crate) fn stage(&self, now_millis: i64, delay_millis: i64) -> [&'static str; 2] {
        match now_millis - self.created_millis {
            age if age >= delay_millis => ["active", "active"],
            age if age >= delay_millis / 2 => ["pending", "pending_validation"],
            _ => ["pending", "initializing"],
        }
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Registry {
    pub(crate) domains: Vec<Domain>,
    made: u64,
}

impl Registry {
    pub(crate) fn find(&self, fits: impl Fn(&Domain) -> bool) -> Option<Domain> {
        self.domains.iter().find(|domain| fits(domain)).cloned()
    }

    /// Adds a domain; `None` where the name is taken.
    pub(crate) fn add(&mut self, seed: u64, name: &str, now_millis: i64) -> Option<Domain> {
        if self.find(|domain| domain.name == name).is_some() {
            return None;
        }
        self.made += 1;
        let number = |salt: u64| hash(&[seed, self.made, salt]);
        let domain = Domain {
            id: format!("{:016x}", number(0xD0)),
            name: name.to_owned(),
            cloudflare_id: format!("{:016x}{:016x}", number(0xC0), number(0xC1)),
            created_millis: now_millis,
        };
        self.domains.push(domain.clone());
        Some(domain)
    }
}
