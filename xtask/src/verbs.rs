//! The verbs, what each is for, and the order in which `ci` runs them.

use std::time::Instant;

use crate::failure::{Failure, Result};
use crate::run::{Cargo, root};
use crate::{conform, conformance, features, layers, lines, openapi, wire};

struct Verb {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "fmt",
        arguments: "[--fix]",
        about: "Check that the code is formatted; with --fix, format it",
        run: fmt,
    },
    Verb {
        name: "clippy",
        arguments: "",
        about: "Lint every target with every feature; a warning is an error",
        run: clippy,
    },
    Verb {
        name: "wire",
        arguments: "[--check]",
        about: "Check docs/contract and generate from it; with --check, only say what is stale",
        run: wire::verb,
    },
    Verb {
        name: "contract",
        arguments: "openapi [--check]",
        about: "Write docs/openapi.json from docs/contract; with --check, only say if it is stale",
        run: openapi::verb,
    },
    Verb {
        name: "layers",
        arguments: "",
        about: "Check that dependencies point down, and that the lower crates are free of reqwest",
        run: layers::verb,
    },
    Verb { name: "lines", arguments: "[--max N]", about: lines::ABOUT, run: lines::verb },
    Verb {
        name: "features",
        arguments: "",
        about: "Check that each crate builds alone, and that the facade reaches every feature",
        run: features::verb,
    },
    Verb {
        name: "doc",
        arguments: "",
        about: "Build the documentation; a warning is an error",
        run: doc,
    },
    Verb { name: "test", arguments: "", about: "Run every test of the workspace", run: test },
    Verb {
        name: "ci",
        arguments: "",
        about: "All of the above in this order, stopping at the first failure",
        run: ci,
    },
    Verb {
        name: "conform",
        arguments: "FILE… [--json] [--write]",
        about: "Hold the vendor's schema files against docs/contract; --write takes paths over",
        run: conform::verb,
    },
    Verb {
        name: "conformance",
        arguments: "",
        about: "Hold client and emulator against docs/openapi.json with Prism and Schemathesis",
        run: conformance::verb,
    },
    Verb {
        name: "bench",
        arguments: "[ARGS…]",
        about: "Run the benchmarks, in release mode",
        run: bench,
    },
];

/// What `ci` runs: the cheap and telling steps first.
const CI: &[(&str, &[&str])] = &[
    ("fmt", &[]),
    ("clippy", &[]),
    ("wire", &["--check"]),
    ("contract", &["openapi", "--check"]),
    ("layers", &[]),
    ("features", &[]),
    ("doc", &[]),
    ("test", &[]),
];

pub(crate) fn dispatch(arguments: &[String]) -> Result {
    match arguments.split_first() {
        None => {
            print!("{}", help());
            Ok(())
        }
        Some((verb, _)) if ["help", "-h", "--help"].contains(&verb.as_str()) => {
            print!("{}", help());
            Ok(())
        }
        Some((name, rest)) => {
            let verb = find(name).ok_or_else(|| {
                Failure::new(format!("`{name}` is no verb of xtask\n\n{}", help()))
            })?;
            (verb.run)(rest)
        }
    }
}

fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}

fn help() -> String {
    let mut text = String::from("cargo xtask <verb>\n\n");
    for verb in VERBS {
        let call = format!("{} {}", verb.name, verb.arguments);
        text.push_str(&format!("  {call:<32} {}\n", verb.about));
    }
    text
}

/// Fails on any argument of a verb that takes none.
pub(crate) fn no_arguments(verb: &str, arguments: &[String]) -> Result {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => {
            Err(Failure::new(format!("`{verb}` takes no arguments, but was given `{argument}`")))
        }
    }
}

/// Whether the one flag that a verb knows was given; fails on anything else.
pub(crate) fn only_flag(verb: &str, flag: &str, arguments: &[String]) -> Result<bool> {
    match arguments {
        [] => Ok(false),
        [one] if one == flag => Ok(true),
        _ => Err(Failure::new(format!(
            "`{verb}` takes `{flag}` or nothing, but was given `{}`",
            arguments.join(" ")
        ))),
    }
}

fn fmt(arguments: &[String]) -> Result {
    let fix = only_flag("fmt", "--fix", arguments)?;
    let cargo = Cargo::new(["fmt", "--all"]);
    if fix { cargo.run() } else { cargo.arg("--check").run() }
}

fn clippy(arguments: &[String]) -> Result {
    no_arguments("clippy", arguments)?;
    Cargo::new(["clippy", "--workspace", "--all-targets", "--all-features"])
        .args(["--", "-D", "warnings"])
        .run()
}

fn doc(arguments: &[String]) -> Result {
    no_arguments("doc", arguments)?;
    Cargo::new(["doc", "--workspace", "--no-deps", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn test(arguments: &[String]) -> Result {
    no_arguments("test", arguments)?;
    Cargo::new(["test", "--workspace"]).run()
}

fn bench(arguments: &[String]) -> Result {
    if !root().join("xtask/bench/Cargo.toml").exists() {
        return Err(Failure::new("there are no benchmarks yet: xtask/bench does not exist"));
    }
    Cargo::new(["run", "--release", "-q", "-p", "funnelflux-bench", "--"]).args(arguments).run()
}

fn ci(arguments: &[String]) -> Result {
    no_arguments("ci", arguments)?;
    let begin = now();
    for (name, arguments) in CI {
        let verb = find(name).ok_or_else(|| Failure::new(format!("`{name}` is no verb")))?;
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        println!("==> {name}");
        let step = now();
        let outcome = (verb.run)(&arguments);
        let seconds = step.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("<== {name}: passed in {seconds:.1} s"),
            Err(failure) => {
                println!("<== {name}: failed after {seconds:.1} s");
                return Err(failure);
            }
        }
    }
    println!("all steps passed in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "wall time of a build step, for a person to read")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_ci_is_a_verb_that_the_help_names() {
        let help = help();
        for (name, _) in CI {
            assert!(find(name).is_some(), "{name}");
            assert!(help.contains(&format!("\n  {name} ")), "{name} is missing in:\n{help}");
        }
    }

    #[test]
    fn an_unknown_verb_is_named_and_answered_with_the_help() {
        let failure = dispatch(&["wrie".to_owned()]).unwrap_err().to_string();
        assert!(failure.contains("`wrie`") && failure.contains("wire"), "{failure}");
    }

    #[test]
    fn a_mistyped_flag_is_refused_rather_than_ignored() {
        let failure = only_flag("wire", "--check", &["--chekc".to_owned()]).unwrap_err();
        assert!(failure.to_string().contains("--chekc"), "{failure}");
    }
}
