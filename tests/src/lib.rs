//! Cross-crate tests of the FunnelFlux Pro SDK: recorded fixtures, whole flows on the emulator,
//! every kind of failure, and secrets that must not be seen.

pub mod json_text;
pub mod lives;
pub mod recorder;
pub mod requests;
pub mod time;
pub mod writes;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use funnelflux::Builder;
use funnelflux::emulator::Emulator;
use funnelflux::ledger::AssetKind;
use funnelflux::prelude::{FunnelFlux, RateLimit};
use funnelflux::transport::BoxError;
use funnelflux::transport::replay::Recording;

/// The `ffx` that `cargo install` would build, but for its profile: with its own features alone.
///
/// # Panics
/// When it cannot be built.
#[allow(clippy::unwrap_used, clippy::must_use_candidate, reason = "of tests")]
pub fn ffx() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "-q", "--locked", "-p", "funnelflux-cli", "--bin", "ffx"]);
        assert!(build.status().unwrap().success(), "ffx cannot be built");
        let test = std::env::current_exe().unwrap();
        test.ancestors().nth(2).unwrap().join("ffx")
    });
    &BUILT
}

/// A client of this emulator, to be built, which sends as fast as it can.
pub fn client_of(emulator: &Emulator) -> Builder {
    FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
}

/// The path of a recorded fixture, such as `reporting/drilldown.json`.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// Every file below a folder whose name ends with this extension, in order.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
#[expect(clippy::unwrap_used, reason = "for tests")]
pub fn files(below: &Path, extension: &str) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![below.to_path_buf()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Every fixture, by its path below `fixtures`.
///
/// # Panics
/// When one cannot be read.
#[must_use]
#[expect(clippy::unwrap_used, clippy::panic, reason = "for tests")]
pub fn recordings() -> Vec<(String, Recording)> {
    let below = fixture("");
    let of = |path: PathBuf| {
        let name = path.strip_prefix(&below).unwrap().display().to_string();
        let recording = Recording::load(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name.replace('\\', "/"), recording)
    };
    files(&below, "json").into_iter().map(of).collect()
}

/// Every fixture, and a new recording of each kind of asset that has none: a kind copied from another
/// in the contract needs no fixture of its own.
///
/// # Errors
/// When the emulator does not answer as the contract says.
pub async fn recordings_of_every_kind() -> Result<Vec<(String, Recording)>, BoxError> {
    let mut recordings = recordings();
    for kind in AssetKind::all() {
        let name = recorder::fixture_of(kind);
        if recordings.iter().all(|(fixture, _)| *fixture != name) {
            recordings.push((name, recorder::record_kind(kind).await?));
        }
    }
    Ok(recordings)
}

/// The guides' examples compile and run.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/contract/README.md")]
    struct Contract;
    #[doc = include_str!("../../docs/extending.md")]
    struct Extending;
    #[doc = include_str!("../../docs/links.md")]
    struct Links;
    #[doc = include_str!("../../docs/observing.md")]
    struct Observing;
    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;
}
