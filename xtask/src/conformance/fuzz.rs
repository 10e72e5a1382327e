//! The emulator: requests that Schemathesis makes from the document, right and wrong ones.

use std::path::Path;
use std::process::Command;

use super::process::run_within;
use super::{DOCUMENT, Emulator, directory};
use crate::failure::{Failure, Result};
use crate::run::root;

/// The run takes about 70 seconds.
const RUN_SECONDS: u64 = 300;
/// Fuzzed requests for each operation, besides those that cover its schema one rule at a time.
const EXAMPLES: &str = "25";
/// The same requests each time.
const SEED: &str = "1";
const PHASES: &str = "examples,coverage,fuzzing";
/// What the document states. It states no status but 2XX and the rest, so a server error is judged
/// by a check of its own.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

/// What was proven, in words.
pub(super) fn run(schemathesis: &Path, serve: &Path) -> Result<String> {
    let emulator = Emulator::start(serve, "emulator-before-schemathesis.log")?;
    println!("    {}, {EXAMPLES} examples each, seed {SEED}", emulator.base_url);
    let mut command = Command::new(schemathesis);
    command.arg("run").arg(root().join(DOCUMENT)).args(["--url", &emulator.base_url]);
    command.args(["--header", &format!("Authorization: Bearer {}", emulator.token)]);
    command.args(["--checks", CHECKS, "--phases", PHASES, "--max-examples", EXAMPLES]);
    command.args(["--seed", SEED, "--generation-database", "none", "--no-shrink"]);
    // That made-up ids are not found and rules beyond the schema refuse is expected: no warnings.
    command.args(["--continue-on-failure", "--warnings", "off", "--no-color"]);
    // More than one worker trips over a bug of Python 3.11.
    command.args(["--workers", "1", "--request-timeout", "10"]);
    // It leaves caches where it runs.
    command.current_dir(directory());
    if run_within(&mut command, RUN_SECONDS)? {
        Ok(format!("no server error, and no answer that {DOCUMENT} does not state"))
    } else {
        Err(Failure::new("Schemathesis found what it prints above"))
    }
}
