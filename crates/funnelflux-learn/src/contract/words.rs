//! The fixed words of the contract, each with the name it has in Rust.

use std::fmt::Debug;

pub(super) use funnelflux_contract::Idempotency;
pub use funnelflux_contract::{Grade, Weight};

/// A closed set of words, as written in the contract. Their names in Rust are those of the variants.
pub trait Word: Copy + PartialEq + Debug + 'static {
    const TABLE: &'static [(&'static str, Self)];
    /// Stands in for a word that is missing or wrong, so that the rest is checked too.
    const FALLBACK: Self;

    fn parse(word: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(written, _)| *written == word).map(|(_, value)| *value)
    }

    /// As written in the contract.
    fn written(self) -> &'static str {
        Self::TABLE.iter().find(|(_, value)| *value == self).map_or("", |(written, _)| written)
    }

    /// As named in the generated Rust.
    fn in_rust(self) -> String {
        format!("{self:?}")
    }

    /// All words, for an error message.
    fn all() -> String {
        Self::TABLE.iter().map(|(written, _)| *written).collect::<Vec<_>>().join(", ")
    }
}

impl Word for Grade {
    const FALLBACK: Self = Self::Unknown;
    const TABLE: &'static [(&'static str, Self)] = &[
        ("documented", Self::Documented),
        ("proven", Self::Proven),
        ("written", Self::Written),
        ("help", Self::Help),
        ("sibling", Self::Sibling),
        ("inferred", Self::Inferred),
        ("unknown", Self::Unknown),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Word for Method {
    const FALLBACK: Self = Self::Get;
    const TABLE: &'static [(&'static str, Self)] =
        &[("GET", Self::Get), ("POST", Self::Post), ("PUT", Self::Put), ("DELETE", Self::Delete)];
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

impl Word for Idempotency {
    const FALLBACK: Self = Self::Safe;
    const TABLE: &'static [(&'static str, Self)] = &[
        ("safe", Self::Safe),
        ("idempotent", Self::Idempotent),
        ("caller-keyed", Self::CallerKeyed),
        ("queued-side-effect", Self::QueuedSideEffect),
        ("not-idempotent", Self::NotIdempotent),
    ];
}

impl Word for Weight {
    const FALLBACK: Self = Self::Light;
    const TABLE: &'static [(&'static str, Self)] =
        &[("light", Self::Light), ("report", Self::Report)];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Enum,
}

impl Word for Kind {
    const FALLBACK: Self = Self::Object;
    const TABLE: &'static [(&'static str, Self)] =
        &[("object", Self::Object), ("enum", Self::Enum)];
}
