//! Compares the client and the emulator with docs/openapi.json, each by a third-party tool:
//! `cargo xtask conformance`.
//!
//! Prism stands between the client and the emulator and refuses what the document does not allow.
//! Schemathesis makes requests from the document and judges the emulator's answers. Everything happens
//! on loopback and below target/conformance.

mod flow;
mod fuzz;
mod process;
mod tools;

use std::path::PathBuf;

use funnelflux_tests::root;

type Failure = Box<dyn std::error::Error>;
type Result<T = ()> = std::result::Result<T, Failure>;

/// The document that both are compared with.
const DOCUMENT: &str = "docs/openapi.json";

/// The folder of tools, logs and reports.
fn directory() -> PathBuf {
    root().join("target/conformance")
}

// The emulator runs on the other threads while this one waits for the tools.
#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result {
    let step = std::env::args().nth(1).unwrap_or_default();
    if step.starts_with("deny") {
        let program = match tools::cargo_deny() {
            Err(failure) if step == "deny-if-possible" => {
                println!("    NOT CHECKED, since there is no cargo-deny: {failure}");
                return Ok(());
            }
            program => program?,
        };
        let mut deny = std::process::Command::new(program);
        deny.args(["check", "licenses", "bans", "sources"]).current_dir(root());
        let passed = process::run_within(&mut deny, 120)?;
        return passed.then_some(()).ok_or_else(|| Failure::from("cargo-deny found the above"));
    }
    let prism = tools::prism()?;
    let schemathesis = tools::schemathesis()?;
    println!("--> the client, through Prism");
    let client = flow::run(&prism).await;
    println!("--> the emulator, by Schemathesis");
    let emulator = fuzz::run(&schemathesis).await;

    println!("--> summary");
    let mut failed = false;
    for (what, outcome) in [("client", client), ("emulator", emulator)] {
        match outcome {
            Ok(proven) => println!("    {what}: conforms; {proven}"),
            Err(failure) => {
                failed = true;
                println!("    {what}: DOES NOT CONFORM\n{failure}");
            }
        }
    }
    if failed { Err(Failure::from("conformance: see the summary above")) } else { Ok(()) }
}
