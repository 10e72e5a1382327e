//! `conformance`: the client and the emulator, each held against docs/openapi.json by a tool that is
//! not ours.
//!
//! Prism stands between the client and the emulator and refuses what the document does not allow;
//! Schemathesis makes requests from the document and judges the emulator's answers. Everything
//! happens on loopback and below target/conformance.

mod built;
mod flow;
mod fuzz;
mod process;
mod tools;

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::run::root;
use crate::verbs::no_arguments;
use process::Server;

/// The document that both are held against.
const DOCUMENT: &str = "docs/openapi.json";

/// Where tools, logs and reports are kept.
fn directory() -> PathBuf {
    root().join("target/conformance")
}

pub(crate) fn verb(arguments: &[String]) -> Result {
    no_arguments("conformance", arguments)?;
    let prism = tools::prism()?;
    let schemathesis = tools::schemathesis()?;
    let serve = built::example("funnelflux-emulator", "serve")?;

    println!("--> the client, through Prism");
    let client = flow::run(&prism, &serve);
    println!("--> the emulator, by Schemathesis");
    let emulator = fuzz::run(&schemathesis, &serve);

    println!("--> summary");
    let mut failed = false;
    for (what, outcome) in [("client", client), ("emulator", emulator)] {
        match outcome {
            Ok(said) => println!("    {what}: conforms; {said}"),
            Err(failure) => {
                failed = true;
                println!("    {what}: DOES NOT CONFORM\n{failure}");
            }
        }
    }
    if failed { Err(Failure::new("conformance: see the summary above")) } else { Ok(()) }
}

/// An emulator of its own on a free port, with its base URL and access token.
struct Emulator {
    _server: Server,
    base_url: String,
    token: String,
}

impl Emulator {
    fn start(program: &Path, log: &str) -> Result<Self> {
        let server = Server::start(program, [], log)?;
        server.wait_for("refresh token")?;
        let said = server.log()?;
        let value = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name));
            let missing = || Failure::new(format!("the emulator did not say its {name}"));
            line.map(|value| value.trim().to_owned()).ok_or_else(missing)
        };
        let (base_url, token) = (value("base URL")?, value("access token")?);
        Ok(Self { _server: server, base_url, token })
    }
}
