//! The verbs, what each is for, and the order in which `ci` runs them.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::anyhow;
use clap::{Args, Parser};

use crate::run::{cargo, root, run};
use crate::{Result, conform, features, guides, layers, lines, once, scratch, wire};

/// The workspace's own commands
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
pub(crate) enum Verb {
    /// Check that the code is formatted
    Fmt {
        /// Format it instead
        #[arg(long)]
        fix: bool,
    },
    /// Lint every target with every feature; a warning is an error
    Clippy,
    /// Check docs/contract, and generate code, coverage page and OpenAPI document from it
    Wire {
        /// Only say what is stale
        #[arg(long)]
        check: bool,
    },
    /// Check that crates depend on lower ones only, and that modules form no circle
    Layers,
    /// Check that what must exist once does: grades, secrets, the API's names
    Once,
    /// Count the source lines written by hand; fail on files of over 500
    #[command(after_help = lines::COUNTED)]
    Lines {
        /// Fail above this count
        #[arg(long, value_name = "N")]
        max: Option<usize>,
    },
    /// Check that each crate builds alone, and that the facade reaches every feature
    Features,
    /// Build the documentation; a warning is an error
    Doc,
    /// Check that the code of each guide compiles with the dependencies that the guide shows
    Guides,
    /// Check licences, sources and duplicate versions of every dependency, by cargo-deny
    Deny {
        /// Only say so where cargo-deny is missing and cannot be fetched
        #[arg(long)]
        if_possible: bool,
    },
    /// Test ffx by itself, so that it is built as `cargo install` builds it
    Ffx,
    /// Compare client and emulator with docs/openapi.json, by Prism and Schemathesis
    Conformance,
    /// Plant a kind of asset and a metric in a copy of the contract, build it, and run ffx
    Scratch,
    /// Run the benchmarks, in release mode
    #[command(disable_help_flag = true)]
    Bench {
        /// The benchmarks' own arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Load a middleware node of funnelflux-hooks, by oha, in release mode
    Load {
        /// For how long
        #[arg(long, value_name = "N", default_value_t = 60)]
        seconds: u32,
    },
    /// Break the server, kill ffx and fill the disk at random; CHAOS_SEED repeats a run
    Chaos {
        /// For how long
        #[arg(long, value_name = "N", default_value_t = 5)]
        minutes: u64,
    },
    /// Run every test of the workspace
    Test,
    /// Run the steps that must pass before a change lands: all of the above but the slow ones
    Ci {
        /// Run the slow ones too: conformance, scratch, bench, load
        #[arg(long)]
        all: bool,
    },
    /// Compare the vendor's schema files with docs/contract
    Conform(Conform),
}

#[derive(Args)]
pub(crate) struct Conform {
    /// The schema files, YAML or JSON
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the paths that the files settle into docs/contract
    #[arg(long)]
    pub(crate) write: bool,
}

/// The steps of `ci`: cheap ones first, the tests last.
const STEPS: &[&str] = &[
    "fmt",
    "clippy",
    "wire --check",
    "layers",
    "once",
    "lines --max 87300",
    "features",
    "doc",
    "guides",
    "deny --if-possible",
    "ffx",
    "conformance",
    "scratch",
    "bench",
    "load",
    "test",
];

/// The steps that only `ci --all` runs, since they take minutes or need more than Rust.
const SLOW: &[&str] = &["conformance", "scratch", "bench", "load"];

impl Verb {
    pub(crate) fn run(&self) -> Result {
        let cargo_run = |line: &str| run(&mut cargo(line));
        match self {
            Self::Fmt { fix: true } => cargo_run("fmt --all"),
            Self::Fmt { fix: false } => cargo_run("fmt --all --check"),
            Self::Clippy => {
                cargo_run("clippy --workspace --all-targets --all-features -- -D warnings")
            }
            Self::Wire { check } => wire::verb(*check),
            Self::Layers => layers::verb(),
            Self::Once => once::verb(),
            Self::Lines { max } => lines::verb(*max),
            Self::Features => features::verb(),
            Self::Doc => run(cargo("doc --workspace --no-deps --all-features")
                .env("RUSTDOCFLAGS", "-D warnings")),
            Self::Guides => guides::verb(),
            Self::Deny { if_possible: true } => cargo_run(&format!("{PROOFS} deny-if-possible")),
            Self::Deny { if_possible: false } => cargo_run(&format!("{PROOFS} deny")),
            Self::Ffx => cargo_run("test -q -p funnelflux-cli"),
            Self::Conformance => cargo_run(PROOFS),
            Self::Scratch => scratch::verb(),
            Self::Bench { arguments } => {
                run(cargo("run --release -q -p funnelflux-bench --").args(arguments))
            }
            Self::Load { seconds } => {
                // Does nothing where this version is installed.
                cargo_run(&format!("install -q {OHA} --root target/tools"))?;
                run(cargo("bench -q -p funnelflux-hooks --bench load --")
                    .arg(root().join("target/tools/bin/oha"))
                    .arg(seconds.to_string()))
            }
            Self::Chaos { minutes } => {
                let faults = "test -q -p funnelflux-tests --test faults";
                run(cargo(&format!("{faults} -- --ignored --nocapture chaos"))
                    .env("CHAOS_MINUTES", minutes.to_string()))
            }
            Self::Test => cargo_run("test --workspace"),
            Self::Ci { all } => ci(*all),
            Self::Conform(arguments) => conform::verb(arguments),
        }
    }
}

/// The program that runs the proofs of other tools: all without a word, or one.
const PROOFS: &str = "run -q -p funnelflux-tests --bin conformance --";

/// The sender of `load`. It does not compile without TLS, which `load` does not use.
const OHA: &str = "oha --version =1.16.0 --locked";

/// `.ci/run` runs this verb and lists no step itself.
fn ci(all: bool) -> Result {
    let begin = now();
    let steps: Vec<&str> = steps(all).collect();
    for (number, step) in steps.iter().enumerate() {
        // The output ends with the results of the tests, so the summary comes before them.
        if number + 1 == steps.len() {
            let seconds = begin.elapsed().as_secs_f64();
            println!("{number} steps passed in {seconds:.1} s; the last one:");
        }
        println!("==> {step}");
        let begin = now();
        let verb = Verb::try_parse_from(std::iter::once("xtask").chain(step.split(' ')))?;
        let outcome = verb.run();
        let seconds = begin.elapsed().as_secs_f64();
        outcome.map_err(|why| anyhow!("{why:#}\n<== {step}: failed after {seconds:.1} s"))?;
        println!("<== {step}: passed in {seconds:.1} s");
    }
    Ok(())
}

fn steps(all: bool) -> impl Iterator<Item = &'static str> {
    STEPS.iter().copied().filter(move |step| all || !SLOW.contains(step))
}

#[allow(clippy::disallowed_methods, reason = "wall time of a build step, for a person to read")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(line: &str) -> String {
        match Verb::try_parse_from(std::iter::once("xtask").chain(line.split(' '))) {
            Ok(_) => panic!("`{line}` was taken"),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn every_step_is_a_verb_with_its_arguments() {
        for step in STEPS {
            Verb::try_parse_from(std::iter::once("xtask").chain(step.split(' '))).unwrap();
        }
        assert!(SLOW.iter().all(|slow| STEPS.contains(slow)));
    }

    #[test]
    fn the_tests_come_last_so_that_the_output_ends_with_their_result() {
        assert_eq!(steps(false).last(), Some("test"));
        assert_eq!(steps(true).last(), Some("test"));
    }

    #[test]
    fn the_script_of_ci_names_every_step_that_it_leaves_out() {
        let script = std::fs::read_to_string(crate::run::root().join(".ci/run")).unwrap();
        for name in SLOW {
            assert!(script.contains(&format!("`{name}`")), "{name} is missing in:\n{script}");
        }
        assert!(script.ends_with("cargo xtask ci\n"), "{script}");
    }

    #[test]
    fn an_unknown_verb_is_named_with_the_near_one() {
        let said = refusal("wrie");
        assert!(said.contains("'wrie'") && said.contains("'wire'"), "{said}");
    }

    #[test]
    fn a_mistyped_flag_is_refused_rather_than_ignored() {
        for line in ["wire --chekc", "ci --al", "conform a.yaml --writ", "once now", "fmt --fixx"] {
            let wrong = line.split(' ').next_back().unwrap();
            assert!(refusal(line).contains(wrong), "{line}");
        }
    }

    #[test]
    fn conform_needs_a_file_and_lines_a_number() {
        assert!(refusal("conform --json").contains("FILE"));
        assert!(refusal("lines --max many").contains("many"));
    }
}
