//! Cross-crate tests of the FunnelFlux Pro SDK: recorded fixtures, whole flows on the emulator,
//! every kind of failure, and secrets that must not be seen.

pub mod lives;

use std::path::PathBuf;

/// The path of a recorded fixture, such as `reporting/drilldown.json`.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The guides' examples compile and run.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/extending.md")]
    struct Extending;
    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;
}
