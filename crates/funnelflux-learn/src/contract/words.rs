//! The fixed words of the contract.

pub(super) use funnelflux_contract::Idempotency;
pub use funnelflux_contract::{Grade, Weight};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A closed set of words. Their names in Rust are those of the variants.
pub(super) trait Word: DeserializeOwned {
    /// Whether a fact of the contract may have it.
    fn is_of_contract(&self) -> bool {
        true
    }
}

impl Word for Grade {
    fn is_of_contract(&self) -> bool {
        *self != Self::Observed
    }
}
impl Word for Idempotency {}
impl Word for Weight {}
impl Word for Method {}

funnelflux_contract::words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    pub enum Method, "The method as HTTP spells it." {
        Get = "GET",
        Post = "POST",
        Put = "PUT",
        Delete = "DELETE",
    }
}

/// What a repeat does, for the documentation of an operation.
pub fn repeat(idempotency: Idempotency) -> &'static str {
    match idempotency {
        Idempotency::Safe => "reads only, so it may be repeated",
        Idempotency::Idempotent => "leaves the same state, so it may be repeated",
        Idempotency::CallerKeyed => {
            "creates under an id made by the caller: after a lost answer, look the id up first"
        }
        Idempotency::QueuedSideEffect => {
            "queues its work again, with all that hangs on it: never repeated blindly"
        }
        _ => "may do it twice: never repeated blindly",
    }
}
