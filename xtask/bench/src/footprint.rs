//! Memory, counted in a process of its own: a counting allocator would slow down what is timed.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Result;

/// What a case took from the allocator.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Footprint {
    /// Allocations and reallocations, per request.
    pub allocations: f64,
    /// Bytes asked for, per request.
    pub bytes: f64,
    /// The most that was held at once, beyond what there was before.
    pub peak: f64,
}

/// Footprints by the names of the cases.
pub type Footprints = BTreeMap<String, Footprint>;

const BINARY: &str = "funnelflux-bench-footprint";

/// Runs the counting binary with these arguments.
pub(crate) fn count(arguments: &[&str]) -> Result<Footprints> {
    // Through cargo, so that it is built from the same sources as this one.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "-q", "-p", env!("CARGO_PKG_NAME"), "--bin", BINARY]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.arg("--").args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{BINARY} {} failed", arguments.join(" ")).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
