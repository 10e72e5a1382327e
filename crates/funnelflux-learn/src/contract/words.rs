//! The fixed words of the contract, each with the name it has in Rust.

pub(super) use funnelflux_contract::Idempotency;
pub use funnelflux_contract::{Grade, Weight};

/// A closed set of words: as written in the contract, as named in Rust, and the value.
pub trait Word: Copy + PartialEq + 'static {
    const TABLE: &'static [(&'static str, &'static str, Self)];

    /// Stands in for a word that is missing or wrong, so that the rest is checked too.
    const FALLBACK: Self;

    fn parse(word: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(written, _, _)| *written == word).map(|(_, _, value)| *value)
    }

    /// As written in the contract.
    fn written(self) -> &'static str {
        self.entry().0
    }

    /// As named in the generated Rust.
    fn in_rust(self) -> &'static str {
        self.entry().1
    }

    fn entry(self) -> (&'static str, &'static str) {
        let found = Self::TABLE.iter().find(|(_, _, value)| *value == self);
        found.map_or(("", ""), |(written, rust, _)| (written, rust))
    }

    /// All words, for an error message.
    fn all() -> String {
        let words: Vec<_> = Self::TABLE.iter().map(|(written, _, _)| *written).collect();
        words.join(", ")
    }
}

impl Word for Grade {
    const FALLBACK: Self = Self::Unknown;
    const TABLE: &'static [(&'static str, &'static str, Self)] = &[
        ("documented", "Documented", Self::Documented),
        ("proven", "Proven", Self::Proven),
        ("written", "Written", Self::Written),
        ("help", "Help", Self::Help),
        ("sibling", "Sibling", Self::Sibling),
        ("inferred", "Inferred", Self::Inferred),
        ("unknown", "Unknown", Self::Unknown),
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
    const TABLE: &'static [(&'static str, &'static str, Self)] = &[
        ("GET", "GET", Self::Get),
        ("POST", "POST", Self::Post),
        ("PUT", "PUT", Self::Put),
        ("DELETE", "DELETE", Self::Delete),
    ];
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
    const TABLE: &'static [(&'static str, &'static str, Self)] = &[
        ("safe", "Safe", Self::Safe),
        ("idempotent", "Idempotent", Self::Idempotent),
        ("caller-keyed", "CallerKeyed", Self::CallerKeyed),
        ("queued-side-effect", "QueuedSideEffect", Self::QueuedSideEffect),
        ("not-idempotent", "NotIdempotent", Self::NotIdempotent),
    ];
}

impl Word for Weight {
    const FALLBACK: Self = Self::Light;
    const TABLE: &'static [(&'static str, &'static str, Self)] =
        &[("light", "Light", Self::Light), ("report", "Report", Self::Report)];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Enum,
}

impl Word for Kind {
    const FALLBACK: Self = Self::Object;
    const TABLE: &'static [(&'static str, &'static str, Self)] =
        &[("object", "Object", Self::Object), ("enum", "Enum", Self::Enum)];
}
