//! The emulator: valid and invalid requests that Schemathesis makes from the document.

use std::path::Path;
use std::process::Command;

use funnelflux::emulator::Emulator;

use crate::process::run_within;
use crate::{DOCUMENT, Failure, Result, directory, root};

/// The run takes about 70 seconds.
const RUN_SECONDS: u64 = 300;
/// Fuzzed requests for each operation, besides those that cover its schema one rule at a time.
const EXAMPLES: &str = "25";
/// The same requests each time.
const SEED: &str = "1";
const PHASES: &str = "examples,coverage,fuzzing";
/// The checks of what the document states. It states only 2XX and the rest, so server errors have a
/// check of their own.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

/// Runs Schemathesis and returns what it proves, in words.
pub(crate) async fn run(schemathesis: &Path) -> Result<String> {
    let emulator = Emulator::builder().start().await?;
    println!("    {}, {EXAMPLES} examples each, seed {SEED}", emulator.base_url());
    let mut command = Command::new(schemathesis);
    command.arg("run").arg(root().join(DOCUMENT)).args(["--url", emulator.base_url()]);
    command.args(["--header", &format!("Authorization: Bearer {}", emulator.access_token())]);
    command.args(["--checks", CHECKS, "--phases", PHASES, "--max-examples", EXAMPLES]);
    command.args(["--seed", SEED, "--generation-database", "none", "--no-shrink"]);
    // Made-up ids are not found, and rules beyond the schema refuse: neither deserves a warning.
    command.args(["--continue-on-failure", "--warnings", "off", "--no-color"]);
    // More than one worker trips over a bug of Python 3.11.
    command.args(["--workers", "1", "--request-timeout", "10"]);
    // It leaves caches where it runs.
    command.current_dir(directory());
    if run_within(&mut command, RUN_SECONDS)? {
        Ok(format!("no server error, and no answer that {DOCUMENT} does not state"))
    } else {
        Err(Failure::from("Schemathesis found what it prints above"))
    }
}
